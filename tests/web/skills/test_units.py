import re

import pytest
from django.utils import timezone

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import StudySession, UnitTick
from tests.factories import make_skill
from tests.web.learners import messages_of

pytestmark = pytest.mark.django_db
ASK, UNDO = "/skills/rag/units/1/ask/", "/skills/rag/units/1/ask/undo/"


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def rag():
    units = {
        1: [
            {"id": "ask", "do": "Ask ten questions.", "minutes": 60},
            {"id": "read-it", "read": "documentation", "part": "Part 1", "minutes": 45},
        ],
        2: [{"id": "retry", "build": "A retry.", "minutes": 150, "untried": True}],
    }
    return make_skill("rag", units=units, effort=[1.75, 2.5, 30, 60])


def post(client, address, **sent):
    return client.post(address, sent)


def boxes(html: str) -> list[str]:
    return re.findall(r'class="tick-box" role="checkbox" aria-checked="(\w+)"', html)


def test_tick_logs_the_time_and_can_be_undone(signed_in, rag):
    response = post(signed_in, ASK, next="/plan/")
    assert (response.status_code, response["Location"]) == (303, "/plan/")
    assert messages_of(response) == [("Done: Ask ten questions. 1 h logged.", UNDO)]
    response = post(signed_in, UNDO)
    assert (response.status_code, response["Location"]) == (303, "/skills/rag/")
    assert messages_of(response) == [
        ("Done: Ask ten questions. 1 h logged.", UNDO),
        ("No longer done: Ask ten questions. 1 h removed from your log.", ""),
    ]
    assert not UnitTick.objects.exists()
    assert not StudySession.objects.exists()


def test_session_of_a_tick_that_is_restored_belongs_to_it_again(signed_in, learner, rag):
    tick = services.tick_unit(learner=learner, skill=rag, level=1, key="ask", now=timezone.now())
    response = post(signed_in, f"/log/{tick.session_id}/remove/")
    tick.refresh_from_db()
    assert tick.session is None
    post(signed_in, messages_of(response)[0][1])
    tick.refresh_from_db()
    assert tick.session == StudySession.objects.get()


@pytest.mark.parametrize(("minutes", "logged"), [("0", []), ("25", [25]), ("", [60])])
def test_tick_logs_the_minutes_that_were_sent(signed_in, rag, minutes, logged):
    post(signed_in, ASK, minutes=minutes)
    assert list(StudySession.objects.values_list("minutes", flat=True)) == logged
    assert UnitTick.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "sent", "error"),
    [
        (ASK, {"minutes": "1441"}, "A day has 24 hours, which is 1,440 minutes."),
        (ASK, {"minutes": "an hour"}, "Enter minutes as a whole number, like 45."),
        ("/skills/rag/units/1/gone/", {}, "This unit is no longer in the catalogue. Look at the list again."),
        ("/skills/rag/units/2/retry/", {}, "You are at level 0 of Rag. Do the units of level 1 first."),
    ],
)
def test_tick_that_is_refused_says_why(signed_in, rag, address, sent, error):
    response = post(signed_in, address, **sent)
    assert (response.status_code, response["Location"]) == (303, "/skills/rag/")
    assert messages_of(response) == [(error, "")]
    assert not UnitTick.objects.exists()


def test_page_of_a_skill_shows_the_units_of_the_next_level(signed_in, learner, rag, problems_of):
    services.tick_unit(learner=learner, skill=rag, level=1, key="ask", now=timezone.now())
    html = signed_in.get("/skills/rag/").content.decode()
    assert problems_of(html) == []
    assert boxes(html) == ["true", "false"]
    assert "Level 1, unit by unit" in html
    assert "1 h of 1 h 45 min" in html
    assert re.search(r'class="here">.*?Documentation</a><small>Part 1 · free</small>', html, re.DOTALL)
    assert "Are you at level 1?" not in html


def test_page_of_a_skill_offers_the_level_when_its_units_are_done(signed_in, learner, rag):
    for key in ("ask", "read-it"):
        services.tick_unit(learner=learner, skill=rag, level=1, key=key, now=timezone.now())
    html = signed_in.get("/skills/rag/").content.decode()
    assert 'name="level" value="1">I’m at level 1</button>' in html
    event = re.search(r'name="event_id" value="([0-9a-f-]+)" id="reach0-event_id"', html)
    signed_in.post("/skills/rag/level/", {"level": "1", "event_id": event[1]})
    html = signed_in.get("/skills/rag/").content.decode()
    assert "Level 1, reached" in html
    assert "Level 2, unit by unit" in html
    assert boxes(html) == ["false"]
    assert "Needs an outside service, so we have not run it ourselves." in html


def test_public_page_of_a_skill_shows_the_units_of_each_level(client, rag, problems_of):
    html = client.get("/skills/rag/").content.decode()
    assert problems_of(html) == []
    listed = html.partition('id="units"')[2]  # the button at the top names the first unit too
    assert listed.index("Level 1 <span") < listed.index("Ask ten questions.") < listed.index("Level 2 <span")
    assert "tickbox" not in html


def test_the_message_about_a_unit_is_short(signed_in, learner):
    long = "Give and take permissions and see what they do to a file that somebody else owns and to its folder"
    make_skill("rag", units={1: [{"id": "ask", "do": f"{long}. Done when you saw it.", "minutes": 60}]})
    for address in (ASK, UNDO):
        *_earlier, message = post(signed_in, address).wsgi_request._messages
        assert "Give and take permissions" in str(message)
        assert len(str(message)) < 110


def test_message_can_be_closed_without_javascript(signed_in, rag):
    post(signed_in, ASK)
    page = signed_in.get("/skills/rag/").text
    assert '<dialog open class="message success"' in page
    assert '<form method="dialog"><button class="undo">Close</button></form></dialog>' in page


def test_units_of_a_later_level_are_there_to_look_at_and_one_that_is_known_takes_no_time(signed_in, rag):
    page = signed_in.get("/skills/rag/").text
    assert "Level 2, after this one" in page
    assert len(boxes(page)) == 2  # those of the next level alone can be ticked
    assert '<button class="button mini" name="minutes" value="0">I can do this already</button>' in page


def test_a_unit_that_other_programming_makes_needless_is_left_out_and_has_no_box(signed_in, client, learner):
    basics = make_skill("programming-basics")
    units = {
        1: [
            {"id": "ask", "do": "Ask ten questions.", "minutes": 60, "basics": True},
            {"id": "own", "build": "A script.", "minutes": 60},
        ]
    }
    make_skill("rag", units=units, effort=[2, 2.5, 30, 60])
    assert len(boxes(signed_in.get("/skills/rag/").text)) == 2
    services.assess(learner=learner, skill=basics, level=2, now=timezone.now())
    page = signed_in.get("/skills/rag/").text
    assert len(boxes(page)) == 1
    assert "1 unit left out, since you can program already" in page
    assert "1 h 0 min" not in page.split('id="units"')[0]
    assert "0 min of 1 h" in page

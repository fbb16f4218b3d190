import re
import uuid

import pytest
from django.utils import timezone

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import Assessment, Evidence, LearnerSkill, Note, ResourceState, StudySession, UnitTick
from tests.factories import make_project, make_resource, make_role, make_skill, rename, retire
from tests.web.learners import merge, messages_of, set_goal
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def other() -> User:
    return User.objects.create_user("other@waymark.example")


@pytest.fixture
def python():
    return make_skill("python")


def assess(learner, skill, level, **more) -> Assessment:
    return services.assess(learner=learner, skill=skill, level=level, now=timezone.now(), **more)


def level_of(learner, skill) -> tuple[int, str]:
    row = LearnerSkill.objects.get(learner=learner, skill=skill)
    return row.level, row.kind


# Level


def test_assess_sets_the_level_and_can_be_taken_back(signed_in, learner, python):
    response = signed_in.post("/skills/python/level/", {"level": "2"})
    made = Assessment.objects.get()
    assert (response.status_code, response["Location"]) == (303, "/skills/python/")
    assert level_of(learner, python) == (2, "self")
    assert messages_of(response) == [("Python: level 2, working.", f"/history/assessments/{made.pk}/undo/")]


def test_assess_says_what_it_does_for_the_readiness(signed_in, learner, python):
    make_role("ai-engineer", requirements={"python": (3, 5), "sql": (2, 1)})
    set_goal(learner)
    response = signed_in.post("/skills/python/level/", {"level": "3", "next": "/dashboard/"})
    assert messages_of(response)[0][0] == "Python: level 3, proficient. Readiness 0.0 → 83.3."
    assert response["Location"] == "/dashboard/"


def test_assess_keeps_once_what_is_sent_twice(signed_in, learner, python):
    sent = {"level": "2", "event_id": str(uuid.uuid4())}
    assert [signed_in.post("/skills/python/level/", sent).status_code for _ in range(2)] == [303, 303]
    assert Assessment.objects.count() == 1


def test_assess_says_so_when_its_id_set_something_else(signed_in, learner, python):
    sent = {"level": "2", "event_id": str(uuid.uuid4())}
    signed_in.post("/skills/python/level/", sent)
    make_skill("sql")
    for path, level in (("/skills/sql/level/", "2"), ("/skills/python/level/", "3")):
        response = signed_in.post(path, {**sent, "level": level})
        assert response.status_code == 422
        assert "You sent this form before with other values" in response.text
        assert re.search(rf'value="{level}" checked', response.text)
        assert response.text.count(" checked>") == 1
    again = response.context["level_form"]["event_id"].value()
    assert f'name="event_id" value="{again}"' in response.text
    assert signed_in.post("/skills/python/level/", {"level": "3", "event_id": again}).status_code == 303
    assert list(Assessment.objects.values_list("skill__slug", "level")) == [("python", 2), ("python", 3)]


def test_assess_of_another_page_stays_there_when_it_is_refused(signed_in, learner, python):
    sent = {"level": "2", "event_id": str(uuid.uuid4()), "next": "/dashboard/"}
    signed_in.post("/skills/python/level/", sent)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/dashboard/"}
    response = signed_in.post("/skills/python/level/", {**sent, "level": "3"}, headers=headers)
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    assert "You sent this form before with other values" in messages_of(response)[-1][0]
    headers["HX-Current-URL"] = "http://testserver/skills/python/"
    assert signed_in.post("/skills/python/level/", {**sent, "level": "3"}, headers=headers).status_code == 422


def test_assess_leaves_what_a_project_has_shown(signed_in, learner, python):
    project = make_project("report", proves={"python": 2})
    assess(learner, python, 2, source="project", project=project)
    signed_in.post("/skills/python/level/", {"level": "2"})
    assert level_of(learner, python) == (2, "project")
    signed_in.post("/skills/python/level/", {"level": "3"})
    assert level_of(learner, python) == (3, "self")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose the highest level"),
        ({"level": "5"}, "Levels go from 0 to 4"),
        ({"level": "x"}, "Levels go from 0 to 4"),
    ],
)
def test_assess_knows_levels_from_0_to_4(signed_in, learner, python, sent, says):
    response = signed_in.post("/skills/python/level/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert "<h1" in response.text
    assert not Assessment.objects.exists()


def test_assess_finds_a_renamed_skill_and_no_other(signed_in, learner, python):
    rename(python, "python-3")
    assert signed_in.post("/skills/python/level/", {"level": "1"})["Location"] == "/skills/python-3/"
    assert signed_in.post("/skills/astronautics/level/", {"level": "1"}).status_code == 404
    retire(python)
    assert signed_in.post("/skills/python-3/level/", {"level": "1"}).status_code == 404


def test_undo_assessment_goes_back_to_the_level_before(signed_in, learner, python):
    assess(learner, python, 1)
    second = assess(learner, python, 3)
    response = signed_in.post(f"/history/assessments/{second.pk}/undo/", {"next": "/skills/python/"})
    assert (response.status_code, response["Location"]) == (303, "/skills/python/")
    assert messages_of(response)[0][0] == "Undone. Python is back at level 1, aware."
    assert level_of(learner, python) == (1, "self")


def test_undo_assessment_takes_back_the_latest_only(signed_in, learner, python):
    first = assess(learner, python, 1)
    assess(learner, python, 3)
    response = signed_in.post(f"/history/assessments/{first.pk}/undo/")
    assert response["Location"] == "/history/"
    assert messages_of(response)[0][0] == "You have changed this level since. Undo that change first."
    assert level_of(learner, python) == (3, "self")


def test_undo_assessment_knows_only_ones_own(signed_in, learner, other, python):
    foreign = assess(other, python, 2)
    assert signed_in.post(f"/history/assessments/{foreign.pk}/undo/").status_code == 404
    assert level_of(other, python) == (2, "self")


# Evidence


def test_add_evidence_completes_the_address_and_can_be_taken_back(signed_in, learner, python):
    response = signed_in.post("/skills/python/evidence/", {"url": "git.example/noor", "text": " Mine. "})
    made = Evidence.objects.get()
    assert (made.url, made.text, made.skill) == ("https://git.example/noor", "Mine.", python)
    assert messages_of(response) == [("Evidence added.", f"/evidence/{made.pk}/remove/")]
    assert response["Location"] == "/skills/python/"


def test_add_evidence_keeps_once_what_is_sent_twice(signed_in, learner, python):
    sent = {"text": "Mine.", "event_id": str(uuid.uuid4())}
    assert [signed_in.post("/skills/python/evidence/", sent).status_code for _ in range(2)] == [303, 303]
    assert Evidence.objects.count() == 1


def test_add_evidence_says_so_when_its_id_added_something_else(signed_in, learner, python):
    sent = {"url": "https://git.example/", "text": "Mine.", "event_id": str(uuid.uuid4())}
    signed_in.post("/skills/python/evidence/", sent)
    make_skill("sql")
    for path, change in (
        ("/skills/sql/evidence/", {}),
        ("/skills/python/evidence/", {"url": ""}),
        ("/skills/python/evidence/", {"text": "Other."}),
    ):
        response = signed_in.post(path, {**sent, **change})
        assert response.status_code == 422
        assert "You sent this form before with other values" in response.text
    assert ">\nOther.</textarea>" in response.text
    again = response.context["evidence_form"]["event_id"].value()
    assert signed_in.post("/skills/python/evidence/", {"text": "Other.", "event_id": again}).status_code == 303
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"url": "", "text": "  "}, "Give a link or describe it."),
        ({"url": "javascript:alert(1)", "text": "Typed."}, "This is not a web address."),
        ({"url": "ftp://git.example/", "text": "Typed."}, "This is not a web address."),
        ({"url": "https://git.example/" + "x" * 500, "text": "Typed."}, "500"),
        ({"url": "https://git.example/", "text": "x" * 2001}, "2000"),
    ],
)
def test_add_evidence_sends_bad_input_back_with_all_that_was_typed(signed_in, learner, python, sent, says):
    response = signed_in.post("/skills/python/evidence/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert re.search(r'name="(url|text)"[^>]*aria-invalid="true"', response.text)
    assert f'value="{sent["url"]}"' in response.text or not sent["url"]
    assert f">\n{sent['text']}</textarea>" in response.text
    assert not Evidence.objects.exists()


def test_remove_evidence_knows_only_ones_own(signed_in, learner, other, python):
    now = timezone.now()
    mine = services.add_evidence(learner=learner, skill=python, text="Mine.", now=now)
    foreign = services.add_evidence(learner=other, skill=python, text="Theirs.", now=now)
    assert signed_in.post(f"/evidence/{foreign.pk}/remove/").status_code == 404
    response = signed_in.post(f"/evidence/{mine.pk}/remove/", {"next": "/skills/python/"})
    assert response["Location"] == "/skills/python/"
    assert messages_of(response)[0][0] == "Evidence removed: Mine."
    assert list(Evidence.objects.all()) == [foreign]


# Notes


def test_note_is_kept_and_an_empty_one_is_none(signed_in, learner, python):
    response = signed_in.post("/skills/python/note/", {"text": "  Read chapter 3.\nAgain."})
    assert (response.status_code, response["Location"]) == (303, "/skills/python/")
    assert Note.objects.get().text == "  Read chapter 3.\nAgain."
    assert messages_of(response)[0][0] == "Note saved."
    response = signed_in.post("/skills/python/note/", {"text": " "})
    assert messages_of(response)[-1][0] == "Note removed."
    assert not Note.objects.exists()


def test_note_that_is_too_long_comes_back(signed_in, learner, python):
    long = "x" * 20_001
    response = signed_in.post("/skills/python/note/", {"text": long})
    assert response.status_code == 422
    assert f"{long}</textarea>" in response.text
    assert "20000" in response.text
    assert not Note.objects.exists()


def test_notes_of_merged_skills_become_one(signed_in, learner, python):
    old = make_skill("py")
    services.write_note(learner=learner, skill=old, text="Old.")
    services.write_note(learner=learner, skill=python, text="New.")
    merge(old, python)
    shown = signed_in.get("/skills/python/").context["own"].note
    assert sorted(shown.split("\n\n")) == ["New.", "Old."]
    signed_in.post("/skills/python/note/", {"text": "Both."})
    assert [(note.skill, note.text) for note in Note.objects.all()] == [(python, "Both.")]


# Resources


def test_tick_resource_ticks_and_unticks(signed_in, learner, python):
    docs = make_resource("docs", skills={"python": [0, 2]})
    for done, count in (("1", 1), ("1", 1), ("0", 0), ("0", 0)):
        response = signed_in.post(f"/resources/{docs.pk}/tick/", {"done": done, "next": f"/skills/python/#r{docs.pk}"})
        assert (response.status_code, response["Location"]) == (303, f"/skills/python/#r{docs.pk}")
        assert messages_of(response) == []
        assert ResourceState.objects.filter(learner=learner, resource=docs).count() == count


def test_tick_resource_knows_published_ones_only(signed_in, learner):
    gone = make_resource("gone")
    retire(gone)
    for pk in (gone.pk, 999):
        assert signed_in.post(f"/resources/{pk}/tick/", {"done": "1"}).status_code == 404
    assert not ResourceState.objects.exists()


def test_tick_of_a_merged_resource_is_that_of_the_one_there_is(signed_in, learner, python):
    old, new = make_resource("old"), make_resource("new")
    services.tick_resource(learner=learner, resource=old, done=True, now=timezone.now())
    merge(old, new)
    assert signed_in.get("/skills/python/").context["own"].done == 1
    signed_in.post(f"/resources/{new.pk}/tick/", {"done": "0"})
    assert signed_in.get("/skills/python/").context["own"].done == 0


def test_actions_by_their_address_lead_to_the_page(signed_in, learner, python):
    docs, made = make_resource("docs"), assess(learner, python, 1)
    evidence = services.add_evidence(learner=learner, skill=python, text="Mine.", now=timezone.now())
    for path, page in (
        ("/skills/python/level/", "/skills/python/"),
        ("/skills/python/evidence/", "/skills/python/"),
        ("/skills/python/note/", "/skills/python/"),
        (f"/evidence/{evidence.pk}/remove/", "/history/"),
        (f"/resources/{docs.pk}/tick/", "/resources/"),
        (f"/history/assessments/{made.pk}/undo/", "/history/"),
    ):
        response = signed_in.get(path)
        assert (response.status_code, response["Location"]) == (302, page)
    assert Evidence.objects.exists()
    assert level_of(learner, python) == (1, "self")


def test_actions_are_for_those_who_are_logged_in(client, python):
    for path in ("/skills/python/level/", "/skills/python/evidence/", "/skills/python/note/", "/resources/1/tick/"):
        assert client.post(path)["Location"] == f"/accounts/login/?next={path}"


ASK, UNDO = "/skills/rag/units/1/ask/", "/skills/rag/units/1/ask/undo/"


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
    html = markup_of(signed_in.get("/skills/rag/"))
    assert problems_of(html) == []
    assert boxes(html) == ["true", "false"]
    assert "Level 1, unit by unit" in html
    assert "1 h of 1 h 45 min" in html
    assert re.search(r'class="here">.*?Documentation</a><small>Part 1 · free</small>', html, re.DOTALL)
    assert "Are you at level 1?" not in html


def test_page_of_a_skill_offers_the_level_when_its_units_are_done(signed_in, learner, rag):
    make_resource("documentation", skills={"rag": [0, 1]})
    for key in ("ask", "read-it"):
        services.tick_unit(learner=learner, skill=rag, level=1, key=key, now=timezone.now())
    html = markup_of(signed_in.get("/skills/rag/"))
    assert html.index("<b>Are you at level 1?</b>") < html.index("Log 30 minutes") < html.index('id="units"')
    assert "<dd>confirm it <small>all 2 units done</small>" in html
    assert "Resources for level 1" in html and "of 1 done" not in html  # the units name the parts that one needs
    assert re.search(r'<span class="tick-box on"><span class="visually-hidden">\s*Done with Documentation</span>', html)
    assert 'name="level" value="1">I’m at level 1</button>' in html
    event = re.search(r'name="event_id" value="([0-9a-f-]+)" id="reach0-event_id"', html)
    signed_in.post("/skills/rag/level/", {"level": "1", "event_id": event[1]})
    html = markup_of(signed_in.get("/skills/rag/"))
    assert "Level 1, reached" in html
    assert "Level 2, unit by unit" in html
    assert boxes(html) == ["false"]
    assert "Needs a service, a program or a machine that we don’t have here, so we haven’t run it ourselves." in html


def test_public_page_of_a_skill_shows_the_units_of_each_level(client, rag, problems_of):
    html = markup_of(client.get("/skills/rag/"))
    assert problems_of(html) == []
    listed = html.partition('id="units"')[2]  # the button at the top also has the name of the first unit
    assert listed.index("Level 1 <span") < listed.index("Ask ten questions.") < listed.index("Level 2 <span")
    assert "tick-box" not in html


def test_units_with_commands_for_a_shell_say_what_windows_needs(client):
    command = "Start it.\n\n```sh\ncurl \\\n  localhost\n```\n\nDone when it answers."
    units = {
        1: [{"id": "start", "do": command, "minutes": 60}],
        2: [
            {"id": "write", "do": command.replace("```sh", "```python"), "minutes": 60},
            {"id": "again", "do": command.replace("Done", "On Windows type it in Git Bash. Done"), "minutes": 60},
        ],
    }
    make_skill("rag", units=units)
    first, second = markup_of(client.get("/skills/rag/")).split("Level 2 <span")
    assert "On Windows, use" in first
    assert "On Windows, use" not in second


def test_the_message_about_a_unit_leaves_out_a_long_title_instead_of_cutting_it(signed_in, learner):
    long = "Give and take permissions and see what they do to a file that somebody else owns and to its folder"
    make_skill("rag", units={1: [{"id": "ask", "do": f"{long}. Done when you saw it.", "minutes": 60}]})
    assert messages_of(post(signed_in, ASK)) == [("Unit done. 1 h logged.", UNDO)]
    assert messages_of(post(signed_in, UNDO))[1:] == [("Unit no longer done. 1 h removed from your log.", "")]


def test_message_can_be_closed_without_javascript(signed_in, rag):
    post(signed_in, ASK)
    page = markup_of(signed_in.get("/skills/rag/"))
    assert '<dialog open class="message success"' in page
    assert '<form method="dialog"><button class="undo">Close</button></form></dialog>' in page


def test_units_of_a_later_level_are_there_to_look_at_and_one_that_is_known_takes_no_time(signed_in, rag):
    page = markup_of(signed_in.get("/skills/rag/"))
    assert "Level 2, after this one" in page
    assert len(boxes(page)) == 2  # only the units of the next level can be ticked
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
    assert len(boxes(markup_of(signed_in.get("/skills/rag/")))) == 2
    services.assess(learner=learner, skill=basics, level=2, now=timezone.now())
    page = markup_of(signed_in.get("/skills/rag/"))
    assert len(boxes(page)) == 1
    assert "1 unit left out, because you can already program" in page
    assert "1 h 0 min" not in page.split('id="units"')[0]
    assert "0 min of 1 h" in page

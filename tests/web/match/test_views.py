"""The page of a job ad or CV. How files are read is tested in tests/matching/test_uploads.py."""

import io
import json
import re
import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance import memory
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.matching import uploads
from guidance.matching.uploads import UploadError, UploadRejected
from guidance.progress import services
from guidance.progress.models import Assessment, Progress
from guidance.web.match.forms import REFUSED, packed_skill, unpacked_skills
from guidance.web.match.page import TextPiece
from guidance.web.onboarding.drafts import KEY, CvSkill
from tests.factories import milestone_document, project_document, publish, role_document, skill_document
from tests.matching.papers import docx
from tests.web.learners import messages_of, set_goal
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db

AD = "You must know Kafka.\nNice to have: Spark & Python. No Java."
CV = "WORK EXPERIENCE\nBuilt pipelines with Kafka.\nSKILLS\nPython (6 years), Spark"


@pytest.fixture(autouse=True)
def catalogue(db):
    publish(
        skill_document("sql", name="SQL", kind="tool", effort=[5, 10, 20, 40]),
        skill_document("python", kind="tool", effort=[10, 20, 30, 40]),
        skill_document("java", kind="tool"),
        skill_document("kafka", kind="tool", effort=[4, 8, 16, 32], prerequisites={"sql": 2}),
        skill_document("spark", kind="tool", effort=[6, 12, 18, 24], prerequisites={"sql": 2}),
        role_document("data-engineer", requirements={"kafka": (3, 5), "python": (1, 3)}),
        role_document("analyst", requirements={"sql": (2, 5), "python": (2, 1)}),
    )


@pytest.fixture
def noor(signed_in) -> User:
    return User.objects.get()


def level(learner: User, slug: str, level: int) -> None:
    services.assess(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=timezone.now())


def read(client, **sent):
    return client.post("/match/", {"about": "ad", "text": AD, **sent})


def problems(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def levels_of(learner):
    return dict(learner.learnerskills.values_list("skill__slug", "level"))


# The form


def test_form_is_for_everybody_and_stores_nothing(client, problems_of):
    response = client.get("/match/")
    assert response.status_code == 200
    assert problems_of(response.text) == []
    assert "session" not in response.cookies
    assert '<input type="radio" name="about" value="ad"' in response.text


def test_address_chooses_what_it_is_about_and_the_role(client):
    form = client.get("/match/?about=cv&role=analyst").context["form"]
    assert form.initial == {"about": "cv", "role": "analyst"}
    response = client.get("/match/?about=poem&role=astronaut")
    assert response.status_code == 400
    assert len(response.context["problems"]) == 2


def test_learner_compares_with_the_role_of_the_goal(signed_in, noor):
    set_goal(noor, "data-engineer")
    assert signed_in.get("/match/").context["form"].initial["role"] == "data-engineer"


def test_form_asks_for_one_text(client):
    assert problems(read(client, text=" \n")) == {"text": ["Paste a text here, or choose a file."]}
    response = read(client, file=SimpleUploadedFile("ad.txt", b"Kafka"))
    assert problems(response) == {"file": ["Paste a text or choose a file, not both. Which one do you mean?"]}
    assert response.status_code == 422
    assert AD.split("\n", maxsplit=1)[0] in response.text


def test_form_says_what_is_too_long_for_it(client):
    assert read(client, text="x" * 100_000).status_code == 200
    long = {"text": ["At most 100,000 characters are read at a time. Leave out what does not name a skill."]}
    response = read(client, text="x" * 100_001)
    assert (response.status_code, problems(response)) == (422, long)
    response = read(client, text="x" * 2_000_000)  # more than Django reads of a form
    assert (response.status_code, problems(response)) == (413, long)


def test_text_may_have_100_000_characters_however_lines_end(client):
    assert read(client, text="🚀\r\n" * 50_000).status_code == 200


def test_form_is_safe_from_forged_requests():
    client = Client(enforce_csrf_checks=True)
    assert read(client).status_code == 403
    assert read(client, file=SimpleUploadedFile("ad.txt", b"Kafka"), text="").status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/match/").text)[1]
    sent = {"csrfmiddlewaretoken": token, "text": "", "file": SimpleUploadedFile("ad.txt", b"Kafka")}
    assert read(client, **sent).status_code == 200


# A job ad


def test_ad_is_read_and_not_kept(client, problems_of):
    response = read(client)
    page = response.context["page"]
    assert [(row.skill.slug, row.look, row.target, row.hours) for row in page.rows] == [
        ("kafka", "must", 2, 15 + 12),
        ("spark", "nice", 2, 15 + 18),
        ("python", "nice", 2, 30),
    ]
    assert (page.asked, page.met, page.hours) == (1, 0, 15 + 12 + 18 + 30)
    assert problems_of(response.text) == []
    assert "session" not in client.cookies
    assert "Nothing is counted as known" in response.text


def test_ad_is_marked_where_it_names_skills_and_otherwise_as_it_was_written(client):
    response = read(client)
    pieces = response.context["page"].pieces
    assert "".join(piece.text for piece in pieces) == AD
    assert TextPiece("Kafka", "must", "asked for") in pieces
    assert '<mark class="mention must">Kafka<span class="visually-hidden"> (asked for)</span></mark>' in markup_of(
        response
    )
    assert '<mark class="mention nice">Spark<span class="visually-hidden"> (welcome)</span></mark>' in markup_of(
        response
    )
    assert "</mark> &amp; <mark" in markup_of(response)
    assert ">Java<" not in markup_of(response)


def test_ad_fits_roles(client):
    roles = read(client).context["page"].roles
    assert [row.role.slug for row in roles] == ["data-engineer", "analyst"]
    assert roles[0].text == "2 of the 3 skills are among its 2; they make up 100 % of it"


def test_ad_without_a_skill_says_so(client, problems_of):
    response = read(client, text="A poet who rhymes")
    assert "It names no skill that we know" in response.text
    assert problems_of(response.text) == []


def test_ad_is_compared_with_the_learner_and_the_role(signed_in, noor, queries):
    set_goal(noor, "data-engineer")
    level(noor, "python", 1)
    level(noor, "sql", 2)
    signed_in.get("/match/")
    with queries(4):
        page = read(signed_in, role="data-engineer").context["page"]
    assert [(row.skill.slug, row.level, row.target, row.hours) for row in page.rows] == [
        ("kafka", 0, 3, 28),
        ("spark", 0, 2, 18),
        ("python", 1, 1, 0),
    ]
    assert [row.skill.slug for row in page.can_be_first] == ["kafka"]
    assert [skill.slug for skill in page.outside] == ["spark"]


def test_ad_counts_what_a_visitor_has_said(client):
    client.post("/start/cv/?role=analyst", {"cv": CV})
    client.post("/start/levels/", {"level-python": "3", "level-kafka": "0", "level-spark": "0"})
    response = read(client)
    assert {row.skill.slug: row.level for row in response.context["page"].rows}["python"] == 3
    assert "Nothing is counted as known" not in response.text


def test_missing_skills_come_first_in_the_plan_when_asked_for_and_can_be_taken_back(signed_in, noor):
    set_goal(noor, "data-engineer")
    text = markup_of(read(signed_in))
    assert 'name="pin" value="kafka" checked' in text
    assert 'name="pin" value="spark"' not in text
    assert not noor.planoverrides.exists()
    response = signed_in.post("/plan/overrides/", {"pin": ["kafka", "python"], "next": "/plan/"})
    assert list(noor.planoverrides.values_list("skill__slug", "kind")) == [("kafka", "pin"), ("python", "pin")]
    [(_text, undo)] = messages_of(response)
    signed_in.post(undo)
    assert not noor.planoverrides.exists()


def test_learner_without_a_goal_is_led_to_one(signed_in, noor):
    text = read(signed_in).text
    assert 'href="/plan/goal/?role=data-engineer"' in text
    assert "Add to my plan" not in text


def test_visitor_is_led_to_a_plan_for_the_role_that_fits(client):
    assert 'href="/start/?role=data-engineer"' in read(client).text


# A CV


def test_cv_proposes_levels_and_stores_none(signed_in, noor, problems_of):
    level(noor, "spark", 2)
    before = Progress.objects.get().version
    response = read(signed_in, about="cv", text=CV)
    page = response.context["page"]
    [group] = page.groups
    assert [(row.skill.slug, row.field.initial, row.why) for row in group.rows] == [
        ("kafka", 2, "“Kafka” in line 2"),
        ("python", 3, "“Python” in line 4"),
    ]  # SQL, which Kafka needs, is implied by Spark
    assert page.higher == 1
    assert [row.role.slug for row in page.roles] == ["analyst", "data-engineer"]  # Spark rests on SQL at level 2
    assert (levels_of(noor), Progress.objects.get().version) == ({"spark": 2}, before)
    assert problems_of(response.text) == []
    assert "asked for" not in response.text


def test_cv_is_readiest_for_roles_by_what_it_rests_on_too(client):
    [row] = read(client, about="cv", text="WORK EXPERIENCE\nBuilt pipelines with Kafka.").context["page"].roles[:1]
    assert row.role.slug == "analyst"  # Kafka rests on SQL
    assert not read(client, about="cv", text="SKILLS\nSpark").context["page"].roles  # named in passing


def sent_on(response, **levels):
    return {"found": response.context["page"].found} | {f"level-{slug}": level for slug, level in levels.items()}


def test_confirmed_levels_are_stored_and_can_be_taken_back(signed_in, noor):
    set_goal(noor, "data-engineer")
    level(noor, "python", 1)
    page = read(signed_in, about="cv", text=CV)
    assert [row.skill.slug for row in page.context["page"].groups[1].rows] == ["sql"]
    response = signed_in.post("/match/levels/", sent_on(page, python=3, kafka=1, spark=0, sql=1))
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    assert levels_of(noor) == {"python": 3, "kafka": 1, "sql": 1}
    kinds = dict(noor.learnerskills.values_list("skill__slug", "kind"))
    assert kinds == {"python": Assessment.Source.CV, "kafka": Assessment.Source.SELF, "sql": Assessment.Source.SELF}
    [(text, undo)] = messages_of(response)
    assert text.startswith("3 levels confirmed: Kafka, SQL and Python. Readiness ")
    response = signed_in.post(undo)
    assert {slug for slug, level in levels_of(noor).items() if level} == {"python"}
    assert signed_in.post(undo).status_code == 303  # twice is once


@pytest.mark.parametrize(
    ("sent", "stored"), [({}, {}), ({"sql": 2}, {}), ({"sql": 0}, {"sql": 0}), ({"sql": 3}, {"sql": 3})]
)
def test_what_the_cv_rests_on_is_implied_and_stored_only_when_it_is_changed(signed_in, noor, sent, stored):
    page = read(signed_in, about="cv", text=CV)
    signed_in.post("/match/levels/", sent_on(page, **sent))
    assert levels_of(noor) == {"python": 3, "kafka": 2, "spark": 1} | stored


def test_a_milestone_that_the_cv_completes_is_credited_until_it_is_taken_back(signed_in, noor):
    publish(
        milestone_document("programs", steps=[("python", 1)], projects=["script"]),
        project_document("script", proves={"python": 1}),
        role_document("data-engineer", requirements={"kafka": (3, 5), "python": (1, 3)}, milestones=["programs"]),
    )
    set_goal(noor, "data-engineer")
    response = signed_in.post("/match/levels/", sent_on(read(signed_in, about="cv", text=CV)))
    assert [row.milestone.slug for row in noor.completedmilestones.all()] == ["programs"]
    [(_text, undo)] = messages_of(response)
    signed_in.post(undo)
    assert not noor.completedmilestones.exists()


def test_no_level_goes_down(signed_in, noor):
    level(noor, "python", 2)
    page = read(signed_in, about="cv", text=CV)
    response = signed_in.post("/match/levels/", sent_on(page, python=1, kafka=0, spark=0))
    assert levels_of(noor) == {"python": 2}
    assert messages_of(response) == [("Nothing was changed: no level is above the one you have.", "")]


def test_confirming_twice_is_confirming_once(signed_in, noor):
    page = read(signed_in, about="cv", text=CV)
    for _ in range(2):
        signed_in.post("/match/levels/", sent_on(page, python=3))
    assert noor.assessments.count() == 3


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"found": ["", "python", "python 9 1 1 x", "astronaut 1 1 1 x", "python 2 ² 1 x", "python 2 1 99999999 x"]},
        {"found": ["python 2 1 1 Python"], "level-python": "7"},
    ],
)
def test_what_nobody_found_is_refused(signed_in, noor, sent):
    response = signed_in.post("/match/levels/", sent)
    assert (response.status_code, response["Location"]) == (303, "/match/")
    assert levels_of(noor) == {}


def test_undo_touches_only_what_is_ones_own(signed_in, noor, client):
    other = User.objects.create_user("other@waymark.example")
    level(other, "python", 2)
    made = other.assessments.get()
    assert signed_in.post(f"/match/undo/?made={made.pk}").status_code == 404
    assert signed_in.post("/match/undo/?made=x&made=99999999999999999999").status_code == 404
    assert client.post("/match/undo/?made=1").status_code == 302
    assert levels_of(other) == {"python": 2}


def test_visitor_takes_the_cv_along_to_the_start(client):
    page = read(client, about="cv", text=CV)
    assert "session" not in client.cookies
    response = client.post("/match/levels/", sent_on(page))
    assert (response.status_code, response["Location"]) == (303, "/start/levels/")
    assert client.session[KEY]["found"] == {
        "kafka": [2, "Kafka", 2, 1],
        "python": [3, "Python", 4, 1],
        "spark": [1, "Spark", 4, 1],
    }
    assert client.session[KEY]["levels"] == {}
    assert "“Kafka” in line 2" in client.get("/start/levels/").text


def test_a_find_comes_back_as_it_was_packed():
    find = CvSkill(2, "Python 3: Expert", 12, 4)
    assert unpacked_skills([packed_skill("python", find)], snapshot.current()) == {"python": find}


# JSON Resume

RESUME = {
    "basics": {"name": "Lena Example", "label": "Data engineer"},
    "work": [{"company": "Acme", "position": "Engineer", "highlights": ["Built pipelines with Kafka"]}],
    "skills": [{"name": "Languages", "level": "Expert", "keywords": ["Python", "Cobol"]}],
    "hobbies": [],
}


def test_json_resume_is_a_cv_whatever_was_chosen(signed_in, problems_of):
    file = SimpleUploadedFile("resume.json", json.dumps(RESUME).encode())
    response = read(signed_in, about="ad", text="", file=file)
    page = response.context["page"]
    assert page.about_cv
    assert [(row.skill.slug, row.field.initial, row.why) for row in page.groups[0].rows] == [
        ("kafka", 2, "“Kafka” in line 6"),
        ("python", 3, "“Python: Expert” in line 9"),
    ]
    assert page.unknown == ("Cobol", "hobbies")
    assert "Lena" not in response.text
    assert problems_of(response.text) == []


def test_json_resume_may_be_pasted_and_leads_to_the_start(client):
    page = read(client, text=json.dumps(RESUME))
    client.post("/match/levels/", sent_on(page))
    assert client.session[KEY]["found"]["python"] == [3, "Python: Expert", 9, 1]


def test_json_that_is_no_resume_is_refused(client):
    assert list(problems(read(client, text='{"a": 1}'))) == ["text"]
    assert read(client, text='{"python": ' * 5_000).status_code == 200  # no JSON: a text
    assert read(client, text="{ Python }").context["page"].rows[0].skill.slug == "python"


# Files


def test_file_is_read_in_memory(client, monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("a file on disk")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    file = SimpleUploadedFile("ad.docx", docx("You must know Kafka.", padding=3_000_000))
    page = read(client, text="", file=file).context["page"]
    assert [(row.skill.slug, row.look) for row in page.rows] == [("kafka", "must")]


@pytest.mark.parametrize("why", UploadRejected)
def test_every_reason_not_to_read_a_file_is_told_at_its_field(client, monkeypatch, why):
    def refuse(data):
        raise UploadError(why)

    monkeypatch.setattr(uploads, "text_of", refuse)
    response = read(client, text="", file=SimpleUploadedFile("ad.pdf", b"%PDF-"))
    assert response.status_code == 422
    assert problems(response) == {"file": [str(REFUSED[why]).format(n=5)]}


def test_file_that_is_too_large_is_refused_without_being_kept(client):
    file = SimpleUploadedFile("ad.txt", b"x" * (uploads.MAX_BYTES + 1))
    response = read(client, text="", file=file)
    assert problems(response) == {"file": ["The file is larger than 5 MB. Paste the text of it instead."]}
    assert read(client, text="", file=SimpleUploadedFile("e.txt", b"")).status_code == 422


def test_body_that_is_far_too_large_is_not_read(client):
    response = client.post(
        "/match/", io.BytesIO(b""), content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="999999999"
    )
    assert response.status_code == 413


def test_handler_keeps_one_file_of_the_field_up_to_its_limit():
    handler = memory.MemoryHandler("file", 5)
    handler.new_file("file", "a.txt", "text/plain", None)
    for start, chunk in ((0, b"abc"), (3, b"defg"), (7, b"h")):
        handler.receive_data_chunk(chunk, start)
    kept = handler.file_complete(8)
    assert (kept.read(), kept.size) == (b"abcde", 8)
    for name in ("file", "other"):
        with pytest.raises(memory.SkipFile):
            handler.new_file(name, "b.txt", "text/plain", None)


def test_a_request_that_is_done_again_reads_its_file_once(rf):
    seen = []
    view = memory.in_memory("file", 1_000, refused=HttpResponse)(
        lambda request: seen.append(request.FILES["file"].size) or HttpResponse()
    )
    request = rf.post("/", {"file": SimpleUploadedFile("ad.txt", b"Kafka")})
    request._dont_enforce_csrf_checks = True
    view(request)
    view(request)
    assert seen == [5, 5]


def test_too_many_texts_in_a_minute_are_refused_for_a_while(client, settings):
    settings.API_LIMITS = {**settings.API_LIMITS, "anonymous_post": 2}
    address = {"REMOTE_ADDR": "203.0.113.77"}
    answers = [client.post("/match/", {"about": "ad", "text": "Python"}, **address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert "too many texts" in answers[2].content.decode()
    assert client.post("/match/", {"about": "ad", "text": "Python"}).status_code == 200  # from another address


def test_halves_of_characters_are_shown_as_question_marks(client):
    resume = '{"basics": {}, "skills": [{"name": "Python \\ud800"}, {"name": "Basket \\ud83e\\uddfa"}], "\\udfff": 1}'
    response = client.post("/match/", {"about": "cv", "text": resume})
    assert response.status_code == 200
    assert "Basket 🧺" in response.content.decode()

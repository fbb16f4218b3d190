"""The page of a job ad. CVs, files and unreadable texts have tests of their own."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guidance.progress.models import Assessment, Progress
from guidance.web.match.marks import TextPiece
from guidance.web.onboarding.drafts import KEY
from tests.web.learners import messages_of, set_goal
from tests.web.markup import markup_of
from tests.web.match.readings import AD, CV, again, levels_of, named, problems, read, result_of, set_level

pytestmark = pytest.mark.django_db


# The form


def test_form_is_for_everybody_and_stores_nothing(client, problems_of):
    response = client.get("/match/")
    assert response.status_code == 200
    assert problems_of(response.text) == []
    assert "session" not in response.cookies


def test_address_chooses_what_comes_first_and_the_role(client):
    response = client.get("/match/?about=cv&role=analyst")
    assert "cv-first" in response.text
    assert '<input type="hidden" name="role" value="analyst">' in markup_of(response)
    response = client.get("/match/?about=poem&role=astronaut")
    assert response.status_code == 400
    assert len(response.context["problems"]) == 2


def test_form_asks_for_a_text(client):
    assert problems(read(client, text=" \n")) == {"text": ["Paste a text here, or choose a file."]}
    response = read(client, cv=CV, file=SimpleUploadedFile("ad.txt", b"Kafka"))
    assert list(problems(response)) == ["file"]
    assert response.status_code == 422
    assert AD.split("\n", maxsplit=1)[0] in response.text


def test_form_is_safe_from_forged_requests():
    client = Client(enforce_csrf_checks=True)
    assert read(client).status_code == 403
    assert read(client, file=SimpleUploadedFile("ad.txt", b"Kafka and Spark"), text="").status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/match/").text)[1]
    sent = {"csrfmiddlewaretoken": token, "text": "", "file": SimpleUploadedFile("ad.txt", b"Kafka and Spark")}
    assert read(client, **sent).status_code == 200


# What is there and what is missing


def test_ad_is_read_and_not_kept(client, problems_of):
    response = read(client)
    ad = result_of(response)
    assert [(row.slugs, row.best.target, row.best.hours, row.quote) for row in ad.asked.rows] == [
        ("kafka", 2, 15 + 12, "You must know Kafka")
    ]
    assert [(row.slugs, row.best.hours) for row in ad.welcome.rows] == [("spark", 15 + 18), ("python", 30)]
    assert (ad.met, ad.asked.hours, ad.welcome.hours) == ([], 27, 15 + 18 + 30)
    assert ad.headline == "This ad names 3 skills; 27\N{NO-BREAK SPACE}h from zero to the one that it requires."
    assert problems_of(response.text) == []
    assert "session" not in client.cookies
    assert "every skill counts as new" in response.text


def test_ad_is_marked_where_it_names_skills_and_otherwise_as_it_was_written(client):
    response = read(client)
    lines = result_of(response).lines
    assert "\n".join("".join(piece.text for piece in line.pieces) for line in lines) == AD
    assert TextPiece("Kafka", "must", "missing, asked for", "kafka") in lines[0].pieces
    shown = markup_of(response)
    assert (
        '<a class="mention nice" href="#skill-spark">Spark<span class="visually-hidden"> (missing, welcome)</span></a>'
        in shown
    )
    assert "</a> &amp; <a" in shown
    assert ">Java<" not in shown


def test_ad_is_compared_with_the_learner_and_the_role(signed_in, noor, queries):
    set_goal(noor, "data-engineer")
    set_level(noor, "python", 1)
    set_level(noor, "sql", 2)
    signed_in.get("/match/")
    with queries(4):
        ad = result_of(read(signed_in, role="data-engineer"))
    assert [(row.slugs, row.best.level, row.best.target, row.best.hours) for row in ad.missing] == [
        ("kafka", 0, 3, 28),
        ("spark", 0, 2, 18),
    ]
    assert named(ad.met) == ["python"]
    assert ad.headline == (
        "You have 1 of the 3 skills this ad names; 28\N{NO-BREAK SPACE}h to the missing one that it requires."
    )
    assert ad.lead == "At 7\N{NO-BREAK SPACE}h a week, the required one takes about a month."
    assert [skill.slug for skill in ad.can_be_first] == ["kafka"]


def test_ad_counts_what_a_visitor_has_said(client):
    client.post("/start/cv/?role=analyst", {"cv": CV})
    client.post("/start/levels/", {"level-python": "3", "level-kafka": "0", "level-spark": "0"})
    response = read(client)
    assert named(result_of(response).met) == ["python"]
    assert "every skill counts as new" not in response.text


def test_a_choice_is_one_row(client):
    ad = result_of(read(client, text="You must know SQL.\nYou need Kafka, Spark or Python."))
    assert [(row.slugs, row.quote) for row in ad.asked.rows] == [
        ("sql", "You must know SQL"),
        ("kafka spark python", "You need Kafka, Spark or Python"),
    ]
    row = ad.asked.rows[1]
    assert (row.best.skill.slug, row.best.hours) == ("kafka", 27)  # with SQL, the nearest
    ad = result_of(read(client, text="You need Kafka, Spark or Python.", do="know spark 2"))
    assert named(ad.met) == ["kafka spark python"]
    assert ad.headline == "You have the one skill this ad names."
    ad = result_of(read(client, text="You need Kafka, Spark or Python.", do="out kafka spark python"))
    assert [row.name for row in ad.left_out] == ["Kafka, Spark or Python"]


def test_cv_beside_an_ad_counts_without_an_account_and_is_not_stored(client, problems_of):
    response = read(client, cv=CV)
    ad = result_of(response)
    assert {row.slugs: (row.best.level, row.note) for row in (*ad.met, *ad.missing)} == {
        "kafka": (2, "from your CV"),
        "python": (3, "from your CV"),
        "spark": (1, ""),
    }
    assert "3 levels that count here are from your CV" in ad.notes[-1]
    assert problems_of(response.text) == []
    assert "session" not in client.cookies


def test_ad_without_a_skill_says_what_to_do(client, problems_of):
    response = read(client, text="A poet who rhymes well")
    assert result_of(response).headline == "This ad names no skill that Waymark knows."
    assert "paste all of it" in response.text
    assert problems_of(response.text) == []


# Corrections by the user


def test_what_is_not_in_the_ad_is_left_out_until_it_is_put_back(client):
    response = read(client, do="out spark")
    ad = result_of(response)
    assert (named(ad.missing), named(ad.left_out)) == (["kafka", "python"], ["spark"])
    assert [row.slugs for row in ad.welcome.rows if row.is_next] == ["python"]  # the row that gets the focus
    assert response.context["done"].undo == "back spark"
    response = client.post("/match/", again(response, do="out kafka"))
    assert named(result_of(response).missing) == ["python"]
    response = client.post("/match/", again(response, do="back spark"))
    assert named(result_of(response).missing) == ["spark", "python"]
    assert "session" not in client.cookies


def test_what_a_visitor_knows_is_kept_in_the_form(client):
    response = read(client, do="know kafka 2")
    ad = result_of(response)
    assert (named(ad.met), named(ad.missing)) == (["kafka"], ["spark", "python"])
    assert ad.welcome.hours == 18 + 30  # SQL is implied
    response = client.post("/match/", again(response, do="know python 2"))
    assert named(result_of(response).met) == ["kafka", "python"]
    response = client.post("/match/", again(response, do="forget kafka"))
    assert named(result_of(response).met) == ["python"]
    assert "session" not in client.cookies


def saving(response) -> dict[str, list[str]]:
    """The data of the page's form that saves the ad."""
    fields: dict[str, list[str]] = {}
    for name, value in result_of(response).saved:
        fields.setdefault(name, []).append(value)
    return fields


def test_ad_of_a_visitor_leads_to_a_plan_with_what_they_said(client):
    response = read(client, do="know kafka 2", role="data-engineer")
    assert '<input type="hidden" name="known" value="kafka 2">' in markup_of(response)
    response = client.post("/ads/save/", {**saving(response), "known": "kafka 2", "then": "goal"})
    assert (response.status_code, response["Location"]) == (303, "/start/plan/")
    assert client.session[KEY]["levels"] == {"kafka": 2}
    assert client.session[KEY]["role"] == "data-engineer"
    response = read(client, cv=CV, role="data-engineer")
    sent = {**saving(response), "found": response.context["cv_found"], "then": "goal"}
    assert client.post("/ads/save/", sent)["Location"] == "/start/levels/"
    assert client.session[KEY]["found"]["kafka"] == [2, "Kafka", 2, 1]


def test_what_a_learner_knows_is_their_level_and_can_be_undone(signed_in, noor, queries):
    signed_in.get("/match/")
    with queries(22):
        response = read(signed_in, do="know kafka 2")
    assert named(result_of(response).met) == ["kafka"]
    assert levels_of(noor) == {"kafka": 2}
    assert noor.assessments.get().kind == Assessment.Source.SELF
    assert response.context["done"].message == "Kafka: level 2 saved."
    response = signed_in.post("/match/", again(response, do="forget kafka"))
    assert named(result_of(response).missing) == ["kafka", "spark", "python"]
    assert not any(levels_of(noor).values())


def test_no_claim_lowers_a_level_or_touches_what_others_did(signed_in, noor):
    set_level(noor, "kafka", 3)
    made = noor.assessments.get()
    read(signed_in, do="know kafka 2")
    assert levels_of(noor) == {"kafka": 3}
    before = Progress.objects.get().version
    other = type(noor).objects.create_user("other@waymark.example")
    set_level(other, "spark", 2)
    read(signed_in, do="forget spark", made=f"spark {other.assessments.get().pk}")
    assert levels_of(other) == {"spark": 2}
    assert Progress.objects.get(learner=noor).version >= before
    read(signed_in, do="forget kafka", made=f"kafka {made.pk}")  # the learner's own row, although it was not made here
    assert not any(levels_of(noor).values())


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "know kafka 9"},
        {"do": "know kafka"},
        {"do": "out astronaut"},
        {"do": "explode kafka"},
        {"known": ["kafka", "kafka x", "kafka ²", "astronaut 2", "kafka 9"], "out": "astronaut", "made": "kafka -1"},
        {"role": "astronaut", "added": "astronaut"},
    ],
)
def test_what_the_page_does_not_send_changes_nothing(client, sent):
    ad = result_of(read(client, **sent))
    assert (named(ad.missing), ad.left_out) == (["kafka", "spark", "python"], [])


def test_reader_corrects_title_role_and_skills(client):
    response = read(client, do="correct", title="Analyst", role="", missed="sql, astronautics")
    ad = result_of(response)
    assert (ad.title, ad.role.slug) == ("Analyst", "analyst")
    assert named(ad.asked.rows) == ["sql", "kafka"]  # the analyst needs SQL most
    assert "We don’t know a skill with this name: astronautics." in response.text
    response = client.post("/match/", again(response, role="none", title=ad.title))
    ad = result_of(response)
    assert (ad.role, named(ad.asked.rows)) == (None, ["kafka", "sql"])
    assert "This ad matches none of the 2 roles" in response.text


def test_page_says_whose_levels_and_which_hours_it_shows(signed_in):
    page = markup_of(read(signed_in, role="data-engineer"))
    assert "a target here is usually that of the closest role, Data engineer, or level 2" in page
    assert "The plan takes longer than the required ones" in page
    assert "it asks for" not in page
    assert "so most targets here are level 2" in markup_of(read(signed_in, role="none"))


def test_role_of_the_reader_sets_the_levels(client):
    ad = result_of(read(client, role="data-engineer"))
    assert {row.slugs: row.best.target for row in ad.missing} == {"kafka": 3, "spark": 2, "python": 1}
    assert [fact.aside for fact in ad.facts if fact.record] == ["as you said"]
    assert [fact.name for fact in ad.facts if fact.text == "English"] == ["written in"]


# What follows


def test_ad_is_saved_as_it_was_read_and_corrected(signed_in, noor):
    set_goal(noor, "data-engineer")
    text = "Senior data wizard\nYou must know Kafka, and SQL or Java. Nice to have: Spark & Python."
    response = read(signed_in, text=text, do="out python", role="data-engineer", title="Data wizard")
    assert "can go back to Data engineer with one click" in markup_of(response)
    response = signed_in.post("/ads/save/", {**saving(response), "text": text, "then": "goal"})
    assert response["Location"] == "/plan/"
    [ad] = noor.savedads.all()
    assert (ad.title, ad.role.slug, ad.text) == ("Data wizard", "data-engineer", "")
    assert {
        item.skill.slug: (item.cue, item.level, item.choice, item.is_out) for item in ad.skills.select_related("skill")
    } == {
        "kafka": ("must", 3, None, False),
        "sql": ("must", 2, 1, False),
        "java": ("must", 2, 1, False),
        "spark": ("nice", 2, None, False),
        "python": ("nice", 1, None, True),
    }


def test_missing_skills_come_first_in_the_plan_when_asked_for_and_can_be_taken_back(signed_in, noor):
    set_goal(noor, "data-engineer")
    text = markup_of(read(signed_in))
    assert '<input type="hidden" name="pin" value="kafka">' in text
    assert 'name="pin" value="spark"' not in text
    assert not noor.planoverrides.exists()
    response = signed_in.post("/plan/overrides/", {"pin": ["kafka", "python"], "next": "/plan/"})
    assert list(noor.planoverrides.values_list("skill__slug", "kind")) == [("kafka", "pin"), ("python", "pin")]
    [(_text, undo)] = messages_of(response)
    signed_in.post(undo)
    assert not noor.planoverrides.exists()


def test_ad_that_is_saved_or_the_goal_is_recognised(signed_in, noor):
    response = read(signed_in, role="data-engineer")
    assert result_of(response).same is None
    signed_in.post("/ads/save/", {**saving(response), "then": "save"})
    again = read(signed_in, role="data-engineer")
    assert "You saved this ad" in markup_of(again)
    assert 'value="goal"' in again.text
    signed_in.post(f"/ads/{noor.savedads.get().pk}/goal/")
    goal = read(signed_in, role="data-engineer")
    assert "is your goal" in markup_of(goal)
    assert 'value="goal"' not in goal.text
    assert result_of(read(signed_in, text=f"{AD} And SQL.", role="data-engineer")).same is None


def test_two_ads_in_one_text_are_told(client):
    one = "Data engineer\n\nRequirements\n- Kafka\n\nWe offer\n- Bikes\n"
    [note] = result_of(read(client, text=f"{one}\n\n{one.replace('Data engineer', 'ML Engineer')}")).notes[:1]
    assert note == "These look like two ads, “Data engineer” and “ML Engineer”, read as one. Paste one at a time."
    assert "two ads" not in read(client, text=one).text


def test_skill_taken_out_never_makes_the_headline_longer(client):
    text = "You must know Kafka, Spark. Python."
    before = result_of(read(client, text=text))
    after = result_of(read(client, text=text, do="out kafka"))
    assert after.asked.hours < before.asked.hours
    assert [(row.slugs, row.cue) for row in before.asked.rows] == [
        ("kafka", "must"),
        ("spark", "must"),
        ("python", None),
    ]
    assert markup_of(read(client, text=text)).count("only named") == 1


def test_learner_without_a_goal_makes_the_ad_the_first(signed_in, noor):
    response = read(signed_in, role="data-engineer")
    assert "Your plan leads to these 3 skills" in markup_of(response)
    assert 'name="pin"' not in response.text
    assert signed_in.post("/ads/save/", {**saving(response), "then": "goal"})["Location"] == "/plan/"
    assert noor.goals.get().ad is not None


def test_ad_of_which_nothing_is_missing_has_no_plan(signed_in, noor, client):
    for slug in ("kafka", "spark", "python"):
        set_level(noor, slug, 3)
    response = read(signed_in)
    assert result_of(response).headline == "You have all 3 skills this ad names."
    assert 'value="save"' in response.text
    assert 'value="goal"' not in response.text


def test_ad_without_a_skill_has_nothing_to_save(signed_in, noor):
    assert "/ads/save/" not in read(signed_in, text="A poet who rhymes well").text

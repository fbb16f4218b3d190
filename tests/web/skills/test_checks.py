"""The pages of a quick check, from the first question to the result, without JavaScript."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.progress import checks, services
from guidance.progress.models import Assessment, CheckAnswer, ItemReport, QuickCheck
from tests.factories import choice_item, make_check, make_role, make_skill, retire
from tests.web.learners import messages_of, set_goal

pytestmark = pytest.mark.django_db

UNITS = {
    1: [
        {"id": "loop", "do": "Write a loop over a list.", "minutes": 60},
        {"id": "file", "do": "Read a file.", "minutes": 40},
    ]
}
EVERY_KIND = [
    choice_item(1, 1, taught_by="loop", source="https://docs.example/loops", checked_on=date(2026, 11, 27)),
    choice_item(
        1,
        2,
        kind="several",
        options=[
            {"text": "One", "right": True, "why": "It is."},
            {"text": "Two", "right": True, "why": "It is too."},
            {"text": "Three", "why": "It is not."},
            {"text": "Four", "why": "It is not either."},
        ],
    ),
    {
        "id": "first-steps",
        "level": 1,
        "kind": "order",
        "question": "In which order?",
        "options": [{"text": "Read"}, {"text": "Find"}, {"text": "Mend"}],
        "why": "You read before you mend.",
    },
    {
        "id": "share",
        "level": 1,
        "kind": "number",
        "question": "Which share?",
        "answer": 0.75,
        "tolerance": 0.005,
        "unit": "of all",
        "why": "Three of four.",
    },
    {
        "id": "printed",
        "level": 1,
        "kind": "output",
        "question": "What does it print?",
        "code": "print(<b>)",
        "answer": "[1, 2]",
        "why": "A list.",
    },
]


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def python():
    skill = make_skill("python", units=UNITS)
    make_role("ai-engineer", requirements={"python": (2, 5)})
    return skill


@pytest.fixture
def every_kind(python):
    make_check("python", items=EVERY_KIND)


def begun(signed_in, level="1") -> str:
    return signed_in.post("/skills/python/check/", {"level": level})["Location"]


def current(learner):
    check = QuickCheck.objects.get()
    return services.check_state(learner, check, snapshot.current()).current


def sent(item, *, right: bool) -> dict[str, object]:
    """The data of the form as a browser sends it."""
    if checks.is_typed(item):
        return {"item": item.key, "answer": str(item.answer) if right else "99"}
    if item.kind == "order":
        ids = [checks.option_id(option) for option in item.options]
        places = ids if right else ids[::-1]
        return {"item": item.key} | {f"place-{name}": str(place) for place, name in enumerate(places, 1)}
    chosen = [option for option in item.options if option.right is right]
    chosen = chosen[:1] if item.kind == "choice" else chosen
    return {"item": item.key, "answer": [checks.option_id(option) for option in chosen]}


def answer(signed_in, learner, url, *, right=True):
    return signed_in.post(url, sent(current(learner), right=right))


def test_the_way_from_the_skill_to_a_checked_level(signed_in, learner, every_kind):
    services.assess(learner=learner, skill=learner_skill(), level=1, now=timezone.now())
    set_goal(learner)
    page = signed_in.get("/skills/python/check/").text
    assert "Check level 1" in page
    assert "Check level 2" not in page
    url = begun(signed_in)
    for number in range(1, 6):
        item = current(learner)
        question = signed_in.get(url)
        assert question["Cache-Control"] == "private, no-store"
        assert f"Question {number} of 5" in question.text
        answered = answer(signed_in, learner, url)
        assert answered.status_code == 303
        told = signed_in.get(answered["Location"]).text
        assert "Right." in told
        assert f"{number} of {number} right so far" in told
        if item.kind == "choice":
            assert "docs.example" in told
            assert "read on 27 November 2026" in told
    result = signed_in.get(url).text
    assert "5 of 5: Python level 1 is now checked" in result
    assert "Your readiness stays at 50.0." in result
    assert "0.0 checked" in result
    assert "50.0 checked" in result
    assert "Checked" in signed_in.get("/skills/python/check/").text


def learner_skill() -> Skill:
    return Skill.objects.get(slug="python")


def test_a_failed_check_names_the_units_and_the_day_of_the_next(signed_in, learner, every_kind):
    url = begun(signed_in)
    for _number in range(5):
        told = answer(signed_in, learner, url, right=False)
    result = signed_in.get(url).text
    assert "0 of 5: your level stays the same" in result
    assert "This unit helps with what you missed. It takes 1 h." in " ".join(result.split())
    assert "/skills/python/#unit-python-1-loop" in result
    assert "You can try again from" in result
    assert "Change your level" not in result
    levels = {"python": (1, Assessment.Source.SELF)}
    services.raise_levels(learner=learner, levels=levels, now=timezone.now())
    assert '"/skills/python/#levels">Change your level' in signed_in.get(url).text
    assert "Not this time." in signed_in.get(told["Location"]).text
    assert "You can take the next check on" in signed_in.get("/skills/python/check/").text
    refused = signed_in.post("/skills/python/check/", {"level": "1"})
    assert messages_of(refused)[0][0].startswith("You can take the next check of this skill on")


def test_an_order_marks_the_lines_in_a_wrong_place(signed_in, learner, python):
    make_check("python", items=[EVERY_KIND[2] | {"id": f"order-{number}"} for number in range(5)])
    url = begun(signed_in)
    item = current(learner)
    ids = [checks.option_id(option) for option in item.options]
    given = {f"place-{name}": str(place) for place, name in enumerate((ids[1], ids[0], *ids[2:]), 1)}
    told = signed_in.get(signed_in.post(url, {"item": item.key} | given)["Location"]).text
    assert told.count("wrong position") == told.count("misplaced") == 2
    assert told.count("You put it in position") == len(ids) > 2
    right = signed_in.get(answer(signed_in, learner, url)["Location"]).text
    assert "wrong position" not in right


def test_a_failed_review_says_what_is_worth_a_refresh_until_time_is_logged(signed_in, learner, every_kind):
    services.pass_check(learner=learner, skill=learner_skill(), level=1, now=timezone.now() - timedelta(days=70))
    url = signed_in.post("/skills/python/review/")["Location"]
    for _number in range(3):
        answer(signed_in, learner, url, right=False)
    worth = "Python is worth a refresh until you log time on it or pass a review."
    result = signed_in.get(url).text
    assert worth in result
    assert '"/log/?skill=python"' in result
    page = signed_in.get("/skills/python/").text
    assert "the skill is worth a refresh until you log time on it or pass a review." in page
    today = learner.local_date(timezone.now())
    services.log_study(learner=learner, skill=learner_skill(), minutes=20, on=today, now=timezone.now())
    assert worth not in signed_in.get(url).text
    assert "worth a refresh" not in signed_in.get("/skills/python/").text


def test_no_answer_is_on_a_page_before_its_question_is_answered(signed_in, learner, every_kind):
    """In every response of a whole check, the reasons and the solution of a question come only after its answer."""
    secrets = {
        "item-1-1": ["That is what", "docs.example"],
        "item-1-2": ["It is not either", "It is too"],
        "first-steps": ["You read before you mend"],
        "share": ["0.75", "Three of four"],
        "printed": ["[1, 2]", "A list."],
    }
    told: set[str] = set()
    pages = [
        "/skills/python/",
        "/skills/python/check/",
        "/api/v1/skills/python/",
        "/api/v1/changes/",
        "/search/?q=python",
    ]
    url = begun(signed_in)
    while (item := current(learner)) is not None:
        texts = [signed_in.get(page).text for page in (*pages, url, f"{url}?answered={item.key}")]
        texts = [
            re.sub(r"T\d\d:\d\d:[\d.]+Z", "", text) for text in texts
        ]  # the moment of a change may be at 0.75 seconds
        hidden = [words for key, found in secrets.items() if key not in told for words in found]
        assert not [words for text in texts for words in hidden if words in text]
        shown = signed_in.get(answer(signed_in, learner, url)["Location"]).text
        told.add(item.key)
        assert all(words in shown for words in secrets[item.key])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Choose an answer."),
        ({"answer": "nothing"}, "This is not one of the options."),
        ({"answer": ""}, "This is not one of the options."),
    ],
)
def test_an_answer_that_is_none_keeps_the_question(signed_in, learner, python, changes, said):
    make_check("python")
    url = begun(signed_in)
    response = signed_in.post(url, {"item": current(learner).key, **changes})
    assert response.status_code == 422
    assert said in response.text
    assert not CheckAnswer.objects.exists()


def test_what_was_typed_stays_when_it_is_no_number(signed_in, learner, python):
    items = [EVERY_KIND[3] | {"id": f"share-{number}"} for number in range(5)]
    make_check("python", items=items)
    url = begun(signed_in)
    response = signed_in.post(url, {"item": current(learner).key, "answer": "three <quarters>"})
    assert response.status_code == 422
    assert 'value="three &lt;quarters&gt;"' in response.text
    assert "Give a number, such as 12 or 0.75." in response.text


def test_two_lines_in_one_place_are_no_answer_and_stay_chosen(signed_in, learner, python):
    make_check("python", items=[EVERY_KIND[2] | {"id": f"order-{number}"} for number in range(5)])
    url = begun(signed_in)
    item = current(learner)
    ids = [checks.option_id(option) for option in item.options]
    response = signed_in.post(url, {"item": item.key, **{f"place-{name}": "1" for name in ids}})
    assert response.status_code == 422
    assert response.text.count("selected") == 3
    assert "Give each line a different place." in response.text


def test_an_answer_sent_twice_shows_the_first(signed_in, learner, every_kind):
    url = begun(signed_in)
    form = sent(current(learner), right=True)
    first, second = signed_in.post(url, form), signed_in.post(url, form)
    assert first["Location"] == second["Location"]
    assert CheckAnswer.objects.count() == 1


def test_the_check_of_someone_else_is_not_there(signed_in, learner, every_kind):
    url = begun(signed_in)
    other = Client()
    other.force_login(User.objects.create_user("other@waymark.example"))
    assert other.get(url).status_code == 404
    assert other.post(url, {"item": "share", "answer": "1"}).status_code == 404
    assert other.post(f"{url}report/", {"item": "share", "text": "a"}).status_code == 404
    assert Client().get(url).status_code == 302


def test_the_check_of_a_retired_skill_is_gone(signed_in, learner, every_kind, python):
    url = begun(signed_in)
    retire(python)
    assert signed_in.get(url).status_code == 404


def test_a_skill_without_questions_says_so(signed_in, learner, python):
    page = signed_in.get("/skills/python/check/")
    assert "There are no questions about this skill yet." in page.text
    assert messages_of(signed_in.post("/skills/python/check/", {"level": "1"}))[0][0] == (
        "There are no questions for this level."
    )


def test_a_check_that_was_left_goes_on_where_it_was(signed_in, learner, every_kind):
    url = begun(signed_in)
    answer(signed_in, learner, url)
    assert signed_in.get("/skills/python/check/")["Location"] == url
    assert "Question 2 of 5" in signed_in.get(url).text


def test_this_question_is_wrong_reaches_the_curators(signed_in, learner, every_kind):
    url = begun(signed_in)
    key = current(learner).key
    told = answer(signed_in, learner, url)["Location"]
    response = signed_in.post(f"{url}report/", {"item": key, "text": "Two answers fit."})
    assert messages_of(response)[0][0] == "Thank you. A curator will look at the question."
    assert ItemReport.objects.get().text == "Two answers fit."
    assert "Change the report" in signed_in.get(told).text
    assert messages_of(signed_in.post(f"{url}report/", {"item": key, "text": " "}))[0][0] == (
        "Enter what is wrong with the question."
    )


def test_a_page_of_a_check_takes_few_queries(signed_in, learner, every_kind, django_assert_max_num_queries):
    signed_in.get("/skills/python/check/")
    with django_assert_max_num_queries(10):
        signed_in.get("/skills/python/check/")
    url = begun(signed_in)
    signed_in.get(url)
    with django_assert_max_num_queries(8):
        signed_in.get(url)
    told = answer(signed_in, learner, url)["Location"]
    with django_assert_max_num_queries(9):
        signed_in.get(told)


def test_only_what_was_checked_is_reviewed(signed_in, learner, every_kind):
    services.assess(learner=learner, skill=learner_skill(), level=1, now=timezone.now())
    assert signed_in.get("/skills/python/review/")["Location"] == "/skills/python/check/"
    services.pass_check(learner=learner, skill=learner_skill(), level=1, now=timezone.now() - timedelta(days=70))
    assert "Start the review" in signed_in.get("/skills/python/review/").text
    url = signed_in.post("/skills/python/review/")["Location"]
    for _number in range(3):
        answer(signed_in, learner, url)
    text = signed_in.get(url).text
    assert "3 of 3: you still have Python level 1" in text
    assert "The next review is due on" in text
    early = signed_in.get("/skills/python/review/").text
    assert "Start the review" not in early
    assert "at least 80% of what you know should still be there" in early
    assert "The next review of this skill is due on" in signed_in.post("/skills/python/review/", follow=True).text

"""Statistics of check items: which answers they use, how they are calculated, and what they find."""

from datetime import timedelta
from statistics import correlation

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.curation import item_statistics
from guidance.curation.item_statistics import ItemFinding
from tests.curation.answers import NOW, answered, give, learners
from tests.factories import check_document, choice_item, make_check, make_skill, publish

pytestmark = pytest.mark.django_db
KEYS = [f"item-1-{number}" for number in range(1, 6)]


@pytest.fixture(autouse=True)
def python() -> Skill:
    item_statistics.forget()
    skill = make_skill("python")
    make_check("python")
    return skill


def statistics_of(key="item-1-1"):
    found = item_statistics.item_statistics(snapshot.current())
    return next((row for row in found if row.item.key == key), None)


def pattern(number: int, item: int) -> bool:
    """Whether the learner with this number is right; the higher the number, the more often."""
    return (number * 7 + item * 5) % 40 < number


def test_share_and_options_of_thirty_learners(python):
    for number, learner in enumerate(learners(30)):
        give(learner, python, {"item-1-1": answered(number < 24)})
    found = statistics_of()
    assert (found.learners, found.right, found.share, found.correlation) == (30, 24, 0.8, None)
    assert [(answer.label, answer.learners, answer.is_right) for answer in found.given] == [
        ("Answer 0", 0, False),
        ("Answer 1", 24, True),
        ("Answer 2", 6, False),
        ("Answer 3", 0, False),
    ]
    assert found.findings == (ItemFinding.UNTAKEN,)


def test_nothing_is_said_about_fewer_than_thirty(python):
    for learner in learners(29):
        give(learner, python, {"item-1-1": answered(True)})
    assert item_statistics.item_statistics(snapshot.current()) == []


def test_only_the_first_answer_of_a_learner_counts(python):
    everyone = learners(30)
    for learner in everyone:
        give(learner, python, {"item-1-1": answered(False)})
    for learner in everyone:
        give(learner, python, {"item-1-1": answered(True)}, at=NOW + timedelta(days=70))
    assert statistics_of().right == 0
    assert statistics_of().learners == 30


def test_correlation_is_that_of_the_item_with_the_share_right_of_the_others(python):
    hits, rest = [], []
    for number, learner in enumerate(learners(40)):
        right = [pattern(number, item) for item in range(5)]
        give(learner, python, {key: answered(right[item]) for item, key in enumerate(KEYS)})
        hits.append(float(right[0]))
        rest.append(sum(right[1:]) / 4)
    assert statistics_of().correlation == pytest.approx(correlation(hits, rest))
    assert statistics_of().correlation > 0.3


def test_checks_of_two_levels_are_compared_each_with_its_own(python):
    """Learners of level 2 are better and their other items are harder. Taken together, that alone would lower the correlation."""
    for number, learner in enumerate(learners(80)):
        level = 1 + number // 40
        right = [pattern(number % 40, item) for item in range(5)]
        if level == 2:
            right = [
                right[0] or number % 3 == 0,
                *(is_right and item % 2 == 0 for item, is_right in enumerate(right[1:])),
            ]
        give(learner, python, {key: answered(right[item]) for item, key in enumerate(KEYS)}, level=level)
    sums = []
    for level in (1, 2):
        pairs = []
        for check in python.quick_checks.filter(level=level):
            given = {answer.item: answer.right for answer in check.answers.all()}
            hit = given.pop("item-1-1")
            pairs.append((float(hit), sum(given.values()) / 4))
        x, y = zip(*pairs, strict=True)
        mean_x, mean_y = sum(x) / 40, sum(y) / 40
        sums.append(
            (
                sum((a - mean_x) * (b - mean_y) for a, b in pairs),
                sum((a - mean_x) ** 2 for a in x),
                sum((b - mean_y) ** 2 for b in y),
            )
        )
    sxy, sxx, syy = (sum(column) for column in zip(*sums, strict=True))
    assert statistics_of().correlation == pytest.approx(sxy / (sxx * syy) ** 0.5)


@pytest.mark.parametrize("right", [(True, True), (True, False)], ids=["item does not vary", "neither varies"])
def test_without_variance_there_is_no_correlation(python, right):
    for number, learner in enumerate(learners(30)):
        others = {key: answered(right[1] and number % 2 == 0) for key in KEYS[1:]}
        give(learner, python, {"item-1-1": answered(right[0]), **others})
    assert statistics_of().correlation is None
    assert ItemFinding.EASY in statistics_of().findings


def test_reviews_and_checks_that_are_not_finished_say_nothing_about_the_rest(python):
    for number, learner in enumerate(learners(60)):
        right = [pattern(number % 40, item) for item in range(5)]
        how = {"purpose": "review"} if number < 30 else {"finished": False}
        give(learner, python, {key: answered(right[item]) for item, key in enumerate(KEYS)}, **how)
    assert (statistics_of().learners, statistics_of().correlation) == (60, None)


def test_item_whose_key_is_wrong_comes_first(python):
    for number, learner in enumerate(learners(40)):
        right = [pattern(number, item) for item in range(5)]
        given = {key: answered(right[item], item + 1) for item, key in enumerate(KEYS)}
        give(learner, python, given | {"item-1-3": answered(not pattern(number, 1), 3)})
    found = item_statistics.item_statistics(snapshot.current())
    assert found[0].item.key == "item-1-3"
    assert found[0].correlation < 0
    assert found[0].findings[0] == ItemFinding.REVERSED


def test_fewer_right_than_by_guessing_is_a_finding_by_the_kind_of_question(python):
    number = {"id": "share", "level": 1, "kind": "number", "question": "How much?", "answer": 3, "why": "So."}
    publish(check_document("python", items=[choice_item(1, 1), number]))
    for place, learner in enumerate(learners(40)):
        given = {"item-1-1": answered(place < 9), "share": (place < 9, ["3" if place < 9 else str(place % 5)])}
        give(learner, python, given, at=timezone.now())
    assert ItemFinding.RARE in statistics_of().findings  # 22% of four options
    typed = statistics_of("share")
    assert ItemFinding.RARE not in typed.findings
    assert {answer.label: answer.learners for answer in typed.given} == {"3": 15, "4": 7, "0": 6, "1": 6, "2": 6}
    assert ItemFinding.UNTAKEN not in typed.findings


def test_typed_answer_of_a_few_is_not_shown(python):
    typed = {
        "id": "printed",
        "level": 1,
        "kind": "output",
        "question": "What?",
        "code": "x",
        "answer": "x",
        "why": "So.",
    }
    publish(check_document("python", items=[typed]))
    for place, learner in enumerate(learners(34)):
        give(learner, python, {"printed": (place > 3, ["x" if place > 3 else "I am Noor"])}, at=timezone.now())
    assert [answer.label for answer in statistics_of("printed").given] == ["x"]


def test_of_an_order_the_right_places_are_counted(python):
    order = {"id": "steps", "level": 1, "kind": "order", "question": "When?", "why": "So."}
    order["options"] = [{"text": text} for text in "abc"]
    publish(check_document("python", items=[order]))
    for place, learner in enumerate(learners(30)):
        give(
            learner,
            python,
            {"steps": (place < 20, ["a", "b", "c"] if place < 20 else ["a", "c", "b"])},
            at=timezone.now(),
        )
    assert [(answer.label, answer.learners) for answer in statistics_of("steps").given] == [
        ("a", 30),
        ("b", 20),
        ("c", 20),
    ]


def test_answers_to_an_earlier_question_do_not_count(python):
    """A change of the reasons, or a withdrawal, does not count as a change of the question."""
    everyone = learners(60)
    for learner in everyone[:30]:
        give(learner, python, {"item-1-1": answered(False), "item-1-2": answered(True, 2)}, at=timezone.now())
    item = choice_item(1, 1, question="What comes after one?")
    same = choice_item(1, 2, withdrawn=True)
    same["options"] = [option | {"why": "Another reason."} for option in same["options"]]
    publish(check_document("python", items=[item, same]))
    assert statistics_of() is None
    assert statistics_of("item-1-2").learners == 30
    for learner in everyone[30:]:
        give(learner, python, {"item-1-1": answered(True)}, at=timezone.now())
    assert (statistics_of().learners, statistics_of().right) == (30, 30)
    assert statistics_of().since is not None


def test_number_of_queries_does_not_grow(python):
    for number, learner in enumerate(learners(30)):
        give(learner, python, {key: answered(pattern(number, item)) for item, key in enumerate(KEYS)})
    for most in (3, 2):
        catalogue = snapshot.current()
        with CaptureQueriesContext(connection) as queries:
            assert len(item_statistics.item_statistics(catalogue)) == 5
        assert len(queries) <= most


def test_catalogue_without_items_has_no_statistics():
    publish(check_document("python", items=[]))
    assert item_statistics.item_statistics(snapshot.current()) == []

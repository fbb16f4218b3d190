import pytest
from django.http import QueryDict

from guidance.catalog import snapshot
from guidance.catalog.models import Kind
from guidance.web.http import QueryParams
from tests.factories import make_role, rename

pytestmark = pytest.mark.django_db


def asked(query: str) -> QueryParams:
    return QueryParams(QueryDict(query), snapshot.current())


@pytest.mark.parametrize(
    ("query", "number", "status"),
    [
        ("", None, 200),
        ("n=1", 1, 200),
        ("n=9", 9, 200),
        *((f"n={value}", None, 400) for value in ("0", "10", "-1", "1.5", "x", "%D9%A3", "%C2%B2", "9" * 5000)),
    ],
)
def test_number_is_in_its_range_or_a_problem(query, number, status):
    form = asked(query)
    assert (form.number("n", 1, 9), form.status) == (number, status)


def test_choice_is_one_of_them_or_a_problem():
    form = asked("type=book&cost=cheap")
    assert (form.choice("type", ["book"]), form.choice("cost", ["free"]), form.choice("other", ["x"])) == (
        "book",
        "",
        "",
    )
    assert form.problems == ["“cheap” is not a known value of cost."]


def test_record_is_found_under_its_old_slug():
    rename(make_role("ai-engineer"), "ai-systems-engineer")
    form = asked("role=ai-engineer&other=nobody")
    role = form.record("role", form.snapshot.roles, Kind.ROLE)
    assert role is not None
    assert role.slug == "ai-systems-engineer"
    assert form.record("other", form.snapshot.roles, Kind.ROLE) is None
    assert form.status == 400

import pytest
from django.http import QueryDict

from guidance.catalog.snapshot import Snapshot
from guidance.web.http import QueryParams
from guidance.web.paging import ListPage, page_of

ITEMS = list(range(1, 96))


def page(query: str, items: list[int] = ITEMS) -> tuple[ListPage[int], list[str]]:
    params = QueryParams(QueryDict(query), Snapshot.__new__(Snapshot))
    return page_of(items, 10, params), params.problems


def test_the_first_page_comes_without_a_number():
    found, problems = page("")
    assert (found.items, found.first, found.last, found.number) == (ITEMS[:10], 1, 10, 1)
    assert (found.previous, found.next, problems) == ("", "?page=2", [])


def test_links_lead_to_the_ends_and_to_neighbours_and_keep_the_filters():
    found, _problems = page("skill=python&page=5")
    assert [number for number, _url in found.links] == [1, 3, 4, 5, 6, 7, 10]
    assert found.links[0][1] == "?skill=python&page=1"
    assert (found.previous, found.next) == ("?skill=python&page=4", "?skill=python&page=6")


def test_the_last_page_may_be_shorter():
    found, _problems = page("page=10")
    assert (found.items, found.first, found.last, found.next) == (ITEMS[90:], 91, 95, "")


@pytest.mark.parametrize("items", [[], ITEMS[:10]])
def test_one_page_has_no_links(items):
    assert page("", items)[0].links == []


@pytest.mark.parametrize("number", ["0", "11", "two"])
def test_a_page_that_is_not_there_is_the_first_with_a_problem(number):
    found, problems = page(f"page={number}")
    assert (found.number, len(problems)) == (1, 1)

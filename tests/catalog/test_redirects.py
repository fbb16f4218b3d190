from types import SimpleNamespace

import pytest

from guidance.catalog import redirects
from guidance.catalog.models import Kind, Redirect, Status

SKILL = str(Kind.SKILL)


def record(pk, slug, status=Status.PUBLISHED):
    return SimpleNamespace(KIND=Kind.SKILL, pk=pk, slug=slug, status=status)


def version(slug):
    return SimpleNamespace(kind=SKILL, slug=slug)


def test_former_slug_leads_to_its_record_until_it_is_in_use_again():
    stored = {(SKILL, "old"): 1, (SKILL, "older"): 1}
    before = {(SKILL, 1): version("middle"), (SKILL, 2): version("other")}
    records = [record(1, "new"), record(2, "old")]
    assert redirects.after(stored, records, before) == {
        (SKILL, "older"): 1,
        (SKILL, "middle"): 1,
        (SKILL, "other"): 2,
    }


def test_slugs_that_two_records_swap_lead_nowhere():
    before = {(SKILL, 1): version("a"), (SKILL, 2): version("b")}
    assert redirects.after({}, [record(1, "b"), record(2, "a")], before) == {}


def test_retired_record_leaves_its_slug_to_the_one_it_was_merged_into():
    stored = {(SKILL, "merged"): 2}
    records = [record(1, "merged", Status.RETIRED)]
    assert redirects.after(stored, records, {(SKILL, 1): version("merged")}) == stored


@pytest.mark.django_db
def test_what_differs_is_written(django_assert_num_queries):
    Redirect.objects.bulk_create(Redirect(kind=SKILL, slug=slug, record_id=1) for slug in ("a", "b", "c"))
    stored = redirects.stored()
    with django_assert_num_queries(0):
        redirects.save(stored, stored)
    redirects.save(stored, {(SKILL, "a"): 1, (SKILL, "b"): 2, (SKILL, "d"): 3})
    assert redirects.stored(SKILL) == {(SKILL, "a"): 1, (SKILL, "b"): 2, (SKILL, "d"): 3}
    assert redirects.stored(Kind.ROLE) == {}


@pytest.mark.django_db
def test_a_slug_that_leads_nowhere_any_more_still_leads_somewhere_for_another_kind():
    role = str(Kind.ROLE)
    stored = {(SKILL, "a"): 1, (SKILL, "b"): 2, (role, "a"): 3, (role, "b"): 4}
    redirects.save({}, stored)
    left = {(SKILL, "b"): 2, (role, "a"): 3}
    redirects.save(stored, left)
    assert redirects.stored() == left


def test_successor_follows_merges_and_ends_where_nothing_is_published():
    published = {(SKILL, 3): "whole"}
    retired = {(SKILL, 1): "first", (SKILL, 2): "second", (SKILL, 4): "ended", (SKILL, 5): "round"}
    former = {(SKILL, "first"): (SKILL, 2), (SKILL, "second"): (SKILL, 3), (SKILL, "round"): (SKILL, 5)}
    found = {pk: redirects.successor((SKILL, pk), published, retired, former) for pk in range(1, 7)}
    assert found == {1: "whole", 2: "whole", 3: "whole", 4: None, 5: None, 6: None}

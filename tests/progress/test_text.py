"""The wording of readiness and levels, by how well they are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.progress.text import describe_shares, describe_slices, source_shares


def parts(**points):
    return {"self": 0.0, "cv": 0.0, "check": 0.0, "project": 0.0, "implied": 0.0} | points


def test_readiness_in_parts_the_strongest_first_and_none_that_is_nothing():
    found = parts(self=20.1, cv=5.55, check=31.2, project=5.2, implied=5.4)
    assert describe_shares(found) == "5 shown, 31 checked, 26 self-reported, 5 implied"
    assert describe_shares(found, 1) == "5.2 shown, 31.2 checked, 25.7 self-reported, 5.4 implied"
    assert describe_shares(parts(check=0.2, self=10)) == "10 self-reported"
    assert describe_shares(parts()) == ""


@given(*[st.floats(0, 25)] * 4, st.integers(0, 1))
def test_parts_add_up_to_the_rounded_whole(project, check, said, implied, digits):
    found = parts(project=project, check=check, self=said, implied=implied)
    shares = source_shares(found, digits)
    total = sum(found.values())
    assert sum(share.points for share in shares) == pytest.approx(total, abs=0.5 / 10**digits + 1e-6)
    for share in shares:
        assert abs(share.points - found[share.source]) < 1 / 10**digits + 1e-6


def test_levels_of_one_source_are_told_together():
    assert describe_slices(("check", "check")) == "checked"
    assert describe_slices(("project", "check", "check", "cv")) == (
        "level 1 shown by a project, levels 2 and 3 checked, level 4 from your CV"
    )
    assert describe_slices(()) == ""

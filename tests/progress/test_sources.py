from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from guidance.progress.sources import NOTHING, KnownLevel, after, merged

STRENGTH = {"self": 0, "cv": 0, "check": 1, "project": 2}


@dataclass
class Said:
    level: int
    kind: str
    up_to: int | None = None


words = st.builds(Said, st.integers(0, 4), st.sampled_from(["self", "cv"]))
shown = st.integers(1, 4).flatmap(
    lambda level: st.builds(
        Said, st.just(level), st.sampled_from(["check", "project"]), st.none() | st.integers(1, level)
    )
)
histories = st.lists(words | shown, max_size=8)


def known_after(statements) -> KnownLevel:
    known = NOTHING
    for statement in statements:
        known = after(known, statement)
    return known


def strongest(statements, level: int) -> int:
    """The strength of the source of a level, calculated from the history; -1 if the learner does not have the level."""
    found = -1
    for said in statements:
        if said.level < level:
            found = -1
        else:
            up_to = said.level if said.up_to is None else said.up_to
            found = max(found, STRENGTH[said.kind] if level <= up_to else 0)
    return found


@given(histories)
def test_each_slice_has_the_strongest_source_since_it_was_cut(statements):
    known = known_after(statements)
    assert known.level == (statements[-1].level if statements else 0)
    assert [STRENGTH[source] for source in known.slices] == [
        strongest(statements, level) for level in range(1, known.level + 1)
    ]
    assert not known.level or known.source == known.slices[-1]
    assert known.stated == any(said.kind in ("self", "cv") for said in statements)


@given(histories, histories)
def test_skills_that_became_one_have_the_higher_level_and_lose_no_source(first, second):
    one, other = known_after(first), known_after(second)
    both = merged(one, other)
    assert both.level == max(one.level, other.level)
    for level, source in enumerate(both.slices):
        own = [known.slices[level] for known in (one, other) if level < known.level]
        assert STRENGTH[source] == max(STRENGTH[source] for source in own)


def test_the_latest_word_counts_for_what_nothing_stronger_shows():
    assert known_after([Said(2, "cv"), Said(3, "self")]).slices == ("self",) * 3
    assert known_after([Said(2, "cv"), Said(2, "check", 1), Said(3, "cv")]).slices == ("check", "cv", "cv")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.skillmap.drawing import MAX_LINES, width, wrap


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SQL", ("SQL",)),
        ("Data structures and algorithms", ("Data structures", "and algorithms")),
        ("Asynchronous and concurrent programming", ("Asynchronous", "and concurrent", "programming")),
        ("Donaudampfschifffahrtsgesellschaft", ("Donaudampfschifffahrtsgesellschaft",)),
        ("", ("",)),
    ],
)
def test_wrap_takes_as_few_lines_as_fit(name, lines):
    assert wrap(name, 116) == lines


@given(st.text(alphabet="abij mwAM ", min_size=1, max_size=80), st.integers(20, 200))
def test_wrap_keeps_the_words_and_the_room(name, room):
    lines = wrap(name, room)
    assert " ".join(lines).split() == name.split()
    assert len(lines) <= MAX_LINES
    too_wide = [line for line in lines if width(line) > room]
    assert not too_wide or len(lines) == min(MAX_LINES, len(name.split()) or 1)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog.unit_text import Block, UnclosedCode, blocks, parted, words_outside_code, written

TEXT = """A table of rounds. Make it
with these lines:
```python
for n in range(3):
    print(n)

    # Done
```
Then try both ways:
- with a loop,
  line by line
- without one

Done when   both print three numbers."""
BLOCKS = [
    Block("paragraph", ("A table of rounds. Make it with these lines:",)),
    Block("code", ("for n in range(3):", "    print(n)", "", "    # Done"), "python"),
    Block("paragraph", ("Then try both ways:",)),
    Block("list", ("with a loop, line by line", "without one")),
    Block("paragraph", ("Done when both print three numbers.",)),
]


def test_text_is_made_of_paragraphs_lists_and_code():
    assert blocks(TEXT.replace("(n)", "(n)   ")) == BLOCKS
    assert blocks(written(BLOCKS)) == BLOCKS
    assert written(BLOCKS).startswith("A table of rounds. Make it with these lines:\n\n```python\nfor n in range(3):\n")


def test_marks_of_lists_and_code_are_no_words():
    assert words_outside_code(TEXT) == 9 + 4 + 6 + 2 + 6


@pytest.mark.parametrize("text", ["```\nx = 1", "Save this:\n\n```\nx = 1\n``\n"])
def test_code_that_does_not_end_is_refused(text):
    with pytest.raises(UnclosedCode):
        blocks(text)


@given(st.text("ab-` \n.", max_size=40))
def test_written_text_is_read_as_the_same_blocks(text):
    try:
        found = blocks(text)
    except UnclosedCode:
        return
    assert blocks(written(found)) == found


def test_title_is_the_first_sentence_even_if_code_follows():
    assert parted(written(BLOCKS)) == (
        "A table of rounds.",
        written([Block("paragraph", ("Make it with these lines:",)), *BLOCKS[1:4]]),
        "both print three numbers.",
    )
    assert parted("Count. `ls` lists. Done when it did.") == ("Count.", "`ls` lists.", "it did.")
    assert parted("Count. Done when:\n\n- a\n- b") == ("Count.", "", "- a\n- b")
    assert parted("Run this\n\n```\nprint. Stop\n```\n\nDone when it ran.") == (
        "Run this",
        "```\nprint. Stop\n```",
        "it ran.",
    )

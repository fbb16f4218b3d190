from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog.documents import Document
from guidance.curation.differences import (
    DifferenceRow,
    Piece,
    compare_fields,
    differences,
    fields,
    label,
    merge,
    with_names,
    words,
)
from tests import factories

SKILL = factories.skill_document(
    "python", prerequisites={"sql": 1, "git": 2}, aliases=["py"], body="One.\n\nTwo.\n\nThree.\n"
)


def changed(document: Document = SKILL, **data: Any) -> Document:
    body, slug = data.pop("text", document.body), data.pop("slug", document.slug)
    kept = {key: value for key, value in {**document.data, **data}.items() if value is not None}
    return replace(document, slug=slug, data=kept, body=body)


def found(before: Document | None, after: Document) -> dict[str, tuple[DifferenceRow, ...]]:
    return {difference.field: difference.rows for difference in differences(before, after)}


def test_single_words_left_of_a_sentence_count_as_changed():
    assert words("Look at the table of the last days. Done.", "Look at the list of what I did. Done.") == (
        Piece("Look at the "),
        Piece("table of the last days", "removed"),
        Piece("list of what I did", "added"),
        Piece(". Done."),
    )


def test_same_documents_differ_in_nothing():
    assert differences(SKILL, SKILL) == []


def test_texts_are_compared_word_by_word():
    rows = found(SKILL, changed(summary="Do good work with Python."))["summary"]
    assert [piece for row in rows for piece in row.pieces if piece.mark] == [
        Piece("useful", "removed"),
        Piece("good", "added"),
    ]


def test_entries_that_came_went_and_changed_are_named():
    rows = found(SKILL, changed(prerequisites={"git": 3, "linux": 1}))["prerequisites"]
    assert {(row.mark, row.name) for row in rows} == {("removed", "sql"), ("changed", "git"), ("added", "linux")}


def test_another_order_of_entries_is_a_difference():
    rows = found(SKILL, changed(prerequisites={"git": 2, "sql": 1}))["prerequisites"]
    assert [piece.text for piece in rows[0].pieces] == ["sql, git", "git, sql"]


def test_items_of_lists_and_values_come_and_go():
    alias = {"name": "snake", "needs": ["code", "script"], "excludes": ["zoo"], "only_as": "item"}
    rows = found(SKILL, changed(aliases=["py", alias], demand=40))
    said = "snake (only near: code, script; not near: zoo; only as a whole item of a list)"
    assert rows["aliases"] == (DifferenceRow("added", (Piece(said, "added"),)),)
    assert rows["demand"] == (DifferenceRow("added", (Piece("40", "added"),)),)


def test_levels_and_days_are_said_in_words():
    before = factories.resource_document("book", skills={"python": [0, 2]})
    after = factories.resource_document("book", skills={"python": [0, 3], "sql": [1, 2]}, checked_on=date(2026, 11, 27))
    said = {
        found.field: ["".join(piece.text for piece in row.pieces if piece.mark != "removed") for row in found.rows]
        for found in differences(before, after)
    }
    assert said == {"skills": ["level 0 to 3", "level 1 to 2"], "checked_on": ["27 November 2026"]}


def test_both_sides_of_a_difference():
    [difference] = differences(SKILL, changed(summary="Do good work with Python."))
    assert [
        "".join(piece.text for row in rows for piece in row.pieces) for rows in (difference.before, difference.after)
    ] == ["Do useful work with Python.", "Do good work with Python."]


def test_steps_and_units_say_of_which_level_they_are():
    unit = {"do": "Count.", "id": "count", "minutes": 60}
    before = changed(effort=[6, 26, 45, 90], units={2: [unit]})
    after = changed(effort=[6, 20, 45, 90], units={2: [unit, {**unit, "do": "Label.", "id": "label"}]})
    rows = found(before, after)
    assert [(row.name, row.mark) for row in rows["effort"]] == [("1 to 2", "changed")]
    assert [(row.name, row.mark, row.pieces[0].text) for row in rows["units"]] == [
        ("level 2", "added", "do: Label. (60 min, label)")
    ]


def test_text_shows_what_is_around_and_leaves_out_the_rest():
    body = "\n".join(f"Line {number} of a long text." for number in range(20))
    after = body.replace("Line 5 of", "Line 5 in").replace("Line 15 of a", "Line 15 of one")
    rows = found(changed(text=body), changed(text=after))["text"]
    assert [row.mark for row in rows] == ["same", "changed", "same", "gap", "same", "changed", "same"]


def test_lines_that_have_nothing_in_common_are_one_that_went_and_one_that_came():
    rows = found(changed(text="Apples and pears."), changed(text="12345 67890"))["text"]
    assert [row.mark for row in rows] == ["removed", "added"]


def test_sentence_that_is_written_anew_is_not_taken_apart():
    old, new = "Read the release notes.", "Two hours of practice a day."
    assert words(old, new) == (Piece(old, "removed"), Piece(new, "added"))


def test_new_record_is_all_added():
    assert {row.mark for rows in found(None, SKILL).values() for row in rows} == {"added"}


@given(st.text(), st.text())
def test_words_are_both_texts_again(old, new):
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.mark != "added") == old
    assert "".join(piece.text for piece in pieces if piece.mark != "removed") == new


# --- Two changes


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "summary": st.sampled_from(["A.", "B."]),
        "demand": st.sampled_from([1, 2, None]),
        "prerequisites": st.dictionaries(st.sampled_from(["sql", "git", "linux"]), st.integers(1, 4), min_size=1),
        "aliases": st.sampled_from([["py"], ["py", "x"], None]),
        "text": st.sampled_from(["One.\n", "Two.\n", ""]),
        "slug": st.sampled_from(["python", "python-3"]),
    },
)


@given(CHANGES)
def test_merging_with_what_did_not_change_is_the_change(change):
    mine = changed(**change)
    assert merge(SKILL, mine, SKILL) == (mine, [])
    assert merge(SKILL, SKILL, mine) == (mine, [])
    assert merge(SKILL, mine, mine) == (mine, [])


@given(CHANGES, CHANGES)
def test_merging_keeps_both_where_they_differ_and_names_where_they_clash(mine, theirs):
    first, second = changed(**mine), changed(**theirs)
    merged, conflicts = merge(SKILL, first, second)
    base, one, two, both = fields(SKILL), fields(first), fields(second), fields(merged)
    for name in {*base, *one, *two} - {"prerequisites"}:
        values = base.get(name), one.get(name), two.get(name)
        clash = values[1] not in (values[0], values[2]) and values[2] != values[0]
        assert (label(SKILL.kind, name) in conflicts) == clash
        if not clash:
            assert both.get(name) == (values[1] if values[1] != values[0] else values[2])
    assert merge(SKILL, first, second, "theirs")[0] == merged
    for name in one:
        if label(SKILL.kind, name) in conflicts:
            assert fields(merge(SKILL, first, second, "mine")[0]).get(name) == one.get(name)


def test_entries_of_mappings_are_merged_each_for_itself():
    mine, theirs = changed(prerequisites={"sql": 2, "git": 2}), changed(prerequisites={"sql": 1, "linux": 1})
    merged, conflicts = merge(SKILL, mine, theirs)
    assert (merged.data["prerequisites"], conflicts) == ({"sql": 2, "linux": 1}, [])
    merged, conflicts = merge(SKILL, mine, changed(prerequisites={"sql": 3, "git": 2}), "mine")
    assert (merged.data["prerequisites"]["sql"], conflicts) == (2, ["needs first, sql"])


def test_two_changes_stand_beside_each_other_field_by_field():
    mine = changed(summary="Mine.", prerequisites={"sql": 2, "git": 2}, demand=40)
    theirs = changed(summary="Theirs.", demand=40, text="One.\n")
    assert [
        (one.field, bool(one.mine), bool(one.theirs), one.is_conflict) for one in compare_fields(SKILL, mine, theirs)
    ] == [
        ("summary", True, True, True),
        ("demand", True, True, False),
        ("prerequisites", True, False, False),
        ("text", False, True, False),
    ]


# --- Check questions


def question(key: str = "rag", **fields: Any) -> dict[str, Any]:
    options = [
        {"text": "The index", "right": True, "why": "It is where the passage comes from."},
        {"text": "The model", "why": "It reads what it is given."},
    ]
    return {"id": key, "level": 1, "kind": "choice", "question": "What do you look at?", "options": options} | fields


def check(*items: dict[str, Any]) -> Document:
    return Document("check", "rag", {"name": "RAG", "items": list(items)}, "")


def lines(before: Document | None, after: Document) -> list[tuple[str, str, str]]:
    rows = found(before, after)["items"]
    return [(row.mark, row.part, "".join(piece.text for piece in row.pieces)) for row in rows]


def test_question_is_shown_whole_with_its_options_and_what_changed():
    options = [{**question()["options"][0], "why": "The passage comes from it."}, question()["options"][1]]
    assert lines(check(question(), question("git")), check(question(options=options), question("git"))) == [
        ("same", "head", "level 1, one right answer"),
        ("same", "question", "What do you look at?"),
        ("same", "right option", "The index ✓ right"),
        ("changed", "why", "It is where the passage comes from.The passage comes from it."),
        ("same", "option", "The model"),
        ("same", "why", "It reads what it is given."),
    ]


def test_code_that_stays_is_shown_too():
    kept = {"kind": "output", "code": "a\nb\nc\nd\n", "options": [], "answer": "d", "why": "Read it."}
    rows = lines(check(question(**kept)), check(question(**{**kept, "why": "Look."})))
    assert [text for mark, part, text in rows if (mark, part) == ("same", "code")] == ["a", "b", "c", "d"]


def test_another_right_option_is_a_change_of_both():
    first, second = question()["options"]
    options = [{key: value for key, value in first.items() if key != "right"}, {**second, "right": True}]
    rows = found(check(question()), check(question(options=options)))["items"]
    assert [(row.mark, row.part, row.pieces[-1]) for row in rows if "option" in row.part] == [
        ("changed", "option", Piece("✓ right", "removed")),
        ("changed", "option", Piece("✓ right", "added")),
    ]


def test_question_that_came_and_one_that_went():
    typed = {
        "id": "sum",
        "level": 2,
        "kind": "number",
        "question": "How much?",
        "answer": 4,
        "unit": "h",
        "why": "2 + 2.",
    }
    rows = lines(check(question("git")), check(typed))
    assert rows[:5] == [
        ("added", "head", "level 2, a number"),
        ("added", "question", "How much?"),
        ("added", "right option", "4"),
        ("added", "right option", "h"),
        ("added", "why", "2 + 2."),
    ]
    assert ("removed", "right option", "The index ✓ right") in rows
    assert len(lines(check(question(), question("git")), check(question("git"), question()))) == 1  # a different order


def test_records_are_called_by_their_names_and_fields_as_in_the_form():
    names = {("skill", "git"): "Git", ("skill", "sql"): "SQL", ("area", SKILL.data["area"]): "Foundations"}
    after = with_names(changed(prerequisites={"sql": 1, "git": 3}, effort=[1, 2, 3, 5]), names)
    found_ = differences(with_names(SKILL, names), after)
    assert [difference.label for difference in found_] == ["hours", "needs first"]
    assert [row.name for row in found_[1].rows] == ["Git"]
    assert after.data["area"] == "Foundations"
    assert SKILL.data["prerequisites"] == {"sql": 1, "git": 2}  # it is a copy

from collections import Counter
from pathlib import Path

import pytest

from guidance.curation import onet
from guidance.curation.taxonomy_files import Entry, Link, Rating, TableError
from tests.curation import folders

DATA = Path(__file__).parents[3] / "shared" / "data" / "onet"
DEVELOPERS = '15-1252.00\tSoftware Developers\t"Develop" what\'s asked for.'
ANALYSTS = "15-1211.00\tComputer Systems Analysts\tAnalyze."


def entries(folder: Path) -> dict[str, Entry]:
    return {entry.identifier: entry for entry in onet.read(folder, Counter())}


def skills_file(*rows: str) -> dict[str, tuple[str, ...]]:
    return {"Occupation Data.txt": (DEVELOPERS, ANALYSTS), "Skills.txt": rows}


def test_text_is_taken_as_it_stands(tmp_path):
    """Quotation marks have no meaning, and a tab in the last column is part of its text."""
    folders.onet(tmp_path, {"Occupation Data.txt": (DEVELOPERS, "15-1211.00\tAnalysts\tOne\ttwo 'three.")})
    found = entries(tmp_path)
    assert found["15-1252.00"].description == '"Develop" what\'s asked for.'
    assert found["15-1211.00"].description == "One two 'three."


def test_occupation_without_ratings_has_none(tmp_path):
    rows = ("15-1211.00\t2.A.1.a\tReading Comprehension\tIM\t3.5\tN\t\t07/2016",)
    found = entries(folders.onet(tmp_path, skills_file(*rows)))
    assert found["15-1252.00"].ratings == ()
    assert found["15-1211.00"].ratings == (Rating("2.A.1.a", "IM", 3.5, False, False),)


@pytest.mark.parametrize(
    ("cells", "rating"),
    [
        ("LV\t0\tN\tY", ("LV", None, False, True)),
        ("LV\t0\tN\tN", ("LV", 0.0, False, False)),
        ("LV\t4.31\tY\tN", ("LV", 4.31, True, False)),
        ("LV\t0\tY\tY", ("LV", None, True, True)),
        ("IM\tn/a\tn/a\tn/a", ("IM", None, False, False)),
        ("IM\t\t\t", ("IM", None, False, False)),
    ],
)
def test_rating_that_does_not_hold_has_no_value(tmp_path, cells, rating):
    found = entries(folders.onet(tmp_path, skills_file(f"15-1252.00\t2.B.3.e\tProgramming\t{cells}\t07/2016")))
    assert found["15-1252.00"].ratings == (Rating("2.B.3.e", *rating),)


def test_release_without_flags_and_with_other_columns_is_read(tmp_path):
    header = "Element ID\tElement Name\tO*NET-SOC Code\tTitle\tScale ID\tData Value"
    lines = skills_file("2.B.3.e\tProgramming\t15-1252.00\tSoftware Developers\tLV\t5.1")
    found = entries(folders.onet(tmp_path, lines, Skills=header))
    assert found["15-1252.00"].ratings == (Rating("2.B.3.e", "LV", 5.1, False, False),)


def test_elements_are_those_that_are_rated(tmp_path):
    lines = skills_file("15-1252.00\t2.B.3.e\tProgramming\tIM\t4\tN\t\t07/2016")
    lines["Content Model Reference.txt"] = ("2.B.3.e\tProgramming\tWriting programs", "1.A\tAbilities\tOther")
    found = entries(folders.onet(tmp_path, lines))
    assert [entry.identifier for entry in found.values() if entry.kind == "element"] == ["2.B.3.e"]
    assert found["2.B.3.e"].description == "Writing programs"


def test_technologies_and_titles_belong_to_their_occupations(tmp_path):
    lines = {
        "Occupation Data.txt": (DEVELOPERS,),
        "Technology Skills.txt": (
            "15-1252.00\tPython\t43232408\tWeb software\tY\tY",
            "15-1252.00\tPython\t43232405\tObject oriented software\tY\tY",
            "99-9999.00\tPython\t43232405\tObject oriented software\tY\tY",
        ),
        "Alternate Titles.txt": (
            "15-1252.00\tSystem Administrator (Sysadmin)\tSysadmin\t01",
            "15-1252.00\tCoder\tn/a\t01",
            "99-9999.00\tNobody\tn/a\t01",
        ),
    }
    left_out: Counter[str] = Counter()
    found = {entry.identifier: entry for entry in onet.read(folders.onet(tmp_path, lines), left_out)}
    assert found["Python"].texts == {"Commodity Title": "Object oriented software\nWeb software"}
    assert found["15-1252.00"].links == (Link("uses", "Python"),)
    assert found["15-1252.00"].alternative_labels == ("System Administrator (Sysadmin)", "Sysadmin", "Coder")
    assert sorted(left_out.values()) == [1, 1]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["15-1252.00\t2.A\tReading\tIM\tmuch\tN\t\t1"], r"Skills\.txt:2: Data Value is 'much'"),
        (["15-1252.00\t2.A\tReading\tIM\t3\tperhaps\t\t1"], r"Skills\.txt:2: Recommend Suppress is 'perhaps'"),
        (["15-1252.00\t2.A\tReading\tIM\t3\tN\t\t1"] * 2, r"Skills\.txt:3: 15-1252.00 has two ratings of 2\.A"),
        (["15-1252.00\t2.A\tRea\tding\tIM\t3\tN\t\t1"], r"Skills\.txt:2: 9 fields, while line 1 names 8"),
        (["15-1252.00\t\tReading\tIM\t3\tN\t\t1"], r"Skills\.txt:2: a rating needs"),
    ],
)
def test_wrong_row_is_told_by_its_line(tmp_path, rows, message):
    folders.onet(tmp_path, skills_file(*rows))
    with pytest.raises(TableError, match=message):
        list(onet.read(tmp_path, Counter()))


@pytest.mark.parametrize(
    ("line", "message"),
    [("15-1252\tX\tY", "is not a code"), ("15-1252.00\t\tY", "needs a title"), (DEVELOPERS, "appears twice")],
)
def test_wrong_occupation_is_told_by_its_line(tmp_path, line, message):
    folders.onet(tmp_path, {"Occupation Data.txt": (DEVELOPERS, line)})
    with pytest.raises(TableError, match=rf"Occupation Data\.txt:3: .*{message}"):
        list(onet.read(tmp_path, Counter()))


def test_release_is_that_of_the_read_me_or_the_folder(tmp_path):
    folder = tmp_path / "db_28_3_text"
    folder.mkdir()
    assert onet.release_of(folder) == "28.3"
    (folder / "Read Me.txt").write_text("O*NET 29.2 Database\nFebruary 2025 Release\n")
    assert onet.release_of(folder) == "29.2"
    assert onet.release_of(tmp_path / "onet") == ""


@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")
def test_real_files_are_read_whole():
    left_out: Counter[str] = Counter()
    found = list(onet.read(DATA, left_out))
    occupations = [entry for entry in found if entry.kind == "occupation"]
    unrated = sorted(entry.label for entry in occupations if not entry.ratings)
    ratings = [rating for entry in occupations for rating in entry.ratings]
    assert (len(occupations), len(ratings), left_out) == (27, 2992, {})
    assert {"Data Scientists", "Software Developers"} <= set(unrated)
    assert len(unrated) == 5
    assert sum(rating.not_relevant for rating in ratings) == 56 + 1 + 124 + 55 + 8
    assert all(rating.value is None for rating in ratings if rating.not_relevant)

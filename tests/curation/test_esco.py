from collections import Counter
from pathlib import Path

import pytest

from guidance.curation import esco
from guidance.curation.taxonomy_files import Entry, Link, TableError
from tests.curation import folders
from tests.curation.folders import GROUPS, OCCUPATIONS, SKILLS, broader, group, needs, occupation, skill

DATA = Path(__file__).parents[3] / "shared" / "data" / "esco"


def entries(folder: Path) -> dict[str, Entry]:
    found = list(esco.read(folder, Counter()))
    by_identifier = {entry.identifier: entry for entry in found}
    assert len(by_identifier) == len(found)
    return by_identifier


def test_other_labels_stand_on_lines_of_one_field(tmp_path):
    labels = "Python 3 \nPython  (language)\n\nPython 3\r\nPython"
    folders.esco(tmp_path, [skill("a", " Python ", altLabels=labels, description='Says "so",\r\nthen more.')], bom=True)
    entry = entries(tmp_path)[SKILLS + "a"]
    assert (entry.label, entry.alternative_labels) == ("Python", ("Python 3", "Python (language)"))
    assert entry.description == 'Says "so",\nthen more.'
    assert entry.links == entry.ratings == ()


def test_skill_without_type_is_read_and_one_label_may_mean_two_things(tmp_path):
    folders.esco(tmp_path, [skill("a", "shell", skillType="knowledge"), skill("b", "shell")])
    found = entries(tmp_path)
    assert [entry.label for entry in found.values()] == ["shell", "shell"]
    assert [dict(entry.texts) for entry in found.values()] == [{"skillType": "knowledge"}, {}]


def test_skill_has_all_its_parents(tmp_path):
    folders.esco(
        tmp_path,
        [skill("a", "a"), skill("b", "b")],
        skill_groups=[skill("g", "g")],
        above=[broader("a", "b"), broader("a", "g"), broader("a", "b"), broader("a", "gone")],
    )
    left_out: Counter[str] = Counter()
    found = {entry.identifier: entry for entry in esco.read(tmp_path, left_out)}
    assert found[SKILLS + "a"].links == (Link("broader", SKILLS + "b"), Link("broader", SKILLS + "g"))
    assert left_out == {"relations of broaderRelationsSkillPillar.csv to concepts that are missing": 1}


def test_relations_to_what_is_not_in_the_files_are_left_out_and_counted(tmp_path):
    folders.esco(
        tmp_path,
        [skill("a", "a")],
        occupations=[occupation("o", "o")],
        needed=[needs("o", "essential", "a"), needs("elsewhere", "optional", "a"), needs("o", "optional", "nothing")],
    )
    left_out: Counter[str] = Counter()
    found = {entry.identifier: entry for entry in esco.read(tmp_path, left_out)}
    assert found[OCCUPATIONS + "o"].links == (Link("essential", SKILLS + "a"),)
    assert sum(left_out.values()) == 2


def test_occupations_belong_to_the_group_of_their_code_and_groups_to_the_one_above(tmp_path):
    folders.esco(
        tmp_path,
        occupations=[occupation("o", "o", iscoGroup="2512"), occupation("p", "p", iscoGroup="9999")],
        groups=[group("251", "Developers"), group("2512", "Software developers")],
    )
    found = entries(tmp_path)
    assert found[OCCUPATIONS + "o"].links == (Link("broader", f"{GROUPS}2512"),)
    assert found[f"{GROUPS}2512"].links == (Link("broader", f"{GROUPS}251"),)
    assert found[OCCUPATIONS + "p"].links == found[f"{GROUPS}251"].links == ()


def test_file_of_broader_occupations_is_believed_where_there_is_one(tmp_path):
    folders.esco(
        tmp_path,
        occupations=[occupation("o", "o", iscoGroup="2512"), occupation("p", "p")],
        groups=[group("2512", "g")],
    )
    rows = [{"conceptUri": OCCUPATIONS + "o", "broaderUri": OCCUPATIONS + "p"}]
    folders.write_csv(tmp_path / "broaderRelationsOccPillar_en.csv", folders.BROADER_COLUMNS, rows)
    assert entries(tmp_path)[OCCUPATIONS + "o"].links == (Link("broader", OCCUPATIONS + "p"),)


def test_relations_between_skills_are_not_read(tmp_path):
    folders.esco(tmp_path, [skill("a", "a"), skill("b", "b")])
    (tmp_path / "skillSkillRelations.csv").write_text("not,even,the,right,columns\n")
    assert all(entry.links == () for entry in entries(tmp_path).values())


def test_columns_may_stand_elsewhere_be_more_and_be_fewer(tmp_path):
    folders.esco(tmp_path, [skill("a", "a")])
    columns = ("description", "inventedLater", "altLabels", "preferredLabel", "conceptUri")
    folders.write_csv(tmp_path / "skills_en.csv", columns, [{"conceptUri": SKILLS + "z", "preferredLabel": "z"}])
    (tmp_path / "occupationSkillRelations.csv").rename(tmp_path / "occupationSkillRelations_en.csv")
    assert list(entries(tmp_path)) == [SKILLS + "z"]


def test_what_is_not_released_is_left_out(tmp_path):
    folders.esco(tmp_path, [skill("a", "a"), skill("b", "b", status="obsolete")], above=[broader("a", "b")])
    left_out: Counter[str] = Counter()
    assert [entry.identifier for entry in esco.read(tmp_path, left_out)] == [SKILLS + "a"]
    assert left_out["concepts of skills_en.csv that are not released"] == 1


def test_missing_file_is_named(tmp_path):
    with pytest.raises(TableError, match=r"there is no ISCOGroups_en\.csv here"):
        list(esco.read(tmp_path, Counter()))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([skill("a", "a"), skill("a", "b")], r"skills_en\.csv:3: http.*/a appears twice"),
        ([skill("a", "a\nb"), skill("b", "")], r"skills_en\.csv:4: a concept needs"),
        ([skill("a", "a", conceptUri="x" * 201)], r"skills_en\.csv:2: the conceptUri or"),
    ],
)
def test_wrong_row_is_told_by_its_line(tmp_path, rows, message):
    folders.esco(tmp_path, rows)
    with pytest.raises(TableError, match=message):
        list(esco.read(tmp_path, Counter()))


def test_unknown_relation_is_an_error_of_its_line(tmp_path):
    needed = [needs("o", "essential", "a"), needs("o", "vital", "a")]
    folders.esco(tmp_path, [skill("a", "a")], occupations=[occupation("o", "o")], needed=needed)
    with pytest.raises(TableError, match=r"occupationSkillRelations\.csv:3: 'vital' is neither"):
        list(esco.read(tmp_path, Counter()))


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("ESCO dataset - v1.2.0 - classification - en - csv", "1.2.0"),
        ("esco-1.1", "1.1"),
        ("esco", ""),
    ],
)
def test_release_is_that_of_the_folder(tmp_path, name, release):
    assert esco.release_of(tmp_path / name) == release


@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")
def test_real_files_are_read_whole():
    left_out: Counter[str] = Counter()
    found = list(esco.read(DATA, left_out))
    kinds = Counter(entry.kind for entry in found)
    links = Counter(link.kind for entry in found for link in entry.links)
    assert kinds == {"skill": 1627, "skill-group": 328, "occupation": 69, "occupation-group": 13}
    assert (links["essential"], links["optional"]) == (1517, 2928)
    assert left_out == {}
    assert not any("\n" in label for entry in found for label in entry.alternative_labels)

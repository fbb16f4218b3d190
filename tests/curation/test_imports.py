"""The two import commands, from the files to the last line of output."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from guidance.curation.models import Mapping, TaxonomyEntry
from tests.curation import folders
from tests.curation.folders import needs, skill
from tests.factories import make_skill

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def run(command: str, *arguments: object, stderr: StringIO | None = None) -> list[str]:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=stderr or StringIO())
    return out.getvalue().splitlines()


def test_esco_is_imported_twice_and_says_what_it_left_out(tmp_path):
    make_skill("python")
    relations = [needs("elsewhere", "optional", "a")]
    folder = folders.esco(tmp_path / "esco-v1.2.0", [skill("a", "Python"), skill("b", "Go")], needed=relations)
    assert run("import_esco", folder) == [
        "release 1.2.0",
        "left out: 1 relations of occupationSkillRelations.csv to concepts that are missing",
        "suggested mappings: 1 new",
        "added 2, changed 0, removed 0",
    ]
    assert run("import_esco", folder)[-2:] == ["suggested mappings: 0 new", "added 0, changed 0, removed 0"]


def test_onet_is_imported_twice(tmp_path):
    folder = folders.onet(tmp_path / "onet", {"Occupation Data.txt": ("15-1252.00\tSoftware Developers\tDevelop.",)})
    assert run("import_onet", folder, "--release", "30.0")[-1] == "added 1, changed 0, removed 0"
    assert run("import_onet", folder, "--release", "30.0")[-1] == "added 0, changed 0, removed 0"
    assert TaxonomyEntry.objects.get().release == "30.0"


def test_dry_run_prints_the_same_last_line_and_writes_nothing(tmp_path):
    make_skill("python")
    folder = folders.esco(tmp_path / "esco", [skill("a", "Python")])
    dry = run("import_esco", folder, "--dry-run")
    assert not TaxonomyEntry.objects.exists()
    assert not Mapping.objects.exists()
    assert dry[-1] == run("import_esco", folder)[-1] == "added 1, changed 0, removed 0"


@pytest.mark.parametrize("command", ["import_esco", "import_onet"])
def test_wrong_folder_is_a_clear_error(tmp_path, command):
    with pytest.raises(CommandError, match=r"nowhere: there is no such folder\."):
        run(command, tmp_path / "nowhere")
    with pytest.raises(CommandError, match=r"there is no .* here; nothing was written\."):
        run(command, tmp_path)


def test_wrong_line_is_told_and_nothing_is_written(tmp_path):
    folder = folders.esco(tmp_path, [skill("a", "Python")])
    with (folder / "skills_en.csv").open("a") as file:
        file.write("KnowledgeSkillCompetence,one\n")
    with pytest.raises(CommandError, match=r"skills_en\.csv:3: 2 fields, while line 1 names 13; nothing was written"):
        run("import_esco", folder)
    assert not TaxonomyEntry.objects.exists()


def test_progress_is_one_line_on_a_terminal_and_none_of_a_small_import_elsewhere(tmp_path):
    folder = folders.esco(tmp_path, [skill("a", "Python")])
    terminal, log = Terminal(), StringIO()
    run("import_esco", folder, stderr=terminal)
    run("import_esco", folder, stderr=log)
    assert terminal.getvalue() == "\r1 entries\n"
    assert log.getvalue() == ""


def test_many_skills_in_the_shape_of_the_whole_are_imported_with_bounded_statements(
    tmp_path, django_assert_max_num_queries
):
    make_skill("python")
    folder = folders.large_esco(tmp_path / "esco", 700)
    with django_assert_max_num_queries(40):
        assert run("import_esco", folder)[-1] == "added 852, changed 0, removed 0"
    assert run("import_esco", folder)[-1] == "added 0, changed 0, removed 0"

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from guidance.catalog import job_ads, pack, record_store
from guidance.catalog.models import Skill
from tests import factories


def run(*args, **options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def fail(*args, **options) -> tuple[str, str, CommandError]:
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as error:
        call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue(), error.value


@pytest.mark.django_db
def test_load_catalog_prints_what_it_did(pack_folder):
    out, _ = run("load_catalog", pack_folder.root)
    assert out.splitlines()[-1] == "added 13, changed 0, merged 0, unchanged 0, kept 0"
    out, _ = run("load_catalog", pack_folder.root)
    assert out == "added 0, changed 0, merged 0, unchanged 13, kept 0\n"


@pytest.mark.django_db
def test_load_catalog_with_dry_run_writes_nothing(pack_folder):
    out, _ = run("load_catalog", pack_folder.root, dry_run=True)
    assert out.splitlines()[-1] == "would be added 13, changed 0, merged 0, unchanged 0, kept 0"
    assert Skill.objects.count() == 0


@pytest.mark.django_db
def test_load_catalog_reports_every_problem_and_exits_with_1(pack_folder):
    pack_folder.edit("skills/django.md", "  3: You can mend Django.\n", "")
    pack_folder.edit("skills/celery.md", "{django: 1}", "{djungo: 1}")
    _, err, error = fail("load_catalog", pack_folder.root)
    assert err.splitlines() == [
        "skills/celery.md:16: prerequisites: there is no skill 'djungo'; did you mean 'django'?",
        "skills/django.md:11: the text of level 3 is missing",
    ]
    assert (str(error), error.returncode) == (f"2 problem(s) in {pack_folder.root}; nothing was written.", 1)


@pytest.mark.django_db
def test_load_catalog_says_what_the_database_refused(pack_folder, monkeypatch):
    def full(*args):
        raise OperationalError("could not extend file: No space left on device\nHINT:  Check free disk space.")

    monkeypatch.setattr(record_store, "save_result", full)
    _, _, error = fail("load_catalog", pack_folder.root)
    assert str(error) == (
        "The database refused the catalogue; nothing was written: could not extend file: No space left on device"
    )


@pytest.mark.django_db
def test_load_catalog_holds_back_what_conflicts_and_names_the_record_in_the_way(pack_folder):
    run("load_catalog", pack_folder.root)
    pack_folder.rename("resources/documentation.md", "resources/other.md")
    out, err = run("load_catalog", pack_folder.root)
    assert (
        err.splitlines()
        == [
            "resources/other.md:4: 'https://docs.example.org/' is already the address of the database’s resource 'documentation'",
            "resources/other.md:2: 'documentation of everything' is already the name of the database’s resource 'documentation'",
        ][::-1]
    )
    assert "held back, conflicts with a record in the database: resource/other" in out.splitlines()
    assert out.splitlines()[-1] == "added 0, changed 0, merged 0, unchanged 12, kept 0, held back 1"


@pytest.mark.django_db
def test_load_catalog_goes_on_when_a_curator_published_a_name_twice(pack_folder):
    run("load_catalog", pack_folder.root)
    factories.make_skill("k-8-s", name="KUBERNETES")
    out, err = run("load_catalog", pack_folder.root)
    assert err == "skills/kubernetes.md:2: 'kubernetes' is already the name of the database’s skill 'k-8-s'\n"
    assert out.splitlines()[-1] == "added 0, changed 0, merged 0, unchanged 13, kept 0"


@pytest.mark.django_db
def test_export_catalog_writes_a_pack(pack_folder, tmp_path):
    run("load_catalog", pack_folder.root)
    out, _ = run("export_catalog", tmp_path / "out")
    assert out == f"13 files written to {tmp_path / 'out'}\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "skills/python.md",
            "prerequisites: {}",
            "prerequisites: {celery: 1}",
            "skills/celery.md:16: a prerequisite cycle: celery needs django needs python needs celery",
        ),
        (
            "skills/django.md",
            "{python: 2}",
            "{pyton: 2}",
            "skills/django.md:16: prerequisites: there is no skill 'pyton'; did you mean 'python'?",
        ),
        ("skills/django.md", "  2: You can use Django.\n", "", "skills/django.md:11: the text of level 2 is missing"),
        (
            "skills/celery.md",
            "{django: 1}",
            "{django: 1, python: 1}",
            "skills/celery.md:16: python is implied by another prerequisite",
        ),
        (
            "skills/django.md",
            "1: You can explain",
            "1: You can understand",
            "skills/django.md:12: level 1 must begin with “You can”, followed by something that another person could check",
        ),
        (
            "skills/django.md",
            "name: Django",
            "name: Pythons",
            "skills/python.md:2: has almost the same name as skills/django.md",
        ),
        ("roles/web-developer.md", "The job.", "A powerful job!", "roles/web-developer.md:12: has an exclamation mark"),
        (
            "roles/web-developer.md",
            "facts: [a-figure]\n",
            "",
            "roles/web-developer.md:1: has no outlook fact with a source",
        ),
        (
            "roles/web-developer.md",
            "  kubernetes: {level: 1, importance: 2}\n",
            "",
            "skills/kubernetes.md:1: is an orphan: nothing needs it or leads to it, and no ads name it",
        ),
    ],
)
def test_check_catalog_reports_with_file_and_line(pack_folder, file, old, new, message):
    pack_folder.edit(file, old, new)
    _, err, error = fail("check_catalog", pack_folder.root)
    assert message in err.splitlines()
    assert error.returncode == 1


def test_check_catalog_prints_figures_and_coverage(pack_folder, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("skill_lower,category,ads,share_of_100_ads\npython,x,80,0.8\nrust,x,15,0.15\n")
    out, err, _ = fail("check_catalog", pack_folder.root, names=counts)
    lines = out.splitlines()
    assert "names in at least 1% of the ads: 1 of 2 reached" in lines
    assert "mentions: 80 of 95 reached, 84.2%" in lines
    assert "edges: 2" in lines
    assert "depth: 3" in lines
    assert "web-developer, to its targets without projects: 65 h from zero, 59 h from beginner" in lines
    assert "no skill is called 'rust', which at least 1% of the ads name" in err.splitlines()


def test_first_words_are_printed_unit_by_unit(pack_folder):
    _, _, error = fail("first_words", "python", path=pack_folder.root)
    assert str(error) == "there is no skill 'python' with units"
    units = 'units: {1: [{id: one, do: "Parse it.", minutes: 60}, {id: two, do: "Parse it.", minutes: 60}]}\nlevels:'
    pack_folder.edit("skills/python.md", "levels:", units)
    pack_folder.edit("skills/kubernetes.md", "levels:", units.replace("Parse", "Plan"))
    for skill in ("celery", "django"):
        pack_folder.edit(f"skills/{skill}.md", "levels:", units.replace("Parse it", "Wait"))
    out, _ = run("first_words", "python", path=pack_folder.root)
    assert out.splitlines() == ["python 1 one: Parse", "python 1 two: –"]


ADS = (
    "About 75 per cent of 1,720 AI-engineer job ads of early 2026 name Python, more than Django, and 4 per cent Celery."
)
COUNTS = "slug,ads_named,suggested_demand_percent\npython,1284,75\ncelery,69,4\nkubernetes,3,0\n"


@pytest.fixture
def counts(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(COUNTS)
    return path


@pytest.fixture
def counted_pack(pack_folder):
    """A pack whose figures match the counts."""
    pack_folder.edit("skills/python.md", "effort:", "demand: 75\neffort:")
    pack_folder.edit("skills/celery.md", "effort:", "demand: 4\neffort:")
    pack_folder.edit("facts/a-figure.md", "Ten of ten developers have a keyboard.", ADS)
    return pack_folder


def differences(pack_folder, counts) -> list[str]:
    return [str(problem) for problem in job_ads.differences(pack.read(pack_folder.root), counts)]


def test_nothing_differs_where_demand_is_what_the_ads_say(counted_pack, counts):
    assert differences(counted_pack, counts) == []


def test_demand_that_differs_from_the_counts(counted_pack, counts):
    counted_pack.edit("skills/python.md", "demand: 75", "demand: 82")
    counted_pack.edit("skills/celery.md", "demand: 4\n", "")
    counted_pack.edit("skills/kubernetes.md", "effort:", "demand: 1\neffort:")
    counted_pack.edit("skills/django.md", "effort:", "demand: 2\neffort:")
    assert differences(counted_pack, counts) == [
        "skills/celery.md:1: demand is None, the ads say 4",
        "skills/django.md:7: demand is 2, the ads say None",
        "skills/kubernetes.md:7: demand is 1, the ads say None",
        "skills/python.md:7: demand is 82, the ads say 75",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("About 75", "About 82", "Python is 82 per cent, the ads say 75"),
        ("4 per cent Celery", "5 per cent celery language", "celery language is 5 per cent, the ads say 4"),
        ("4 per cent Celery", "4 per cent Kubernetes", "Kubernetes is 4 per cent, the ads say None"),
        ("Celery", "Cobol", "no skill is called 'Cobol'"),
    ],
)
def test_figures_of_facts_that_differ_from_the_counts(counted_pack, counts, old, new, message):
    counted_pack.edit("facts/a-figure.md", old, new)
    assert differences(counted_pack, counts) == [f"facts/a-figure.md:3: {message}"]


def test_check_catalog_reports_what_differs_from_the_counts(counted_pack, counts):
    counted_pack.edit("skills/python.md", "demand: 75", "demand: 82")
    _, err, error = fail("check_catalog", counted_pack.root, demand=counts)
    assert "skills/python.md:7: demand is 82, the ads say 75" in err.splitlines()
    assert error.returncode == 1


@pytest.mark.parametrize(
    ("option", "columns"),
    [("demand", "slug and suggested_demand_percent"), ("names", "skill_lower, ads and share_of_<n>_ads")],
)
def test_check_catalog_says_what_is_wrong_with_the_counts(pack_folder, tmp_path, option, columns):
    counts = tmp_path / "counts.csv"
    counts.write_text("name,n\n")
    _, _, error = fail("check_catalog", pack_folder.root, **{option: counts})
    assert f"needs the columns {columns}" in str(error)


REAL_COUNTS = settings.BASE_DIR.parent / "shared/data/facts/ai_job_ads_skill_demand.csv"


@pytest.mark.skipif(not REAL_COUNTS.exists(), reason="the counts of job ads are not part of the repository")
def test_the_catalogue_says_what_the_ads_say():
    assert job_ads.differences(pack.read(settings.CATALOG_PACK), REAL_COUNTS) == []

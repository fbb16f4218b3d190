import errno
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.catalog import health, loading, milestones, pack, record_store, snapshot
from guidance.catalog.models import Alias, Change, Guide, Kind, Prerequisite, Redirect, Revision, Skill, Status, Version
from tests import factories
from tests.small_pack import RESOURCE

pytestmark = pytest.mark.django_db


def problems_of(folder) -> list[str]:
    with pytest.raises(pack.PackError) as error:
        loading.load(folder.root)
    assert Skill.objects.count() == 0, "something was written"
    return [str(problem) for problem in error.value.problems]


def merge_kubernetes_into_celery(folder) -> None:
    folder.remove("skills/kubernetes.md")
    folder.edit("skills/celery.md", "prerequisites: {django: 1}", "prerequisites: {django: 1}\nformerly: [kubernetes]")
    folder.edit("resources/documentation.md", ", kubernetes: [0, 2]", "")
    folder.edit("roles/web-developer.md", "  kubernetes: {level: 1, importance: 2}\n", "")


def test_load_fills_an_empty_database(pack_folder):
    report = loading.load(pack_folder.root)
    assert len(report.added) == 13
    assert report.revision == 1
    catalogue = snapshot.current()
    assert list(catalogue.skills) == ["celery", "django", "kubernetes", "python"]
    assert catalogue.skills["django"].prerequisites == {"python": 2}
    assert [activity.activity for activity in catalogue.roles["web-developer"].day] == [
        "Make coffee.",
        "Read the mail.",
    ]
    assert catalogue.projects["a-queue"].checklist == ("It runs.", "It stops.", "It starts again.", "It is tested.")
    assert catalogue.industries["healthcare"].emphases["django"].weight == 1.5
    assert catalogue.roles["web-developer"].facts == ("a-figure",)


def test_load_of_an_unchanged_pack_writes_nothing(pack_folder):
    loading.load(pack_folder.root)
    with CaptureQueriesContext(connection) as queries:
        report = loading.load(pack_folder.root)
    assert len(report.unchanged) == 13
    writes = [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert writes == []
    assert Revision.objects.count() == 1


def test_load_writes_only_what_changed(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.edit("skills/django.md", "effort: [6, 20.5, 45, 90]", "effort: [8, 20.5, 45, 90]")
    report = loading.load(pack_folder.root)
    assert (report.added, report.changed, report.revision) == ([], ["skill/django"], 2)
    assert list(Change.objects.filter(revision=2).values_list("kind", "slug", "change", "summary")) == [
        ("skill", "django", "updated", "Django: effort changed.")
    ]
    assert Version.objects.filter(kind=Kind.SKILL, slug="django").count() == 2


def test_load_with_dry_run_reports_and_writes_nothing(pack_folder):
    report = loading.load(pack_folder.root, dry_run=True)
    assert len(report.added) == 13
    assert Skill.objects.count() == 0


def test_load_keeps_what_a_curator_edited_and_reports_it(pack_folder):
    loading.load(pack_folder.root)
    skill = Skill.objects.get(slug="django")
    skill.summary = "The curator's words."
    skill.save()
    record_store.commit([skill], source=Version.VersionSource.CURATOR)
    pack_folder.edit("skills/django.md", "What Django is for.", "The pack's words.")
    report = loading.load(pack_folder.root)
    assert (report.kept, report.changed) == (["skill/django"], [])
    assert Skill.objects.get(slug="django").summary == "The curator's words."
    report = loading.load(pack_folder.root, overwrite=True)
    assert report.changed == ["skill/django"]
    assert Skill.objects.get(slug="django").summary == "The pack's words."


def test_load_leaves_alone_what_only_the_database_has(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.remove("questions/what-is-it.md")
    report = loading.load(pack_folder.root)
    assert report.elsewhere == ["question/what-is-it"]
    assert "what-is-it" in snapshot.current().questions


def test_load_renames_a_record_and_redirects_its_old_slug(pack_folder):
    loading.load(pack_folder.root)
    before = Skill.objects.get(slug="kubernetes").pk
    pack_folder.rename("skills/kubernetes.md", "skills/container-orchestration.md")
    pack_folder.edit(
        "skills/container-orchestration.md", "prerequisites: {}", "prerequisites: {}\nformerly: [kubernetes]"
    )
    pack_folder.edit("resources/documentation.md", "kubernetes:", "container-orchestration:")
    pack_folder.edit("roles/web-developer.md", "kubernetes:", "container-orchestration:")
    report = loading.load(pack_folder.root)
    assert set(report.changed) == {"skill/container-orchestration", "resource/documentation", "role/web-developer"}
    assert Skill.objects.get(slug="container-orchestration").pk == before
    assert snapshot.build().redirects == {(Kind.SKILL, "kubernetes"): "container-orchestration"}
    assert loading.load(pack_folder.root).changed == []


def test_load_merges_a_skill_into_another(pack_folder):
    loading.load(pack_folder.root)
    merge_kubernetes_into_celery(pack_folder)
    report = loading.load(pack_folder.root)
    assert report.merged == ["skill/kubernetes"]
    assert Skill.objects.get(slug="kubernetes").status == Status.RETIRED
    change = Change.objects.get(slug="kubernetes", change=Change.ChangeType.MERGED)
    assert (change.into, change.summary) == ("celery", "Kubernetes is now part of Celery.")
    catalogue = snapshot.build()
    assert catalogue.redirects == {(Kind.SKILL, "kubernetes"): "celery"}
    again = loading.load(pack_folder.root)
    assert (again.changed, again.merged, again.revision) == ([], [], None)


def test_load_retires_a_record(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.edit("questions/what-is-it.md", "order: 1", "order: 1\nstatus: retired")
    loading.load(pack_folder.root)
    catalogue = snapshot.build()
    assert "what-is-it" not in catalogue.questions
    assert (Kind.QUESTION, "what-is-it") in catalogue.gone


def test_load_turns_an_edge_round(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.edit("skills/python.md", "prerequisites: {}", "prerequisites: {django: 1}")
    pack_folder.edit("skills/django.md", "prerequisites: {python: 2}", "prerequisites: {}")
    loading.load(pack_folder.root)
    assert set(Prerequisite.objects.values_list("skill__slug", "requires__slug")) == {
        ("python", "django"),
        ("celery", "django"),
    }


def test_load_swaps_an_alias_between_two_skills(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.edit("skills/python.md", "- python language", "- celery language")
    pack_folder.edit("skills/celery.md", "- celery language", "- python language")
    assert len(loading.load(pack_folder.root).changed) == 2


def test_load_refuses_a_cycle_and_spells_it_out(pack_folder):
    pack_folder.edit("skills/python.md", "prerequisites: {}", "prerequisites: {celery: 1}")
    assert problems_of(pack_folder) == [
        "skills/celery.md:16: a prerequisite cycle: celery needs django needs python needs celery"
    ]


def test_load_refuses_a_dangling_slug(pack_folder):
    pack_folder.edit("skills/django.md", "{python: 2}", "{pyton: 2}")
    pack_folder.edit("roles/web-developer.md", "facts: [a-figure]", "facts: [a-figure, no-figure]")
    assert problems_of(pack_folder) == [
        "roles/web-developer.md:10: facts: there is no fact 'no-figure'; did you mean 'a-figure'?",
        "skills/django.md:16: prerequisites: there is no skill 'pyton'; did you mean 'python'?",
    ]


def test_load_refuses_a_missing_level_text(pack_folder):
    pack_folder.edit("skills/django.md", "  3: You can mend Django.\n", "")
    assert problems_of(pack_folder) == ["skills/django.md:11: the text of level 3 is missing"]


def test_load_refuses_a_name_that_another_skill_has(pack_folder):
    pack_folder.edit("skills/django.md", "- django language", "- Python")
    assert problems_of(pack_folder) == [
        "skills/django.md:9: 'python' is already the name of skills/python.md",
    ]


def test_load_refuses_a_skill_without_resources(pack_folder):
    pack_folder.edit("resources/documentation.md", ", kubernetes: [0, 2]", "")
    assert problems_of(pack_folder) == ["skills/kubernetes.md:1: no resource names this skill"]


def test_load_refuses_a_link_that_leads_nowhere(pack_folder):
    pack_folder.edit("guides/getting-started.md", "/skills/python/", "/skills/pyton/")
    assert problems_of(pack_folder) == ["guides/getting-started.md:9: the link /skills/pyton/ leads nowhere"]


def test_load_refuses_what_is_not_text(pack_folder):
    (pack_folder.root / "skills" / "bad.md").write_bytes(b"---\nname: \xff\n---\n")
    (pack_folder.root / "skills" / "notes.txt").write_text("x")
    assert problems_of(pack_folder) == [
        "skills/bad.md:2: is not UTF-8",
        "skills/notes.txt:1: is not a Markdown file (.md)",
    ]


def test_load_without_a_pack_says_so(tmp_path):
    with pytest.raises(pack.PackError, match="there is no such folder"):
        loading.load(tmp_path / "nowhere")
    with pytest.raises(pack.PackError, match="contains no catalogue"):
        loading.load(tmp_path)


def test_load_is_all_or_nothing(pack_folder, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("the power went")

    monkeypatch.setattr(record_store, "save_result", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        loading.load(pack_folder.root)
    assert Skill.objects.count() == 0


def test_load_decides_before_it_locks_and_again_when_a_curator_was_faster(pack_folder, monkeypatch):
    loading.load(pack_folder.root)
    pack_folder.edit("skills/python.md", "Python in a few words.", "The words of the pack.")
    lock, validate, order = record_store.lock, pack.validate, []

    def overtaken() -> None:
        order.append("lock")
        monkeypatch.setattr(record_store, "lock", lock)
        curate("python", summary="The curator's words.")

    monkeypatch.setattr(pack, "validate", lambda *args: (order.append("validate"), validate(*args))[1])
    monkeypatch.setattr(record_store, "lock", overtaken)
    report = loading.load(pack_folder.root)
    assert order == ["validate", "lock", "validate"]
    assert (report.kept, report.changed) == (["skill/python"], [])
    assert Skill.objects.get(slug="python").summary == "The curator's words."


def test_load_queries_do_not_grow_with_the_pack(pack_folder):
    with CaptureQueriesContext(connection) as few:
        loading.load(pack_folder.root)
    for number in range(30):
        pack_folder.skill(f"extra-{number}", f"Extra {number}", "{python: 1}")
        pack_folder.write(
            f"resources/extra-{number}.md",
            f"---\nname: Extra {number}\ntype: book\nurl: https://example.org/{number}\nauthor: A\nhours: 1\n"
            f"skills: {{extra-{number}: [0, 1]}}\n---\n",
        )
    with CaptureQueriesContext(connection) as many:
        loading.load(pack_folder.root)
    assert len(many) <= len(few)


def test_export_writes_what_was_loaded(pack_folder, tmp_path):
    loading.load(pack_folder.root)
    counts = pack.export(tmp_path / "out")
    assert sum(counts.values()) == 13
    report = loading.load(tmp_path / "out")
    assert len(report.unchanged) == 13
    again = pack.export(tmp_path / "again")
    assert again == counts
    for path in (tmp_path / "out").rglob("*.md"):
        assert path.read_text() == (tmp_path / "again" / path.relative_to(tmp_path / "out")).read_text()


def test_export_replaces_an_older_pack(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.skill("left-over", "Left over")
    pack.export(pack_folder.root)
    assert not (pack_folder.root / "skills" / "left-over.md").exists()


def test_export_refuses_a_folder_that_is_something_else(tmp_path):
    (tmp_path / "precious.txt").write_text("x")
    with pytest.raises(pack.PackError, match="not a pack"):
        pack.export(tmp_path)
    with pytest.raises(pack.PackError, match="is not a folder"):
        pack.export(tmp_path / "precious.txt")


def test_export_onto_a_full_disk_leaves_the_old_pack(pack_folder, tmp_path, monkeypatch):
    loading.load(pack_folder.root)
    pack.export(tmp_path / "out")
    before = {path.name: path.read_text() for path in (tmp_path / "out").rglob("*.md")}
    Skill.objects.filter(slug="django").update(summary="Changed.")
    write_text, written = Path.write_text, []

    def nearly_full(path, *args, **options):
        if len(written) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        return write_text(path, *args, **options)

    monkeypatch.setattr(Path, "write_text", nearly_full)
    with pytest.raises(pack.PackError, match="the disk is full"):
        pack.export(tmp_path / "out")
    assert {path.name: path.read_text() for path in (tmp_path / "out").rglob("*.md")} == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_merged_skill_survives_export_and_load_into_an_empty_database(pack_folder, tmp_path):
    pack_folder.edit("skills/celery.md", "prerequisites: {django: 1}", "prerequisites: {django: 1}\nformerly: [rq]")
    loading.load(pack_folder.root)
    assert Redirect.objects.values_list("kind", "slug").get() == ("skill", "rq")
    pack.export(tmp_path / "out")
    assert "formerly: [rq]" in (tmp_path / "out" / "skills" / "celery.md").read_text()


words = st.text("abcdefgh :-#'\"%&*|>{}[]!?,éß中", min_size=1, max_size=30).filter(lambda text: bool(text.strip()))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(words, min_size=6, max_size=6),
    effort=st.lists(st.floats(0.5, 300).map(lambda value: round(value, 2)), min_size=4, max_size=4),
    demand=st.none() | st.integers(1, 100),
    level=st.integers(1, 4),
    cost=st.sampled_from(["", "cost: 0\n", "cost: paid\n", "cost: {amount: 59.99, currency: USD}\n"]),
    body=st.lists(words, max_size=3).map("\n\n".join),
)
def test_load_export_load_changes_nothing(make_pack_folder, texts, effort, demand, level, cost, body):
    folder = make_pack_folder("given")
    quoted = [text.replace("'", "''") for text in texts]
    front = f"name: '{quoted[0]}'\narea: programming\nkind: tool\nhorizon: emerging\nsummary: '{quoted[1]}'\neffort: {effort}\n"
    front += f"demand: {demand}\n" if demand else ""
    front += "levels:\n" + "".join(f"  {n}: '{quoted[n + 1]}'\n" for n in range(1, 5))
    front += f"prerequisites: {{celery: {level}}}\n"
    folder.write("skills/random.md", f"---\n{front}---\nx {body}\n")
    folder.write(
        "resources/random.md",
        f"---\nname: '{quoted[0]}'\ntype: book\nurl: https://example.org/r\nauthor: '{quoted[1]}'\nhours: {effort[0]}\n{cost}"
        "skills: {random: [1, 4]}\n---\n",
    )
    out = folder.root.parent / "out"
    with transaction.atomic():
        loading.load(folder.root)
        pack.export(out)
        report = loading.load(out)
        assert (report.added, report.changed, report.merged, report.kept) == ([], [], [], [])
        second = {path.name: path.read_text() for path in out.rglob("*.md")}
        pack.export(out)
        assert {path.name: path.read_text() for path in out.rglob("*.md")} == second
        transaction.set_rollback(True)


def test_the_pack_of_waymark_is_valid_and_breaks_no_rule_of_writing(settings):
    content = pack.read(Path(settings.CATALOG_PACK))
    assert pack.validate(content) == []
    assert [str(finding) for finding in health.findings(content)] == []


def curate(which: str, /, model=Skill, **change) -> None:
    model.objects.filter(slug=which).update(**change)
    record_store.commit([model.objects.get(slug=change.get("slug", which))], source=Version.VersionSource.CURATOR)


def test_load_keeps_a_record_that_a_curator_renamed(pack_folder):
    loading.load(pack_folder.root)
    curate("kubernetes", slug="container-orchestration")
    pack_folder.edit("roles/web-developer.md", "importance: 2", "importance: 3")  # still uses the old slug
    report = loading.load(pack_folder.root)
    assert (report.added, report.kept, report.changed) == ([], ["skill/kubernetes"], ["role/web-developer"])
    catalogue = snapshot.build()
    assert catalogue.roles["web-developer"].requirements["container-orchestration"].importance == 3
    assert catalogue.redirects == {(Kind.SKILL, "kubernetes"): "container-orchestration"}
    report = loading.load(pack_folder.root, overwrite=True)
    assert "skill/kubernetes" in report.changed
    assert Skill.objects.filter(slug="kubernetes").count() == 1
    assert snapshot.build().redirects == {(Kind.SKILL, "container-orchestration"): "kubernetes"}
    assert loading.load(pack_folder.root).changed == []


def test_load_keeps_a_renamed_record_of_a_kind_without_aliases(pack_folder):
    loading.load(pack_folder.root)
    curate("getting-started", Guide, slug="first-steps")
    report = loading.load(pack_folder.root)
    assert (report.added, report.kept) == ([], ["guide/getting-started"])
    assert Guide.objects.count() == 1


def test_load_that_renames_what_a_curator_edited_keeps_it_for_all_who_name_it(pack_folder):
    loading.load(pack_folder.root)
    curate("kubernetes", summary="The curator's words.")
    pack_folder.rename("skills/kubernetes.md", "skills/k8s.md")
    pack_folder.edit("skills/k8s.md", "prerequisites: {}", "prerequisites: {}\nformerly: [kubernetes]")
    pack_folder.edit("resources/documentation.md", "kubernetes:", "k8s:")
    pack_folder.edit("roles/web-developer.md", "kubernetes:", "k8s:")
    report = loading.load(pack_folder.root)
    assert report.kept == ["skill/k8s"]
    assert "kubernetes" in snapshot.build().roles["web-developer"].requirements


def test_load_merges_nothing_into_what_a_curator_edited(pack_folder):
    loading.load(pack_folder.root)
    curate("celery", summary="The curator's words.")
    merge_kubernetes_into_celery(pack_folder)
    report = loading.load(pack_folder.root)
    assert (report.kept, report.merged) == (["skill/celery"], [])
    assert Skill.objects.get(slug="kubernetes").status == Status.PUBLISHED


def test_load_retires_nothing_by_merging_that_a_curator_edited(pack_folder):
    loading.load(pack_folder.root)
    curate("kubernetes", summary="The curator's words.")
    merge_kubernetes_into_celery(pack_folder)
    report = loading.load(pack_folder.root)
    assert (report.kept, report.merged) == (["skill/kubernetes"], [])
    assert Skill.objects.get(slug="kubernetes").status == Status.PUBLISHED


def test_load_moves_the_aliases_of_a_merged_skill(pack_folder):
    loading.load(pack_folder.root)
    merge_kubernetes_into_celery(pack_folder)
    pack_folder.edit("skills/celery.md", "  - celery language", "  - celery language\n  - kubernetes language")
    assert loading.load(pack_folder.root).merged == ["skill/kubernetes"]
    assert loading.load(pack_folder.root).revision is None


def messages(problems) -> list[str]:
    return [str(problem) for problem in problems]


def test_load_holds_back_what_conflicts_with_a_curators_record(pack_folder):
    loading.load(pack_folder.root)
    skill = Skill.objects.get(slug="kubernetes")
    Alias.objects.create(skill=skill, name="helm")
    Prerequisite.objects.create(skill=skill, requires=Skill.objects.get(slug="celery"), level=1)
    record_store.commit([skill], source=Version.VersionSource.CURATOR)
    pack_folder.edit("skills/django.md", "- django language", "- Helm")
    pack_folder.edit("skills/python.md", "prerequisites: {}", "prerequisites: {kubernetes: 1}")
    pack_folder.edit("skills/celery.md", "You can mend Celery.", "You can repair Celery.")
    report = loading.load(pack_folder.root)
    assert {name: messages(problems) for name, problems in report.held.items()} == {
        "skill/django": [
            "skills/django.md:9: 'helm' is already the name of the database’s skill 'kubernetes'",
        ],
        "skill/python": [
            "skills/python.md:16: a prerequisite cycle: celery needs django needs python needs kubernetes needs celery"
        ],
    }
    assert (report.changed, report.kept) == (["skill/celery"], ["skill/kubernetes"])
    assert list(Alias.objects.filter(name__iexact="helm").values_list("skill__slug", flat=True)) == ["kubernetes"]
    assert Skill.objects.get(slug="celery").level_texts[2] == "You can repair Celery."


@pytest.mark.parametrize(
    ("name", "aliases"), [("PyTorch", []), ("PYTORCH", []), ("Tensors", ["pyTorch"]), ("Torch", [])]
)
def test_load_holds_back_a_new_skill_whose_name_a_curator_took_and_what_needs_it(pack_folder, name, aliases):
    loading.load(pack_folder.root)
    made = factories.make_skill("py-torch", name=name, aliases=aliases)
    pack_folder.skill("pytorch", "PyTorch")
    pack_folder.edit("skills/pytorch.md", "- pytorch language", "- torch")
    pack_folder.edit("resources/documentation.md", "python: [0, 2]", "python: [0, 2], pytorch: [0, 2]")
    pack_folder.edit("skills/django.md", "Django in a few words.", "More words.")
    report = loading.load(pack_folder.root)
    assert list(report.held) == ["skill/pytorch", "resource/documentation"]
    assert messages(report.held["resource/documentation"]) == [
        "resources/documentation.md:9: skills: there is no skill 'pytorch'; did you mean 'py-torch'?"
    ]
    assert (report.added, report.changed) == ([], ["skill/django"])
    assert Skill.objects.get(pk=made.pk).name == made.name
    assert not Skill.objects.filter(slug="pytorch").exists()


def test_load_adds_a_skill_whose_name_is_only_that_of_a_draft_or_a_retired_one(pack_folder):
    loading.load(pack_folder.root)
    factories.make_skill("a-draft", name="Flask", status="draft")
    factories.make_skill("an-old-one", name="flask", status="retired")
    pack_folder.skill("flask", "Flask")
    pack_folder.edit("resources/documentation.md", "python: [0, 2]", "python: [0, 2], flask: [0, 2]")
    report = loading.load(pack_folder.root)
    assert (report.held, report.added) == ({}, ["skill/flask"])


def test_load_holds_back_the_second_of_two_that_swap_what_a_curator_holds(pack_folder):
    """Django gives its alias to Celery but cannot be written itself. So it keeps the alias, and Celery does not change."""
    loading.load(pack_folder.root)
    factories.make_skill("web-framework", name="Batteries")
    pack_folder.edit("skills/django.md", "- django language", "- batteries")
    pack_folder.edit("skills/celery.md", "- celery language", "- django language")
    report = loading.load(pack_folder.root)
    assert list(report.held) == ["skill/django", "skill/celery"]
    assert report.changed == []


def test_load_swaps_the_addresses_of_two_resources(pack_folder):
    second = (pack_folder.root / "resources/documentation.md").read_text()
    second = second.replace("docs.example.org", "other.example.org").replace("of everything", "of the rest")
    pack_folder.write("resources/second.md", second)
    loading.load(pack_folder.root)
    pack_folder.edit("resources/documentation.md", "docs.example.org", "swap")
    pack_folder.edit("resources/second.md", "other.example.org", "docs.example.org")
    pack_folder.edit("resources/documentation.md", "https://swap", "https://other.example.org")
    assert len(loading.load(pack_folder.root).changed) == 2


def test_load_refuses_a_published_skill_in_an_area_that_is_not(pack_folder):
    pack_folder.edit("areas/programming.md", "order: 1", "order: 1\nstatus: draft")
    assert "skills/django.md:3: area: the area 'programming' is not published (draft)" in problems_of(pack_folder)


def test_load_adds_a_record_whose_slug_led_to_another_one(pack_folder):
    pack_folder.edit("skills/celery.md", "prerequisites: {django: 1}", "prerequisites: {django: 1}\nformerly: [rq]")
    loading.load(pack_folder.root)
    celery = Skill.objects.get(slug="celery").pk
    pack_folder.edit("skills/celery.md", "\nformerly: [rq]", "")
    pack_folder.skill("rq", "RQ")
    pack_folder.edit("resources/documentation.md", "python: [0, 2]", "python: [0, 2], rq: [0, 2]")
    report = loading.load(pack_folder.root)
    assert report.added == ["skill/rq"]
    assert Skill.objects.get(slug="celery").pk == celery
    assert snapshot.build().redirects == {}
    assert loading.load(pack_folder.root).revision is None


def test_export_that_cannot_be_put_in_place_leaves_the_old_pack(pack_folder, tmp_path, monkeypatch):
    loading.load(pack_folder.root)
    out = tmp_path / "out"
    pack.export(out)
    before = {path.name: path.read_text() for path in out.rglob("*.md")}
    rename = Path.rename

    def refuse(path, target):
        if Path(target) == out and not path.name.endswith("-old"):
            raise OSError(errno.EACCES, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(pack.PackError, match="Permission denied"):
        pack.export(out)
    assert {path.name: path.read_text() for path in out.rglob("*.md")} == before


UNITS = """units:
  1:
    - {id: read-it, read: documentation, minutes: 120}
    - {id: try-it, do: Try it., minutes: 60}
prerequisites: {}"""


def test_unit_reads_a_resource_of_its_skill(pack_folder):
    pack_folder.edit("skills/kubernetes.md", "prerequisites: {}", UNITS)
    pack_folder.edit("resources/documentation.md", ", kubernetes: [0, 2]", "")
    other = RESOURCE.replace("everything", "another thing").replace("docs.", "other.")
    pack_folder.write("resources/other.md", other.replace("python: [0, 2], ", ""))
    assert problems_of(pack_folder) == [
        "skills/kubernetes.md:18: level 1, read-it: the resource documentation is not for this skill"
    ]


def test_units_begin_short_and_are_mostly_work(pack_folder):
    pack_folder.edit("skills/kubernetes.md", "prerequisites: {}", UNITS)
    found = [str(finding) for finding in milestones.findings(pack.read(pack_folder.root)) if "level 1" in str(finding)]
    assert [finding.partition(": ")[2] for finding in found] == [
        "the first unit of level 1 takes more than 60 minutes",
        "less than half of the minutes of level 1 are do or build",
    ]

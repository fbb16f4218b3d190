"""A kind of record is described in one place: a field added there appears everywhere."""

import json
from datetime import date

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from guidance.catalog import pack, schemas, snapshot
from guidance.catalog.documents import Document, linked_record, parse, render
from guidance.catalog.kinds import KINDS, Guide, Record
from guidance.catalog.kinds.base import day, items, level, mapping, record, text
from guidance.catalog.models import RECORD_MODELS, Version
from guidance.catalog.models import Guide as GuideRow
from guidance.catalog.rows import columns_of, links_of, unstored
from guidance.curation import record_files
from guidance.curation.differences import differences
from guidance.curation.models import Proposal
from tests.curation.people import browser, person
from tests.curation.test_records_admin import form_of, save
from tests.factories import guide_document, publish


@record("guide", plural="guides", page=True)
class GuideWithMore(Guide):
    audience: str = text(120, api=True, help="Whom it is for.")
    reviewed_on: date | None = day(api=True)
    prompts: tuple[str, ...] = items(text(), api=True)


@record("tool", plural="office_tools", page=True)
class Tool(Record):
    """Something to work with."""

    name: str = text(200, required=True)
    maker: str = text(80)
    teaches: dict[str, int] = mapping("skill", level())


@pytest.fixture
def more(monkeypatch):
    """Gives guides three fields that no other code knows."""
    monkeypatch.setitem(KINDS, "guide", GuideWithMore)
    snapshot.forget()
    yield {"audience": "Beginners", "reviewed_on": date(2026, 11, 24), "prompts": ["What for?", "Why now?"]}
    snapshot.forget()


# --- What is declared fits the database


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_and_row_of_a_kind_is_there(kind):
    model = RECORD_MODELS[kind]
    stored = {name for columns in columns_of(kind) for name in columns.names}
    about = {"id", "slug", "summary", "body", "status", "data", "created_at", "updated_at", "dead_address"}
    assert {column.attname for column in model._meta.concrete_fields} - about == stored - about
    assert {link.key for link in links_of(kind)} | {columns.key for columns in columns_of(kind)} | set(
        unstored(kind)
    ) == set(KINDS[kind].FIELDS) - {"status", "formerly"}
    for link in links_of(kind):
        columns = {column.attname for column in link.model._meta.concrete_fields if not column.primary_key}
        assert columns == {*link.names, f"{link.owner}_id"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_choice_is_the_same_in_description_and_column(kind):
    for stored in (*columns_of(kind), *links_of(kind)):
        model = getattr(stored, "model", RECORD_MODELS[kind])
        entry = getattr(getattr(stored.field, "item", None), "fields", {})
        values = {field.column: field.values for field in (stored.field, *entry.values()) if hasattr(field, "values")}
        for name, allowed in values.items():
            assert tuple(value for value, _label in model._meta.get_field(name).choices) == allowed


# --- A field


def test_a_new_field_is_in_document_difference_and_csv(more):
    before = guide_document()
    after = Document("guide", before.slug, before.data | more, before.body)
    assert "audience: Beginners\nreviewed_on: 2026-11-24\nprompts:\n  - What for?\n  - Why now?\n" in render(after)
    document, problems = parse(render(after), kind="guide", slug=before.slug)
    assert (document, problems) == (after, [])
    long = render(after).replace("Beginners", "x" * 121)
    [problem] = parse(long, kind="guide", slug="g", file="f.md")[1]
    assert str(problem) == "f.md:9: audience has 121 characters; at most 120 are allowed"
    assert [difference.label for difference in differences(before, after)] == ["audience", "reviewed on", "prompts"]
    assert {"audience", "reviewed_on", "prompts"} < set(record_files.columns("guide"))
    assert record_files.read_csv("guide", record_files.write_csv("guide", [after]), {}, file="f.csv")[0] == [after]


def test_a_new_field_is_in_the_schema(more):
    properties = schemas.schema_of("guide")["properties"]
    assert properties["audience"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 120,
        "description": "Whom it is for.",
    }
    assert properties["reviewed_on"] == {"type": "string", "format": "date"}


@pytest.mark.django_db
def test_a_new_field_is_stored_shown_and_served(more, client):
    publish(guide_document("daily-work", **more))
    assert GuideRow.objects.get().data == {**more, "reviewed_on": "2026-11-24"}
    guide = snapshot.current().guides["daily-work"]
    assert (guide.audience, guide.reviewed_on, guide.prompts) == (
        "Beginners",
        date(2026, 11, 24),
        ("What for?", "Why now?"),
    )
    response = client.get("/api/v1/guides/daily-work/").json()
    assert {key: response[key] for key in more} == GuideRow.objects.get().data
    chosen = client.get("/api/v1/guides/daily-work/?fields=slug,facts").json()
    assert set(chosen) == {"slug", "facts"}
    assert Version.objects.get(kind="guide").document == render(guide_document("daily-work", **more))


@pytest.mark.django_db
def test_a_new_field_is_in_the_form(more, settings):
    settings.DEMO = True  # where staff need no second factor
    publish(guide_document("daily-work", **more))
    row, curator = GuideRow.objects.get(), browser(person("cora"))
    shown = form_of(curator, row)
    assert {key: shown[key] for key in more} == {**more, "prompts": "What for?\nWhy now?"}
    refused = save(curator, row, audience="x" * 121)
    assert "Has 121 characters; at most 120 are allowed." in refused.text
    assert save(curator, row, audience="Everyone", reviewed_on="2026-11-25", prompts="").status_code == 302
    [proposal] = Proposal.objects.open().of(row)
    proposed = {key: proposal.proposed.data.get(key) for key in more}
    assert proposed == {"audience": "Everyone", "reviewed_on": date(2026, 11, 25), "prompts": None}
    assert GuideRow.objects.get().data["audience"] == "Beginners", "what is public stays until it is reviewed"


# --- A kind


def test_a_new_kind_is_read_compared_and_written(monkeypatch, tmp_path):
    monkeypatch.setitem(KINDS, "tool", Tool)
    (tmp_path / "office-tools").mkdir()
    content = "---\nname: Stapler\nmaker: Acme\nteaches:\n  python: 2\n---\nIt staples.\n"
    (tmp_path / "office-tools" / "stapler.md").write_text(content)
    read = pack.read(tmp_path)
    [tool] = read.documents
    assert (tool.kind, tool.slug, read.problems) == ("tool", "stapler", [])
    assert render(tool) == content
    problems = [str(problem) for problem in pack.validate(read)]
    assert problems == ["office-tools/stapler.md:5: teaches: there is no skill 'python'"]
    assert record_files.read_csv("tool", record_files.write_csv("tool", [tool]), {}, file="f")[0] == [tool]
    assert [difference.field for difference in differences(None, tool)] == ["slug", "name", "maker", "teaches", "text"]
    assert schemas.schema_of("tool")["required"] == ["name"]
    assert linked_record("/office-tools/stapler/") == ("tool", "stapler")
    loaded = Tool.load(tool.data, {"skill": {"python": None}}, id=1, slug="stapler", body="", updated_at=None, url="/")
    assert (loaded.name, loaded.maker, dict(loaded.teaches)) == ("Stapler", "Acme", {"python": 2})


# --- Schemas


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_a_kind_is_written(kind):
    file = settings.BASE_DIR / "docs" / "schema" / f"{kind}.json"
    assert file.read_text(encoding="utf-8") == schemas.written(kind), "run `make manage ARGS=write_schemas`"


def test_every_file_of_the_pack_fits_its_schema():
    validators = {kind: Draft202012Validator(schemas.schema_of(kind)) for kind in KINDS}
    for document in pack.read(settings.CATALOG_PACK).documents:
        raw = json.loads(json.dumps(document.data, default=str))
        assert [error.message for error in validators[document.kind].iter_errors(raw)] == [], document.file

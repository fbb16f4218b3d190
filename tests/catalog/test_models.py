import pytest
from django.db import IntegrityError, connection, transaction

from guidance.catalog import loading
from guidance.catalog.models import (
    Alias,
    Area,
    Change,
    Emphasis,
    Industry,
    Prerequisite,
    Requirement,
    Resource,
    ResourceSkill,
    Revision,
    Role,
    Skill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def skills(pack_folder) -> dict[str, Skill]:
    loading.load(pack_folder.root)
    return {skill.slug: skill for skill in Skill.objects.all()}


def refused(constraint: str, act) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("skill_slug_valid", {"slug": "map"}),
        ("skill_slug_valid", {"slug": "Upper"}),
        ("skill_slug_valid", {"slug": "two--hyphens"}),
        ("skill_status_known", {"status": "perhaps"}),
        ("skill_named", {"name": ""}),
        ("skill_kind_known", {"kind": "art"}),
        ("skill_horizon_known", {"horizon": "past"}),
        ("skill_effort_complete", {"effort": [1.0, 2.0, 3.0]}),
        ("skill_effort_complete", {"effort": [0.0, 2.0, 3.0, 4.0]}),
        ("skill_effort_complete", {"effort": []}),
        ("skill_texts_complete", {"level_texts": ["a", "b", "c"]}),
        ("skill_texts_complete", {"level_texts": ["a", "b", "c", ""]}),
        ("skill_texts_complete", {"summary": ""}),
        ("skill_demand_range", {"demand": 101}),
        ("skill_slug_key|unique", {"slug": "python"}),
    ],
)
def test_skill_refuses(skills, constraint, change):
    refused(constraint, lambda: Skill.objects.filter(slug="django").update(**change))


def test_draft_skill_may_be_unfinished(skills):
    Skill.objects.filter(slug="django").update(status="draft", effort=[], level_texts=[], summary="")


def test_prerequisite_refuses_itself_a_repetition_and_a_wrong_level(skills):
    python, django = skills["python"], skills["django"]
    refused("prerequisite_not_itself", lambda: Prerequisite.objects.create(skill=python, requires=python, level=1))
    refused("prerequisite_unique", lambda: Prerequisite.objects.create(skill=django, requires=python, level=1))
    refused("prerequisite_level_range", lambda: Prerequisite.objects.filter(skill=django).update(level=5))


def test_prerequisite_refuses_a_cycle_and_spells_it_out(skills):
    with pytest.raises(IntegrityError, match="python needs celery needs django needs python"), transaction.atomic():
        Prerequisite.objects.create(skill=skills["python"], requires=skills["celery"], level=1)
    with pytest.raises(IntegrityError, match="a prerequisite cycle"), transaction.atomic():
        Prerequisite.objects.filter(skill=skills["django"]).update(requires=skills["celery"])


def test_alias_is_unique_without_case_and_only_as_something_known(skills):
    refused("alias_name_unique", lambda: Alias.objects.create(skill=skills["celery"], name="PYTHON Language"))
    refused("alias_only_as_known", lambda: Alias.objects.create(skill=skills["celery"], name="c", only_as="sung"))


def test_requirement_refuses_levels_and_importances_out_of_range(skills):
    role = Role.objects.get()
    for change, constraint in (
        ({"level": 0}, "requirement_level_range"),
        ({"level": 5}, "requirement_level_range"),
        ({"importance": 6}, "requirement_importance_range"),
        ({"importance": 0}, "requirement_importance_range"),
    ):
        refused(constraint, lambda change=change: Requirement.objects.filter(role=role).update(**change))


def test_emphasis_refuses_a_weight_out_of_range(skills):
    industry = Industry.objects.get()
    for weight in (0, -1, 2.1):
        refused(
            "emphasis_weight_range",
            lambda weight=weight: Emphasis.objects.create(
                industry=industry, skill=skills["python"], weight=weight, why="x"
            ),
        )


def test_resource_refuses_a_price_without_currency_and_a_range_that_falls(skills):
    refused("resource_cost_has_currency", lambda: Resource.objects.update(cost=10))
    refused("resource_paid_has_no_price", lambda: Resource.objects.update(paid=True, cost=0))
    refused("resource_hours_positive", lambda: Resource.objects.update(hours=0))
    refused("resource_url_scheme", lambda: Resource.objects.update(url="javascript:alert(1)"))
    refused("resourceskill_level_range", lambda: ResourceSkill.objects.update(from_level=2, to_level=2))


def test_area_letter_is_one_capital_and_unique(skills):
    refused("area_letter_valid", lambda: Area.objects.update(letter="p"))
    refused("letter", lambda: Area.objects.create(slug="b", name="B", letter="P", family="models"))


def test_change_says_into_exactly_when_merged(skills):
    revision = Revision.objects.create(number=99)
    refused(
        "change_into_when_merged",
        lambda: Change.objects.create(revision=revision, kind="skill", slug="a", change="merged", summary="x"),
    )
    refused(
        "change_into_when_merged",
        lambda: Change.objects.create(
            revision=revision, kind="skill", slug="a", change="updated", into="b", summary="x"
        ),
    )

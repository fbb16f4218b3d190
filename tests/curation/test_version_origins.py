"""The origin of each version of a record, as shown in its history."""

import pytest

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.models import Skill, Version
from guidance.curation import permissions, proposals, publishing
from guidance.curation.models import Proposal
from guidance.curation.version_origins import origins_of
from tests import factories
from tests.curation.merges import do, undo
from tests.curation.people import person
from tests.curation.splits import plan_split, publish_containers

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl() -> User:
    return person("carl")


@pytest.fixture
def rita() -> User:
    return person("rita", permissions.REVIEWER)


def told(slug: str) -> list[str]:
    """The origins of all versions, oldest first."""
    record = Skill.objects.get(slug=slug)
    versions = list(Version.objects.filter(kind="skill", record_id=record.pk))
    found = origins_of(record, versions, Proposal.objects.of(record).select_related("author", "reviewer"))
    return [found[version.number].text for version in reversed(versions)]


def test_a_proposal_is_told_with_its_author_and_its_reviewer(carl, rita):
    factories.publish(factories.skill_document("python"))
    proposals.propose([factories.skill_document("go", status="draft")], author=carl)
    proposal = proposals.propose_draft(Skill.objects.get(slug="go"), author=carl)
    publishing.publish([proposals.submit(proposal, by=carl)], by=rita)
    assert told("go") == ["Draft saved", "Draft saved, in review", "Proposal by Carl, reviewed by Rita"]


def test_a_split_and_its_undoing_are_told_and_what_is_restored(carl, rita):
    publish_containers()
    skill = Skill.objects.get(slug="containers")
    undo(do(plan_split(), rita), rita)
    assert told("containers")[1:] == [
        "Split of Containers into two skills",
        "Undone: Split of Containers into two skills",
    ]
    assert told("container-stacks") == told("containers")[1:]
    back = proposals.revert(
        skill, Version.objects.get(kind="skill", slug="containers", number=2), by=rita, why="It was better."
    )
    publishing.publish([back], by=rita)
    assert told("containers")[3] == "Version 2 restored, published without a second person"


def test_what_no_one_reviewed_is_told_by_what_it_is(rita):
    factories.publish(factories.skill_document("python"))
    skill = Skill.objects.get(slug="python")
    for field, value in (("esco", ["e:1"]), ("summary", "Another.")):
        setattr(skill, field, value)
        skill.save()
        record_store.commit([skill], source="curator", author=rita)
    assert told("python")[1:] == ["Mapping to ESCO or O*NET accepted or removed", "Changed directly"]
    assert told("python")[0] == "Loaded with the content pack"

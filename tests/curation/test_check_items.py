"""Check items are withdrawn and restored like any other change, and reports about them are handled."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from guidance.catalog import snapshot
from guidance.catalog.models import Check, Revision, Version
from guidance.curation import permissions, proposals
from guidance.curation.check_items import (
    ItemOutcome,
    open_proposals,
    open_reports,
    reported_items,
    set_withdrawn,
    with_reports,
)
from guidance.curation.models import Proposal
from guidance.curation.record_documents import document_of
from guidance.progress import services
from guidance.progress.models import ItemReport
from tests.curation.answers import NOW, learners
from tests.curation.people import person
from tests.factories import make_check, make_skill

pytestmark = pytest.mark.django_db
KEY = "item-1-1"


@pytest.fixture
def check() -> Check:
    make_skill("python")
    return make_check("python")


def is_asked(key=KEY) -> bool:
    snapshot.forget()
    return key in {item.key for item in snapshot.current().items_of["python", 1]}


def test_the_only_reviewer_withdraws_and_puts_back_at_once_with_a_version_each(check):
    rita = person("rita", permissions.REVIEWER)
    before, revision = document_of(check), Revision.objects.count()
    change = set_withdrawn(check, KEY, withdrawn=True, by=rita)
    assert (change.outcome, change.revision.number) == (ItemOutcome.PUBLISHED, revision + 1)
    assert not is_asked()
    version = Version.objects.filter(kind="check", record_id=check.pk).first()
    assert (version.author, version.number, change.proposal.note) == (rita, 2, "Withdraws the question item-1-1.")
    check.refresh_from_db()
    assert set_withdrawn(check, KEY, withdrawn=False, by=rita).outcome == ItemOutcome.PUBLISHED
    assert is_asked()
    check.refresh_from_db()
    assert document_of(check) == before


@pytest.mark.parametrize("group", [permissions.CURATOR, permissions.REVIEWER])
def test_where_someone_else_can_review_it_is_proposed(check, group):
    person("rita", permissions.REVIEWER)
    change = set_withdrawn(check, KEY, withdrawn=True, by=person("carl", group))
    proposal = Proposal.objects.get()
    assert (change.outcome, proposal.state) == (ItemOutcome.IN_REVIEW, Proposal.ProposalState.IN_REVIEW)
    assert is_asked()
    assert open_proposals([check.pk])[check.pk].withdrawn[KEY]


def test_second_item_goes_into_the_same_proposal_and_undoing_both_withdraws_it(check):
    carl = person("carl")
    set_withdrawn(check, KEY, withdrawn=True, by=carl)
    assert set_withdrawn(check, "item-1-2", withdrawn=True, by=carl).outcome == ItemOutcome.ADDED
    proposal = Proposal.objects.get()
    assert proposal.state == Proposal.ProposalState.IN_REVIEW
    assert proposal.note == "Withdraws the question item-1-1. Withdraws the question item-1-2."
    set_withdrawn(check, KEY, withdrawn=False, by=carl)
    assert set_withdrawn(check, "item-1-2", withdrawn=False, by=carl).outcome == ItemOutcome.UNDONE
    assert Proposal.objects.get().state == Proposal.ProposalState.WITHDRAWN


def test_open_draft_of_the_only_reviewer_is_not_published_by_a_click(check):
    rita = person("rita", permissions.REVIEWER)
    document = document_of(check)
    document.data["name"] = "Half written"
    proposals.save_proposal(check, document, author=rita)
    assert set_withdrawn(check, KEY, withdrawn=True, by=rita).outcome == ItemOutcome.ADDED
    assert Proposal.objects.get().state == Proposal.ProposalState.DRAFT
    assert Proposal.objects.get().proposed.data["name"] == "Half written"
    assert is_asked()


@pytest.mark.parametrize(
    ("key", "withdrawn", "message"),
    [("nothing", True, "no such question"), (KEY, False, "already in use")],
    ids=["unknown item", "is so already"],
)
def test_what_cannot_be_changed_is_said(check, key, withdrawn, message):
    with pytest.raises(ValidationError, match=message):
        set_withdrawn(check, key, withdrawn=withdrawn, by=person("carl"))
    assert not Proposal.objects.exists()


def test_proposal_of_someone_else_is_not_changed(check):
    set_withdrawn(check, KEY, withdrawn=True, by=person("carl"))
    with pytest.raises(ValidationError, match="Carl has a proposal for these questions that is in review"):
        set_withdrawn(check, "item-1-2", withdrawn=True, by=person("rita", permissions.REVIEWER))
    assert not open_proposals([check.pk])[check.pk].withdrawn["item-1-2"]


def report(learner, skill, text, at=NOW, item=KEY):
    return ItemReport.objects.create(learner=learner, skill=skill, item=item, text=text, at=at)


def test_reports_are_grouped_by_question_the_latest_first(check):
    for number, learner in enumerate(learners(3)):
        report(learner, check.skill, f"Wrong {number}.", NOW + timedelta(hours=number))
    report(learner, check.skill, "Old.", NOW - timedelta(days=1), item="item-1-2")
    first, second = with_reports(list(reported_items(is_done=False)))
    assert (first.item, first.count, [words.text for words in first.said]) == (
        KEY,
        3,
        ["Wrong 2.", "Wrong 1.", "Wrong 0."],
    )
    assert (second.item, second.count) == ("item-1-2", 1)


def test_only_reports_that_were_seen_are_dealt_with_and_that_is_undone(check):
    noor, lena, anna = learners(3)
    report(noor, check.skill, "Wrong.")
    report(lena, check.skill, "Wrong too.")
    report(anna, check.skill, "Written since.", NOW + timedelta(minutes=1))
    about, now = {"skill": check.skill_id, "item": KEY}, timezone.now()
    assert services.close_reports(**about, until=NOW, now=now) == 2
    assert [row.text for row in open_reports()] == ["Written since."]
    report(lena, check.skill, "Still wrong.", now)
    assert services.reopen_reports(**about, done_at=now) == 1
    assert {row.text for row in open_reports()} == {"Wrong.", "Still wrong.", "Written since."}

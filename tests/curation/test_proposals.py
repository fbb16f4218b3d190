"""From proposal to publication: who may do what, what is refused, and that nothing public changes until then."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from guidance.catalog import record_store, snapshot
from guidance.catalog.documents import Document, render
from guidance.catalog.models import Change, Record, Revision, SearchEntry, Skill, Version
from guidance.curation import proposals, publishing, publishing_rules, record_documents, tasks
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import person

State = Proposal.ProposalState


@pytest.fixture
def python(db) -> Skill:
    factories.make_skill("sql")
    return factories.make_skill("python", aliases=["py"])


def changed(record: Record, **data: object) -> Document:
    document = record_documents.document_of(record)
    return replace(document, data={key: value for key, value in {**document.data, **data}.items() if value is not None})


def proposed(record: Record, author: User, *, submit: bool = True, **data: object) -> Proposal:
    return proposals.propose([changed(record, **data)], author=author, submit=submit)[0]


def public() -> tuple[object, ...]:
    return (
        Revision.objects.count(),
        Version.objects.count(),
        list(SearchEntry.objects.order_by("pk").values_list("slug", "summary")),
        snapshot.build().skills["python"].summary,
    )


def test_proposal_changes_nothing_that_is_public(python, carl):
    before = public()
    proposal = proposed(python, carl, summary="Another summary.")
    assert (proposal.state, proposal.author, proposal.base) == (State.IN_REVIEW, carl, 1)
    assert public() == before


def test_publishing_writes_the_row_a_version_of_the_author_and_a_revision(python, carl, rita):
    proposal = proposed(python, carl, summary="Another summary.", prerequisites={"sql": 2})
    revision = publishing.publish([proposal], by=rita)
    assert revision is not None
    version = Version.objects.filter(slug="python").latest("number")
    assert (version.number, version.author, version.source) == (2, carl, "curator")
    assert version.document == proposal.document
    skill = snapshot.build().skills["python"]
    assert (skill.summary, dict(skill.prerequisites)) == ("Another summary.", {"sql": 2})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reviewer, proposal.version, proposal.alone) == (State.PUBLISHED, rita, 2, False)
    assert [change.change for change in revision.changes.all()] == ["updated"]


def test_curator_may_neither_publish_nor_schedule_nor_refuse(python, carl):
    other = person("cora")
    proposal = proposed(python, carl, summary="Another summary.")
    soon = timezone.now() + timedelta(hours=1)
    for by in (carl, other):
        for act in (
            lambda by=by: publishing.publish([proposal], by=by),
            lambda by=by: publishing.schedule(proposal, by=by, at=soon),
            lambda by=by: publishing.reject(proposal, by=by, words="No."),
        ):
            with pytest.raises(ValidationError, match="not have permission to review"):
                act()
    with pytest.raises(ValidationError, match="Only its author"):
        proposals.withdraw(proposal, by=other)


def test_nobody_reviews_their_own_change_unless_nobody_else_can(python, rita):
    proposal = proposed(python, rita, summary="Another summary.")
    boss = person("boss", None, is_superuser=True)
    with pytest.raises(ValidationError, match="You cannot review your own change"):
        publishing.publish([proposal], by=rita)
    boss.is_active = False
    boss.save()
    publishing.publish([proposal], by=rita)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reviewer, proposal.alone) == (State.PUBLISHED, rita, True)


def test_database_refuses_a_review_of_ones_own(python, rita):
    proposal = proposed(python, rita, summary="Another summary.")
    with pytest.raises(IntegrityError, match="proposal_reviewed_by_another"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=State.REFUSED, words="No.", reviewer=rita, decided_at=timezone.now()
        )


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("proposal_state_known", {"state": "gone"}),
        ("proposal_kind_known", {"kind": "thing"}),
        ("proposal_submitted", {"state": "in-review", "submitted_at": None}),
        ("proposal_decided", {"state": "refused", "words": "No."}),
        ("proposal_refused_with_words", {"state": "refused", "words": "", "decided_at": "2026-11-25T12:00Z"}),
        ("proposal_scheduled_for_a_moment", {"state": "scheduled", "decided_at": "2026-11-25T12:00Z"}),
        ("proposal_published_as_a_version", {"state": "published", "decided_at": "2026-11-25T12:00Z"}),
    ],
)
def test_database_holds_the_states_together(python, carl, constraint, values):
    proposal = proposed(python, carl, summary="Another summary.")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**values)


def test_record_has_one_open_proposal(python, carl):
    first = proposed(python, carl, summary="Another summary.", submit=False)
    second = proposed(python, carl, summary="Yet another.", submit=False)
    assert first.pk == second.pk
    assert "Yet another." in second.document
    with pytest.raises(ValidationError, match="Carl has a proposal for this record that is draft"):
        proposed(python, person("cora"), summary="Mine.")
    with pytest.raises(IntegrityError, match="proposal_open_once"), transaction.atomic():
        Proposal.objects.create(kind="skill", record_id=python.pk, slug="python", document="x", base=1)


def test_what_its_author_left_behind_is_taken_over(python, carl):
    proposal = proposed(python, carl, summary="Another summary.")
    carl.delete()
    cora = person("cora")
    assert proposed(python, cora, summary="Better still.") == proposal
    assert Proposal.objects.get().author == cora


def test_deleting_a_reviewer_leaves_what_they_decided(python, carl, rita):
    publishing.publish([proposed(python, carl, summary="Another summary.")], by=rita)
    proposal = proposed(python, carl, summary="A third.")
    publishing.schedule(proposal, by=rita, at=timezone.now() + timedelta(hours=1))
    rita.delete()
    assert sorted(Proposal.objects.values_list("state", "reviewer")) == [("published", None), ("scheduled", None)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(sorted(factories.DOCUMENTS)))
def test_proposing_what_is_there_already_is_refused_as_no_change(whole, carl, kind):
    record = whole[kind]
    before = (Proposal.objects.count(), public())
    with pytest.raises(proposals.NoChange, match="nothing to change"):
        proposals.propose([record_documents.document_of(record)], author=carl)
    assert (Proposal.objects.count(), public()) == before


@pytest.fixture
def whole(python):
    """A record of each kind."""
    return {
        kind: factories.make(kind, "programming" if kind == "area" else "one")
        for kind in factories.DOCUMENTS
        if kind != "skill"
    } | {"skill": python}


def test_submitting_asks_for_everything_that_is_needed(carl, python):
    factories.make_area("programming")
    document = Document("skill", "go", {**factories.skill_document("go").data, "status": "draft"}, "")
    del document.data["levels"]
    assert proposals.propose([document], author=carl) == []
    go = Skill.objects.get(slug="go")
    proposal = proposals.propose_draft(go, author=carl)
    with pytest.raises(ValidationError, match="levels is missing"):
        proposals.submit(proposal, by=carl)
    go.refresh_from_db()
    assert (go.status, Proposal.objects.get().state) == ("draft", State.DRAFT)


def test_draft_is_submitted_and_says_so_until_it_is_public(carl, rita, python):
    (proposal,) = proposals.propose([factories.skill_document("go")], author=carl, submit=True)
    go = Skill.objects.get(slug="go")
    assert (go.status, proposal.state, proposals.is_outdated(proposal)) == ("in-review", State.IN_REVIEW, False)
    publishing.reject(proposal, by=rita, words="Say what it is for.")
    go.refresh_from_db()
    assert go.status == "draft"
    again = proposals.submit(proposals.propose_draft(go, author=carl), by=carl)
    publishing.publish([again], by=rita)
    go.refresh_from_db()
    assert go.status == "published"
    assert Change.objects.get(slug="go").change == "published"
    assert SearchEntry.objects.filter(slug="go").exists()


def test_new_records_that_name_each_other_are_published_together(carl, rita, python):
    batch = proposals.propose(
        [
            factories.resource_document("book", skills={"go": [0, 2]}),
            factories.skill_document("go", prerequisites={"python": 1}),
        ],
        author=carl,
        submit=True,
    )
    with pytest.raises(ValidationError, match="the skill “go” is not published"):
        publishing.publish([batch[0]], by=rita)
    revision = publishing.publish(batch, by=rita)
    assert revision is not None
    assert sorted(revision.changes.values_list("slug", flat=True)) == ["book", "go"]


def test_refusing_needs_words_and_the_author_reads_them(python, carl, rita):
    proposal = proposed(python, carl, summary="Another summary.")
    with pytest.raises(ValidationError, match="Give the reason"):
        publishing.reject(proposal, by=rita, words=" ")
    publishing.reject(proposal, by=rita, words="Too long.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.words, proposal.reviewer) == (State.REFUSED, "Too long.", rita)
    with pytest.raises(ValidationError, match="The proposal is now rejected"):
        publishing.publish([proposal], by=rita)


def test_what_is_changed_after_it_was_scheduled_is_reviewed_again(python, carl, rita):
    proposal = proposed(python, carl, summary="Another summary.")
    publishing.schedule(proposal, by=rita, at=timezone.now() + timedelta(hours=1))
    proposed(python, carl, summary="Something else.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.publish_at, proposal.reviewer) == (State.IN_REVIEW, None, None)


def test_publishing_looks_again_when_someone_writes_between_the_look_and_the_lock(python, carl, rita, monkeypatch):
    proposal, look = proposed(python, carl, summary="Carl’s words."), publishing._publication

    def meanwhile(rows):
        found = look(rows)
        monkeypatch.setattr(publishing, "_publication", look)
        factories.publish(changed(python, summary="Someone else’s words."))
        return found

    monkeypatch.setattr(publishing, "_publication", meanwhile)
    with pytest.raises(publishing_rules.NotPublishable, match="The record has changed since"):
        publishing.publish([proposal], by=rita)
    assert Skill.objects.get(slug="python").summary == "Someone else’s words."


def test_publishing_looks_again_when_the_proposal_is_withdrawn_between_the_look_and_the_lock(
    python, carl, rita, monkeypatch
):
    proposal, look = proposed(python, carl, summary="Carl’s words."), publishing._publication

    def meanwhile(rows):
        found = look(rows)
        proposals.withdraw(proposal, by=carl)
        return found

    monkeypatch.setattr(publishing, "_publication", meanwhile)
    with pytest.raises(publishing_rules.NotPublishable, match="The proposal is now withdrawn"):
        publishing.publish([proposal], by=rita)


def test_publishing_looks_again_when_the_proposal_is_sent_back_between_the_look_and_the_lock(
    python, carl, rita, monkeypatch
):
    proposal, look = proposed(python, carl, summary="Carl’s words."), publishing._publication

    def meanwhile(rows):
        found = look(rows)
        publishing.send_back(proposal, by=rita, words="Shorter.")
        return found

    monkeypatch.setattr(publishing, "_publication", meanwhile)
    with pytest.raises(publishing_rules.NotPublishable):
        publishing.publish([proposal], by=rita)
    assert Proposal.objects.get().state == State.SENT_BACK
    assert Skill.objects.get(slug="python").summary != "Carl’s words."


def test_schedule_is_taken_back(python, carl, rita):
    proposal = proposed(python, carl, summary="Another summary.")
    publishing.schedule(proposal, by=rita, at=timezone.now() + timedelta(hours=1))
    publishing.unschedule(proposal, by=rita)
    assert Proposal.objects.get().state == State.IN_REVIEW
    proposals.withdraw(proposal, by=carl)
    assert Proposal.objects.get().state == State.WITHDRAWN


def test_nothing_is_scheduled_for_the_past(python, carl, rita):
    with pytest.raises(ValidationError, match="This time has passed"):
        publishing.schedule(proposed(python, carl, summary="X."), by=rita, at=timezone.now())


# --- When the record has changed in the meantime


def test_outdated_proposal_is_not_published_until_it_is_taken_over(python, carl, rita):
    proposal = proposed(python, carl, summary="Another summary.")
    factories.publish(changed(python, demand=40, aliases=["py", "py3"]))
    with pytest.raises(ValidationError, match="has changed since"):
        publishing.publish([proposal], by=rita)
    proposals.rebase(proposal, by=carl)
    proposal.refresh_from_db()
    publishing.publish([proposal], by=rita)
    skill = snapshot.build().skills["python"]
    assert (skill.summary, skill.demand, [alias.name for alias in skill.aliases]) == (
        "Another summary.",
        40,
        ["py", "py3"],
    )


def test_conflict_names_the_fields_and_the_author_decides(python, carl, rita):
    proposal = proposed(python, carl, summary="Mine.", demand=10, prerequisites={"sql": 1})
    factories.publish(changed(python, summary="Theirs.", aliases=["py3"]))
    with pytest.raises(ValidationError, match=r"Both changed: summary\."):
        proposals.rebase(proposal, by=carl)
    with pytest.raises(ValidationError, match="Only its author"):
        proposals.rebase(proposal, by=person("cora"), prefer="mine")
    proposals.rebase(proposal, by=carl, prefer="mine")
    publishing.publish([Proposal.objects.get()], by=rita)
    skill = snapshot.build().skills["python"]
    assert (skill.summary, skill.demand, [alias.name for alias in skill.aliases]) == ("Mine.", 10, ["py3"])


def test_taking_over_what_both_changed_alike_is_no_change(python, carl):
    proposal = proposed(python, carl, summary="The same.")
    factories.publish(changed(python, summary="The same."))
    with pytest.raises(proposals.NoChange):
        proposals.rebase(proposal, by=carl)
    proposals.withdraw(proposal, by=carl)


def test_proposal_names_a_record_by_its_old_slug(python, carl, rita):
    proposal = proposed(python, carl, prerequisites={"sql": 2})
    factories.rename(Skill.objects.get(slug="sql"), "structured-query-language")
    publishing.publish([proposal], by=rita)
    assert dict(snapshot.build().skills["python"].prerequisites) == {"structured-query-language": 2}


def test_renaming_by_a_proposal_redirects(python, carl, rita):
    document = changed(python)
    proposal = proposals.save_proposal(python, replace(document, slug="python-3"), author=carl)
    publishing.publish([proposals.submit(proposal, by=carl)], by=rita)
    assert snapshot.build().redirects["skill", "python"] == "python-3"
    with pytest.raises(ValidationError, match="belongs to another record"):
        publishing.publish(
            [proposals.submit(proposals.save_proposal(python, replace(document, slug="sql"), author=carl), by=carl)],
            by=rita,
        )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"prerequisites": {"python": 1}}, "a record cannot refer to itself"),
        ({"prerequisites": {"nothing": 1}}, "there is no skill “nothing”"),
        ({"aliases": ["sequel"]}, "“sequel” is already a name of the skill .*Oracle"),
        ({"status": "retired"}, "Django needs it and is published"),
    ],
)
def test_what_may_not_be_public_is_refused_and_nothing_is_written(python, carl, rita, data, reason):
    factories.publish(
        factories.skill_document("django", prerequisites={"python": 1}),
        factories.skill_document("oracle", aliases=["sequel"]),
    )
    before = public()
    with pytest.raises(ValidationError, match=reason):
        publishing.publish([proposed(python, carl, **data)], by=rita)
    assert public() == before


def test_cycle_of_two_proposals_is_spelled_out(python, carl, rita):
    batch = [
        proposed(python, carl, prerequisites={"sql": 1}),
        proposed(Skill.objects.get(slug="sql"), carl, prerequisites={"python": 1}),
    ]
    with pytest.raises(ValidationError, match=r"This would make a cycle: (python → sql → python|sql → python → sql)"):
        publishing.publish(batch, by=rita)
    publishing.publish(batch[:1], by=rita)
    with pytest.raises(ValidationError, match="This would make a cycle"):
        publishing.publish(batch[1:], by=rita)


def test_retiring_is_proposed_like_anything_else(python, carl, rita):
    publishing.publish([proposed(python, carl, status="retired")], by=rita)
    assert ("skill", "python") in snapshot.build().gone


def test_public_record_does_not_become_a_draft(python, carl):
    with pytest.raises(ValidationError, match="cannot become a draft again"):
        proposed(python, carl, status="draft")


# --- Scheduled publication


def test_due_proposals_are_published_once_in_one_revision(python, carl, rita):
    now = timezone.now()
    for slug in ("python", "sql"):
        proposal = proposed(Skill.objects.get(slug=slug), carl, summary="On time.")
        publishing.schedule(proposal, by=rita, at=now + timedelta(minutes=5))
    assert publishing.publish_due(now=now + timedelta(minutes=4)) == 0
    before = Revision.objects.count()
    assert publishing.publish_due(now=now + timedelta(minutes=6)) == 2
    assert publishing.publish_due(now=now + timedelta(minutes=6)) == 0
    assert Revision.objects.count() == before + 1
    assert {proposal.reviewer for proposal in Proposal.objects.all()} == {rita}


def test_what_names_the_other_is_published_at_the_same_time(python, carl, rita):
    skill, resource = proposals.propose(
        [factories.skill_document("go"), factories.resource_document("book", skills={"go": [0, 2]})],
        author=carl,
        submit=True,
    )
    at = timezone.now() + timedelta(minutes=5)
    with pytest.raises(ValidationError, match="is not published"):
        publishing.schedule(resource, by=rita, at=at)
    publishing.schedule(skill, by=rita, at=at)
    publishing.schedule(resource, by=rita, at=at)
    assert publishing.publish_due(now=at) == 2


def test_what_may_not_become_public_goes_back_and_the_rest_is_published(python, carl, rita):
    at = timezone.now() + timedelta(minutes=5)
    outdated = proposed(python, carl, summary="Late.")
    taken = proposed(Skill.objects.get(slug="sql"), carl, aliases=["sequel"])
    fine = proposals.propose([factories.skill_document("go")], author=carl, submit=True)[0]
    for proposal in (fine, outdated, taken):
        publishing.schedule(proposal, by=rita, at=at)
    factories.publish(changed(python, demand=40), factories.skill_document("oracle", aliases=["sequel"]))
    assert publishing.publish_due(now=at) == 1
    states = {proposal.slug: (proposal.state, proposal.words) for proposal in Proposal.objects.all()}
    assert states["go"] == (State.PUBLISHED, "")
    assert states["python"][0] == states["sql"][0] == State.IN_REVIEW
    assert "has changed since" in states["python"][1]
    assert states["sql"][1] == (
        "It could not be published: “sequel” is already a name of the skill Oracle. Choose another name, or change that record first."
    )


def test_of_those_that_only_fail_together_the_one_scheduled_last_goes_back(python, carl, rita, monkeypatch):
    factories.publish(factories.skill_document("go"))
    first, last, wrong = (
        proposed(Skill.objects.get(slug=slug), carl, summary="On time.") for slug in ("python", "sql", "go")
    )
    at, publish = timezone.now(), publishing._publish
    for minutes, proposal in enumerate((wrong, first, last), 1):
        publishing.schedule(proposal, by=rita, at=at + timedelta(minutes=minutes))

    def refuse(rows, *arguments):
        keys = {row.pk for row in rows}
        if wrong.pk in keys:  # only the second round finds what the other two do together
            raise publishing_rules.NotPublishable({wrong.pk: ["It is wrong."]}, {})
        if len(keys) == 2:
            raise publishing_rules.NotPublishable({0: ["They do not go together."]}, {})
        return publish(rows, *arguments)

    monkeypatch.setattr(publishing, "_publish", refuse)
    assert publishing.publish_due(now=at + timedelta(minutes=4)) == 1
    states = {proposal.slug: proposal.state for proposal in Proposal.objects.all()}
    assert states == {"go": State.IN_REVIEW, "python": State.PUBLISHED, "sql": State.IN_REVIEW}


@pytest.mark.django_db(transaction=True)
def test_many_workers_publish_once(python, carl, rita):
    proposal = proposed(python, carl, summary="On time.")
    at = timezone.now() + timedelta(seconds=1)
    publishing.schedule(proposal, by=rita, at=at)

    def work(_number: int) -> int:
        try:
            return publishing.publish_due(now=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [0, 0, 0, 1]
    assert Version.objects.filter(slug="python").count() == 2


def test_task_publishes_what_is_due(python, carl, rita):
    proposal = proposed(python, carl, summary="On time.")
    publishing.schedule(proposal, by=rita, at=timezone.now() + timedelta(days=1))
    Proposal.objects.update(publish_at=datetime(2026, 1, 1, tzinfo=UTC))
    tasks.publish_due()
    assert Proposal.objects.get().state == State.PUBLISHED


# --- Restoring an earlier version


def test_restoring_brings_back_the_whole_record_and_is_reviewed_as_any_change(python, carl, rita):
    boss = person("boss", None, is_superuser=True)
    first = Version.objects.get(slug="python")
    publishing.publish([proposed(python, carl, summary="Worse.", aliases=None, prerequisites={"sql": 1})], by=rita)
    proposal = proposals.revert(Skill.objects.get(slug="python"), first, by=rita)
    assert proposal is not None
    with pytest.raises(ValidationError, match="You cannot review your own change"):
        publishing.publish([proposal], by=rita)
    proposals.submit(proposal, by=rita)
    publishing.publish([proposal], by=boss)
    assert Version.objects.filter(slug="python").latest("number").document == first.document
    proposal.refresh_from_db()
    assert (proposal.restores, proposal.alone, proposal.version) == (1, False, 3)


def test_restored_version_that_is_changed_is_a_change_like_any_other(python, carl, rita):
    person("boss", None, is_superuser=True)
    first = Version.objects.get(slug="python")
    publishing.publish([proposed(python, carl, summary="Worse.")], by=rita)
    skill = Skill.objects.get(slug="python")
    proposals.revert(skill, first, by=rita)
    proposal = proposed(skill, rita, summary="Not what it was.")
    assert proposal.restores is None
    with pytest.raises(ValidationError, match="You cannot review your own change"):
        publishing.publish([proposal], by=rita)


def test_restoring_a_draft_writes_the_draft(carl, python):
    proposals.propose([factories.skill_document("go", summary="First.", status="draft")], author=carl)
    proposals.propose([factories.skill_document("go", summary="Second.", status="draft")], author=carl)
    go = Skill.objects.get(slug="go")
    proposal = proposals.submit(proposals.propose_draft(go, author=carl), by=carl)
    go.refresh_from_db()
    assert proposals.revert(go, Version.objects.get(slug="go", number=1), by=carl) is None
    go.refresh_from_db()
    proposal.refresh_from_db()
    assert (go.summary, go.status) == ("First.", "in-review")
    assert "First." in proposal.document
    assert not proposals.is_outdated(proposal)
    assert Revision.objects.count() == Revision.objects.filter(changes__slug__in=["python", "sql"]).distinct().count()


def test_applied_is_as_if_published_and_then_as_before(python, carl):
    before = public()
    proposal = proposed(python, carl, summary="For a moment.")
    with record_documents.applied("skill", python.pk, proposal.proposed) as record:
        assert record.summary == "For a moment."
        assert snapshot.build().skills["python"].summary == "For a moment."
    assert public() == before
    assert (
        render(record_documents.document_of(Skill.objects.get(pk=python.pk)))
        == Version.objects.get(slug="python").document
    )
    assert record_store.latest("skill", [python.pk])

"""The effect of a proposal on paths: hard rules refuse it when it is submitted and published; other rules only warn."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from guidance.catalog import record_store, snapshot, writing
from guidance.catalog.models import Kind, Milestone, Project, Role, Skill
from guidance.curation import proposals, publishing, publishing_rules, record_documents
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser

pytestmark = pytest.mark.django_db
State = Proposal.ProposalState
NO_RAG = "“AI engineer” would break a rule of milestones: rag: no milestone reaches level 1."


@pytest.fixture(autouse=True)
def _catalogue(db):
    factories.publish(
        factories.skill_document("python"),
        factories.skill_document("sql"),
        factories.skill_document("rag"),
        factories.project_document("tool", proves={"python": 1}),
        factories.milestone_document("programs", steps=[("python", 1)], projects=["tool"]),
        factories.milestone_document("answers", steps=[("sql", 1), ("rag", 1)]),
        factories.role_document(
            requirements={"python": (1, 5), "rag": (1, 3)}, milestones=["programs", "answers"], apply_after="answers"
        ),
    )


def changed(model, slug, **data):
    document = record_documents.document_of(model.objects.get(slug=slug))
    return replace(document, data={**document.data, **data})


def proposed(author, *documents, submit=True):
    return proposals.propose(list(documents), author=author, submit=submit)


def without_rag():
    return changed(Milestone, "answers", steps=[{"sql": 1}])


def refused(call):
    with pytest.raises(publishing_rules.NotPublishable) as error:
        call()
    return error.value.messages


def test_a_requirement_that_no_milestone_reaches_is_refused_when_submitted(carl):
    asked = {"python": {"level": 2, "importance": 5}, "rag": {"level": 1, "importance": 3}}
    assert refused(lambda: proposed(carl, changed(Role, "ai-engineer", requirements=asked))) == [
        "“AI engineer” would break a rule of milestones: python: no milestone reaches level 2."
    ]
    assert not Proposal.objects.filter(state=State.IN_REVIEW).exists()


def test_a_milestone_that_leaves_a_role_without_a_step_is_refused_and_names_the_role(carl):
    assert refused(lambda: proposed(carl, without_rag())) == [NO_RAG]


def test_a_project_that_needs_what_comes_later_is_refused(carl):
    tool = changed(Project, "tool", proves={"python": 1, "rag": 1})
    assert refused(lambda: proposed(carl, tool)) == [
        "“AI engineer” would break a rule of milestones: programs: its project tool needs rag 1, which comes later."
    ]


def test_a_prerequisite_that_makes_a_project_need_what_comes_later_is_refused(carl):
    skill = changed(Skill, "python", prerequisites={"rag": 1})
    project = changed(Project, "tool", proves={"python": 1, "sql": 1})
    assert proposed(carl, skill)  # the path teaches it
    assert "needs sql 1" in refused(lambda: proposed(carl, project))[0]


def test_what_is_published_is_looked_at_again(carl, rita):
    """Another change was published in the meantime."""
    asked = {"python": {"level": 1, "importance": 5}, "sql": {"level": 1, "importance": 3}}
    [role] = proposed(carl, changed(Role, "ai-engineer", requirements=asked))
    [milestone] = proposed(carl, changed(Milestone, "answers", steps=[{"rag": 1}, {"python": 1}]), submit=False)
    proposals.submit(milestone, by=carl)
    publishing.publish([milestone], by=rita)
    assert refused(lambda: publishing.publish([role], by=rita)) == [
        "“AI engineer” would break a rule of milestones: sql: no milestone reaches level 1."
    ]
    with pytest.raises(publishing_rules.NotPublishable):
        publishing.schedule(role, by=rita, at=timezone.now() + timedelta(days=1))


def test_changes_that_keep_the_rules_together_are_submitted_one_by_one_and_published_together(carl, rita):
    asked = {"python": {"level": 1, "importance": 5}}
    [role] = proposed(carl, changed(Role, "ai-engineer", requirements=asked))
    [milestone] = proposed(carl, without_rag())
    assert refused(lambda: publishing.publish([milestone], by=rita)) == [NO_RAG]
    assert publishing.publish([milestone, role], by=rita) is not None


def test_a_role_with_a_new_milestone_is_submitted_before_that_is_public(carl, rita):
    new = factories.milestone_document("evaluation", steps=[("rag", 2)])
    new = replace(new, data=new.data | {"status": "draft"})
    proposed(carl, new)
    asked = {"python": {"level": 1, "importance": 5}, "rag": {"level": 2, "importance": 3}}
    slugs = ["programs", "answers", "evaluation"]
    [role] = proposed(carl, changed(Role, "ai-engineer", requirements=asked, milestones=slugs))
    draft = proposals.propose_draft(Milestone.objects.get(slug="evaluation"), author=carl)
    milestone = proposals.submit(draft, by=carl)
    assert publishing.publish([role, milestone], by=rita) is not None


def test_what_was_wrong_before_refuses_nobody(carl):
    Milestone.objects.get(slug="answers").steps.filter(skill__slug="rag").delete()
    snapshot.forget()
    assert proposed(carl, changed(Milestone, "answers", outcome="You can show an answer."))


def test_what_is_due_and_breaks_a_rule_goes_back_with_the_reason(carl, rita):
    [role] = proposed(carl, changed(Role, "ai-engineer", requirements={"python": {"level": 1, "importance": 5}}))
    [milestone] = proposed(carl, without_rag())
    at = timezone.now() + timedelta(hours=1)
    publishing.schedule(role, by=rita, at=at)
    publishing.schedule(milestone, by=rita, at=at + timedelta(hours=1))
    publishing.unschedule(role, by=rita)
    assert publishing.publish_due(now=at + timedelta(hours=2)) == 0
    milestone.refresh_from_db()
    assert (milestone.state, milestone.words) == (State.IN_REVIEW, f"It could not be published: {NO_RAG}")


def test_a_renamed_skill_is_known_by_both_slugs(carl, rita):
    factories.rename(Skill.objects.get(slug="rag"), "retrieval")
    document = changed(
        Role,
        "ai-engineer",
        requirements={"python": {"level": 1, "importance": 4}, "rag": {"level": 1, "importance": 3}},
    )
    [role] = proposed(carl, document)
    assert publishing.publish([role], by=rita) is not None


def findings(proposal: Proposal) -> list[tuple[str, str]]:
    found = publishing_rules.rule_findings((proposal.kind, proposal.record_id), proposal.proposed)
    return [(breach.name, breach.rule) for breach in found]


def test_rules_of_writing_are_said_on_the_page_and_stop_nothing(carl, rita, settings):
    settings.DEMO = True  # staff without a second factor
    [proposal] = proposed(carl, changed(Milestone, "programs", projects=[]), submit=False)
    assert ("AI engineer", "programs does not end in a project") in findings(proposal)
    proposals.submit(proposal, by=carl)
    page = browser(rita).get(reverse("admin:curation_proposal_change", args=[proposal.pk])).text
    assert "programs does not end in a project." in page
    assert publishing.publish([proposal], by=rita) is not None


def test_a_cycle_is_refused_as_one_and_nothing_is_walked_through_it(carl, rita):
    [one] = proposed(carl, changed(Skill, "python", prerequisites={"rag": 1}))
    [other] = proposed(carl, changed(Skill, "rag", prerequisites={"python": 1}))
    assert all("cycle" in message for message in refused(lambda: publishing.publish([one, other], by=rita)))
    assert findings(other) == []


def test_the_rules_are_looked_at_on_the_catalogue_of_this_moment(carl, django_assert_num_queries):
    """A process's copy of the catalogue may be a second old."""
    rows = [((str(Kind.MILESTONE), Milestone.objects.get(slug="answers").pk), without_rag())]
    assert [breach.rule for breach in publishing_rules.broken_rules(rows)] == ["rag: no milestone reaches level 1"]
    with django_assert_num_queries(1):
        publishing_rules.broken_rules(rows)
    role = changed(Role, "ai-engineer", requirements={"python": {"level": 1, "importance": 5}})
    with transaction.atomic():
        record_store.commit(writing.write([role], {}), source="pack")
    assert publishing_rules.broken_rules(rows) == []
    with django_assert_num_queries(0):
        publishing_rules.broken_rules([((str(Kind.QUESTION), 1), factories.question_document())])

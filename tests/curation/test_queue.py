"""The review queue: what each user has to review, and the decisions made there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guidance.catalog.models import Revision, Skill
from guidance.curation import proposals
from guidance.curation.models import Proposal
from guidance.curation.publishing_checks import checks_of
from tests import factories
from tests.curation.test_proposals import changed
from tests.curation.test_proposals_admin import client_of

pytestmark = pytest.mark.django_db
QUEUE = "/admin/curation/proposal/"
State = Proposal.ProposalState


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


@pytest.fixture
def carl(db):
    return client_of("carl", "Curator")


@pytest.fixture
def rita(db):
    return client_of("rita", "Reviewer", time_zone="Europe/Zurich")


@pytest.fixture
def proposal(carl) -> Proposal:
    """A proposal in review."""
    factories.publish(
        factories.skill_document("python"), factories.resource_document("book", skills={"python": [0, 2]})
    )
    document = changed(Skill.objects.get(), summary="Do useful work with a language.")
    return proposals.propose([document], author=carl.user, note="Shorter.", submit=True)[0]


def page_of(proposal: Proposal) -> str:
    return f"{QUEUE}{proposal.pk}/change/"


def decide(client, proposal: Proposal, decision: str, **data):
    seen = client.get(page_of(proposal)).context["seen"]
    return client.post(page_of(proposal), {"decision": decision, "seen": seen, **data}, follow=True)


def state() -> str:
    return Proposal.objects.get().state


def test_page_shows_why_and_what_differs(proposal, rita):
    page = rita.get(page_of(proposal)).text
    assert "Shorter." in page
    assert "Do useful work with <del>Python</del><ins>a language</ins>." in page
    assert "In review since" in page
    assert 'value="publish"' in page


def test_page_shows_all_of_what_was_never_public(carl, rita):
    factories.publish(factories.area_document("programming"))
    document = factories.question_document("what-for", body="To know where you are.\n")
    [new] = proposals.propose([document], author=carl.user, submit=True)
    page = rita.get(page_of(new)).text
    assert "Content" in page
    assert "To know where you are." in page


def test_reviewer_publishes(proposal, rita):
    page = decide(rita, proposal, "publish").text
    assert "Published as version 2 of the record. The whole catalogue is now revision 2." in page
    assert state() == State.PUBLISHED
    assert Skill.objects.get().summary == "Do useful work with a language."


def test_curator_finds_no_way_to_decide(proposal, carl):
    page = carl.get(page_of(proposal)).text
    for decision in ("publish", "schedule", "refuse"):
        assert f'value="{decision}"' not in page
        answer = decide(carl, proposal, decision, at="2199-01-01T10:00", words="No.").text
        assert "You do not have permission to review." in answer
    assert (state(), Revision.objects.count()) == (State.IN_REVIEW, 1)


def test_reviewer_schedules_in_their_own_time_zone(proposal, rita):
    page = decide(rita, proposal, "schedule", at="2199-07-01T09:30").text
    assert "It will be published on 1 Jul 2199, 09:30 (Europe/Zurich)." in page
    proposal.refresh_from_db()
    assert (proposal.state, proposal.publish_at) == (State.SCHEDULED, datetime(2199, 7, 1, 7, 30, tzinfo=UTC))
    assert 'value="2199-07-01T09:30:00"' in page
    decide(rita, proposal, "unschedule")
    assert state() == State.IN_REVIEW


@pytest.mark.parametrize("at", ["", "soon", "2027-03-28T02:30"])
def test_moment_that_there_is_not_is_told_in_the_form(proposal, rita, at):
    seen = rita.get(page_of(proposal)).context["seen"]
    response = rita.post(page_of(proposal), {"decision": "schedule", "seen": seen, "at": at})
    assert response.status_code == 422
    assert 'class="errorlist"' in response.text
    assert state() == State.IN_REVIEW


def test_moment_in_the_past_is_told(proposal, rita):
    page = decide(rita, proposal, "schedule", at="2020-01-01T10:00").text
    assert "This time has passed" in page
    assert 'value="2020-01-01T10:00"' in page
    assert '<details class="later" open>' in page


def test_refusing_needs_words_and_the_author_reads_them(proposal, carl, rita):
    seen = rita.get(page_of(proposal)).context["seen"]
    assert rita.post(page_of(proposal), {"decision": "refuse", "seen": seen, "words": ""}).status_code == 422
    decide(rita, proposal, "refuse", words="Say which <b>work</b>.")
    assert "Say which &lt;b&gt;work&lt;/b&gt;." in carl.get(page_of(proposal)).text


def test_author_submits_and_withdraws(proposal, carl):
    decide(carl, proposal, "withdraw")
    draft = proposals.propose([changed(Skill.objects.get(), summary="Another.")], author=carl.user)[0]
    assert "Submitted for review." in decide(carl, draft, "submit").text
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW


def test_what_was_changed_meanwhile_is_not_decided_on(proposal, carl, rita):
    seen = rita.get(page_of(proposal)).context["seen"]
    proposals.propose([changed(Skill.objects.get(), summary="Something worse.")], author=carl.user)
    answer = rita.post(page_of(proposal), {"decision": "publish", "seen": seen}, follow=True).text
    assert "The proposal changed while you were looking at it." in answer
    assert "Choose what to do." in rita.post(page_of(proposal), {}, follow=True).text
    assert state() == State.IN_REVIEW


def test_outdated_proposal_shows_what_happened_meanwhile_and_is_taken_over(proposal, carl, rita):
    factories.publish(changed(Skill.objects.get(), demand=40))
    page = rita.get(page_of(proposal))
    assert "The record has changed since this proposal was started" in page.text
    assert 'value="publish"' not in page.text
    assert [(one.field, bool(one.mine), bool(one.theirs)) for one in page.context["beside"]] == [
        ("summary", True, False),
        ("demand", False, True),
    ]
    assert 'value="update"' not in client_of("cora", "Curator").get(page_of(proposal)).text
    assert 'value="update"' in carl.get(page_of(proposal)).text
    decide(carl, proposal, "update")
    decide(rita, proposal, "publish")
    assert (Skill.objects.get().demand, state()) == (40, State.PUBLISHED)
    assert "The proposal as a whole" not in rita.get(page_of(proposal)).text  # no one has commented on it


def test_conflict_is_shown_and_decided_by_the_author(proposal, carl, rita):
    factories.publish(changed(Skill.objects.get(), summary="Theirs."))
    page = carl.get(page_of(proposal)).text
    assert "Both changed:</b> summary." in page
    decide(carl, proposal, "update-mine")
    decide(rita, proposal, "publish")
    assert Skill.objects.get().summary == "Do useful work with a language."


def test_reviewers_own_change_waits_for_another(proposal, rita):
    proposals.withdraw(proposal, by=rita.user)
    own = proposals.propose([changed(Skill.objects.get(), summary="Rita's.")], author=rita.user, submit=True)[0]
    page = rita.get(page_of(own)).text  # there is no other reviewer
    assert "You’re the only reviewer" in page
    client_of("boss", is_superuser=True)
    page = rita.get(page_of(own)).text
    assert "Another reviewer has to decide." in page
    assert 'value="publish"' not in page


def test_list_says_what_waits_for_whom_and_is_filtered(proposal, carl, rita):
    book = changed(factories.make_resource("paper", skills={"python": [1, 2]}), hours=7)
    draft = proposals.propose([book], author=rita.user)[0]
    listed = rita.get(QUEUE)
    assert "Review queue" in listed.text
    assert "This list shows open proposals" in listed.text  # even after “Clear all filters”
    assert 'href="?state=all"' in listed.text
    assert "This list shows open proposals" not in rita.get(QUEUE, {"state": "all"}).text
    assert {row.slug for row in listed.context["cl"].result_list} == {"python", "paper"}
    for text in ("a reviewer", "its author", "Carl"):
        assert text in listed.text
    for query, slugs in (
        ({"author": "me"}, {"paper"}),
        ({"author": str(carl.user.pk)}, {"python"}),
        ({"author": "x"}, {"python", "paper"}),
        ({"kind": "skill"}, {"python"}),
        ({"state": "draft"}, {"paper"}),
        ({"state": "published"}, set()),
        ({"q": "useful"}, {"python"}),
    ):
        assert {row.slug for row in rita.get(QUEUE, query).context["cl"].result_list} == slugs, query
    proposals.withdraw(draft, by=rita.user)
    assert {row.slug for row in rita.get(QUEUE).context["cl"].result_list} == {"python"}
    assert {row.slug for row in rita.get(QUEUE, {"state": "all"}).context["cl"].result_list} == {"python", "paper"}


def test_several_are_published_together_after_a_question(proposal, carl, rita):
    new = proposals.propose(
        [factories.resource_document("paper", skills={"go": [1, 2]}), factories.skill_document("go")],
        author=carl.user,
        submit=True,
    )
    chosen = {"action": "publish_together", "_selected_action": [row.pk for row in (*new, proposal)]}
    asked = rita.post(QUEUE, chosen).text
    assert "These 3 proposals will be published now" in asked
    assert "skill Python</a>: summary" in " ".join(asked.split())
    assert Revision.objects.count() == 1
    carl.post(QUEUE, {**chosen, "post": "yes"})
    assert Revision.objects.count() == 1
    done = rita.post(QUEUE, {**chosen, "post": "yes"}, follow=True).text
    assert "3 proposals published." in done
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert Revision.objects.get(number=2).changes.count() == 3
    again = rita.post(QUEUE, {**chosen, "post": "yes"}).text
    assert "Nothing is published yet" in again
    assert again.count("The proposal is now published.") == 3
    assert Revision.objects.count() == 2


def published_together(client, *rows: Proposal, **more):
    return client.post(QUEUE, {"action": "publish_together", "_selected_action": [row.pk for row in rows], **more})


def words_of(page) -> str:
    return " ".join(page.text.split())


def test_what_is_scheduled_is_left_out_by_name_and_what_needs_it_too(proposal, carl, rita):
    go, tour = proposals.propose(
        [factories.skill_document("go"), factories.resource_document("tour", skills={"go": [1, 2]})],
        author=carl.user,
        submit=True,
    )
    assert "These 3 proposals will be published now" in words_of(published_together(rita, proposal, go, tour))
    decide(rita, go, "schedule", at="2030-01-01T10:00:00")
    answered = words_of(
        published_together(rita, proposal, go, tour, post="yes")
    )  # scheduled after the question was shown
    for words in (
        "Nothing is published yet",
        "This proposal will be published now",
        "2 of the proposals you chose are left out",
        "skill Go</a>: It is scheduled: it will be published on",
        "resource Tour</a>: skills: the skill “go” is not published",
    ):
        assert words in answered
    assert Revision.objects.count() == 1
    asked = published_together(rita, proposal, go, tour)
    assert asked.context["chosen"] == [str(proposal.pk)]
    published_together(rita, proposal, post="yes")
    assert [*Proposal.objects.order_by("pk").values_list("state", flat=True)] == ["published", "scheduled", "in-review"]


def test_why_none_can_be_published_is_said_of_each(proposal, carl, rita):
    client_of("rosa", "Reviewer")
    [mine] = proposals.propose([factories.skill_document("rust")], author=rita.user, submit=True)
    [draft] = proposals.propose([factories.skill_document("zig")], author=carl.user)
    proposals.withdraw(proposal, by=carl.user)
    asked = words_of(published_together(rita, mine, draft, proposal))
    for words in (
        "None of them can be published now.",
        "Rust</a>: You cannot review your own change if someone else can.",
        "Zig</a>: The proposal is now draft. Its author has to submit it first.",
        "Python</a>: The proposal is now withdrawn.",
    ):
        assert words in asked
    assert 'value="Publish"' not in asked


def test_question_says_of_each_what_the_checks_found(proposal, carl, rita):
    [book] = proposals.propose(
        [factories.resource_document("tour", skills={"python": [1, 2]})], author=carl.user, submit=True
    )
    asked = published_together(rita, proposal, book)
    for line in asked.context["shown"]:
        assert line.looks == sum(check.state == "look" for check in checks_of_row(line.proposal))
    assert "to look at</span>" in asked.text


def checks_of_row(row: Proposal):
    return checks_of(row.kind, row.record_id, row.proposed)


def test_queue_of_a_hundred_takes_at_most_fifteen_queries(carl, rita):
    factories.make_area("programming")
    # Each except the first needs one that is not public either.
    documents = [
        factories.skill_document(f"skill-{number}", prerequisites={"skill-0": 1} if number else {})
        for number in range(100)
    ]
    batch = proposals.propose(documents, author=carl.user, submit=True)
    Proposal.objects.filter(pk__in=[row.pk for row in batch[50:]]).update(
        state=State.SCHEDULED,
        publish_at=timezone.now() + timedelta(days=1),
        decided_at=timezone.now(),
        reviewer=rita.user,
    )
    rita.get(QUEUE)
    with CaptureQueriesContext(connection) as queries:
        assert rita.get(QUEUE).context["cl"].result_count == 100
    assert len(queries) <= 15
    chosen = {"action": "publish_together", "_selected_action": [row.pk for row in batch]}
    with CaptureQueriesContext(connection) as queries:
        assert "These 50 proposals will be published now" in rita.post(QUEUE, chosen).text
    assert len(queries) <= 35  # most of them ask whether they can be published


def test_page_of_a_proposal_takes_few_queries(proposal, rita):
    factories.publish(changed(Skill.objects.get(), demand=40))
    rita.get(page_of(proposal))
    with CaptureQueriesContext(connection) as queries:
        rita.get(page_of(proposal))
    assert len(queries) <= 60  # half of them are the checks


def test_proposal_of_a_record_that_is_no_more_can_be_withdrawn(proposal, rita):
    Proposal.objects.update(record_id=0)
    page = rita.get(page_of(proposal)).text
    assert "The record no longer exists." in page
    assert "The record no longer exists." in decide(rita, proposal, "publish").text
    decide(rita, proposal, "withdraw")
    assert state() == State.WITHDRAWN


def test_strangers_see_nothing(proposal):
    stranger = client_of("stranger")
    for address in (QUEUE, page_of(proposal)):
        assert stranger.get(address).status_code == 403
        assert stranger.post(address, {"decision": "withdraw"}).status_code == 403
    assert client_of("carla", "Curator").get(f"{QUEUE}999999/change/").status_code == 302

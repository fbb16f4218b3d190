"""The digest about proposals: who gets what, only once, and how often."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import outbox
from accounts.models import OutgoingMail
from guidance.curation import comments, pending_operations, permissions, proposal_emails, proposals, publishing
from guidance.curation.models import Proposal, ProposalEmail
from guidance.curation.operation_documents import OperationRequest
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_proposals import changed, proposed

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def proposal(carl) -> Proposal:
    return proposed(factories.make_skill("python"), carl, summary="Another summary.")


def send(minutes: float) -> dict[str, list[str]]:
    """Send the digests that are due in `minutes`. Returns their texts by name of the recipient."""
    proposal_emails.send_digests(now=timezone.now() + minutes * MINUTE)
    found = {row.user.name: [item["text"] for item in row.context["items"]] for row in OutgoingMail.objects.all()}
    OutgoingMail.objects.all().delete()
    return found


def test_reviewers_are_told_of_what_was_submitted_once(proposal, carl, rita):
    assert send(5) == {}  # more events may follow, so it waits
    assert send(12) == {"Rita": ["Python (skill) is waiting for review, proposed by Carl"]}
    assert send(30) == send(90) == {}


def test_author_is_told_of_decisions_and_comments_in_one_line_a_proposal(proposal, carl, rita):
    comments.add(proposal, by=rita, field="summary", text="Which\nwork?")
    publishing.send_back(proposal, by=rita)
    assert send(12) == {
        "Carl": [
            "Python (skill) has a comment by Rita. “Which work?”; was sent back by Rita for changes",
        ]
    }


def test_author_is_told_who_took_a_proposal_over_and_what_was_said_before_and_after(proposal, carl, rita):
    comments.add(proposal, by=rita, text="Are you there?")
    proposals.take_over(proposal, by=rita)
    comments.add(proposal, by=rita, text="I go on with it.")
    assert send(12)["Carl"] == [
        "Python (skill) has 2 comments, the first by Rita. “Are you there?”; was taken over by Rita",
    ]


def test_at_most_one_an_hour(proposal, carl, rita):
    publishing.reject(proposal, by=rita, words="No.")
    assert send(12)["Carl"] == ["Python (skill) was rejected by Rita. “No.”"]
    later = timezone.now() + 20 * MINUTE
    other = proposed(factories.make_skill("sql"), carl, summary="Mine.")
    Proposal.objects.filter(pk=other.pk).update(submitted_at=later, decided_at=later, state="refused", words="No.")
    assert send(60) == {}
    assert send(73)["Carl"] == ["Sql (skill) was rejected by –. “No.”"]


def test_answers_in_a_thread_and_edits_are_told_to_who_takes_part(proposal, carl, rita):
    mina = person("mina", permissions.REVIEWER)
    first = comments.add(proposal, by=mina, text="Good.")
    comments.add(proposal, by=carl, text="Thanks.", thread=first.pk)
    record = factories.make_skill("python")
    proposals.save_proposal(record, changed(record, summary="Rita’s."), author=rita, may_be_others=True)
    told = send(12)
    assert told["Mina"] == ["Python (skill) is waiting for review, proposed by Carl; has a comment by Carl. “Thanks.”"]
    assert told["Carl"][0].endswith("was edited by Rita: review the changes")
    assert told["Rita"] == ["Python (skill) has 2 comments, the first by Mina. “Good.”"]  # it is Carl's turn, not hers


def test_operations_that_wait_for_a_second_person_are_told_and_so_is_what_came_of_them(carl, rita):
    mina, skill = person("mina", permissions.REVIEWER), factories.make_skill("python")
    asked = OperationRequest("retire", "skill", "python")
    pending = pending_operations.ask(asked, skill, {"into": [""]}, by=rita)
    assert send(12) == {"Mina": ["Python (skill) retire, requested by Rita, is waiting for a second person"]}
    pending_operations.reject(pending, by=mina, words="It is used.")
    assert send(13) == {"Rita": ["Python (skill) retire: rejected by Mina. “It is used.”"]}


def test_it_is_turned_off_and_on(proposal, rita, settings):
    settings.DEMO = True  # staff without a second factor
    client = browser(rita)
    assert "rita@example.org" in client.get("/admin/curation/proposal-emails/").text
    client.post("/admin/curation/proposal-emails/", {"is_on": "0"})
    assert "Emails are off." in client.get("/admin/curation/proposal-emails/").text
    assert send(12) == {}
    client.post("/admin/curation/proposal-emails/", {"is_on": "1"})
    assert list(send(12)) == ["Rita"]
    assert ProposalEmail.objects.get(user=rita).is_on


def test_mail_has_links_and_the_way_to_turn_it_off(proposal, rita, settings):
    proposal_emails.send_digests(now=timezone.now() + 12 * MINUTE)
    outbox.drain()
    [message] = mail.outbox
    assert (message.to, message.subject) == (
        ["rita@example.org"],
        "Python (skill) is waiting for review, proposed by Carl",
    )
    assert f"{settings.SITE_URL}/admin/curation/proposal/{proposal.pk}/change/" in message.body
    assert f"{settings.SITE_URL}/admin/curation/proposal-emails/" in message.body

"""Three reviewers act on the same thing at the same moment: one succeeds, the others get a message, and nothing is
done twice or half."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from guidance.catalog import record_store, snapshot
from guidance.catalog.models import RECORD_MODELS, Revision, Skill, Version
from guidance.curation import comments, inbox, operations, pending_operations, permissions, proposals, publishing
from guidance.curation.models import Operation, Proposal, ReaderReport
from guidance.curation.operations import OperationRejected, plan_merge, plan_retire
from guidance.curation.publishing_rules import NotPublishable
from tests.curation.people import person
from tests.curation.splits import plan_split, publish_containers

pytestmark = pytest.mark.django_db(transaction=True)
State = Proposal.ProposalState


@pytest.fixture
def reviewers(transactional_db) -> list[User]:
    publish_containers()
    return [person(name, permissions.REVIEWER) for name in ("rita", "rosa", "rolf")]


@pytest.fixture
def proposal(reviewers) -> Proposal:
    document = record_store.documents_of("skill", [Skill.objects.get(slug="helm")])[0]
    document.data["summary"] = "Another summary."
    return proposals.propose([document], author=person("carl"), submit=True)[0]


def at_once(*acts: Callable[[], Any]) -> tuple[list[int], list[Exception]]:
    """Run the acts at the same moment. Returns which succeeded, and the errors of the others."""
    done: list[int] = []
    told: list[Exception] = []
    barrier = threading.Barrier(len(acts))

    def do(number: int) -> None:
        barrier.wait()
        try:
            acts[number]()
            done.append(number)
        except (ValidationError, NotPublishable, OperationRejected) as error:
            told.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, told


def test_three_publish_the_same_proposal(reviewers, proposal):
    revision = Revision.objects.first().number
    done, told = at_once(*(lambda by=by: publishing.publish([proposal], by=by) for by in reviewers))
    proposal.refresh_from_db()
    assert (len(done), len(told)) == (1, 2)
    assert (proposal.state, proposal.reviewer) == (State.PUBLISHED, reviewers[done[0]])
    assert Revision.objects.first().number == revision + 1
    assert Version.objects.filter(slug="helm").count() == 2


def test_one_publishes_one_sends_back_and_one_schedules(reviewers, proposal):
    rita, rosa, rolf = reviewers
    tomorrow = timezone.now() + timedelta(days=1)
    done, _told = at_once(
        lambda: publishing.publish([proposal], by=rita),
        lambda: publishing.send_back(proposal, by=rosa, words="Shorter."),
        lambda: publishing.schedule(proposal, by=rolf, at=tomorrow),
    )
    proposal.refresh_from_db()
    assert done
    last = {State.PUBLISHED: 0, State.SENT_BACK: 1, State.SCHEDULED: 2}[State(proposal.state)]
    assert last in done
    assert proposal.reviewer == reviewers[last]
    assert (proposal.publish_at is not None) == (last == 2)
    assert proposal.comments.count() == (1 in done)
    assert Version.objects.filter(slug="helm").count() == 1 + (last == 0)


def test_two_confirm_and_one_rejects_the_same_merge(reviewers):
    rita, rosa, rolf = reviewers
    plan, record = plan_merge("skill", "helm", "kubernetes"), Skill.objects.get(slug="helm")
    pending = pending_operations.ask(
        plan.request, record, {"into": ["kubernetes"]}, by=person("rhea", permissions.REVIEWER)
    )
    done, told = at_once(
        lambda: pending_operations.confirm(pending, plan.request, plan.digest, by=rita),
        lambda: pending_operations.confirm(pending, plan.request, plan.digest, by=rosa),
        lambda: pending_operations.reject(pending, by=rolf, words="They are two things."),
    )
    pending.refresh_from_db()
    assert (len(done), len(told)) == (1, 2)
    assert pending.decided_by == reviewers[done[0]]
    assert Operation.objects.count() == (done[0] < 2)


def test_three_comment_and_nothing_is_lost(reviewers, proposal):
    acts = [lambda by=by: comments.add(proposal, by=by, text=f"From {by.name}.", field="summary") for by in reviewers]
    assert len(at_once(*acts)[0]) == 3
    assert set(proposal.comments.values_list("text", flat=True)) == {"From Rita.", "From Rosa.", "From Rolf."}


def test_two_merge_the_same_reports_opposite_ways(reviewers):
    subject = inbox.subject_of_record(snapshot.current().skills["helm"])
    about = {"topic": "wrong", "learner": None, "email": "", "is_held": False, "now": timezone.now()}
    one, other = (inbox.receive(subject=subject, text=text, event_id=uuid4(), **about) for text in ("No.", "Not so."))
    both_hold_one = threading.Barrier(2)

    def merge(report: ReaderReport, into: ReaderReport) -> None:
        def wait_after_a_lock(execute: Any, sql: str, *args: Any) -> Any:
            result = execute(sql, *args)
            if "FOR UPDATE" in sql:
                with suppress(threading.BrokenBarrierError):  # the others wait for this one's lock, as they should
                    both_hold_one.wait(timeout=0.2)
            return result

        with connection.execute_wrapper(wait_after_a_lock):
            inbox.merge(report, into)

    done, told = at_once(lambda: merge(one, other), lambda: merge(other, one))
    assert (len(done), len(told)) == (1, 1)
    first, duplicate = (other, one) if done == [0] else (one, other)
    assert list(first.duplicates.all()) == [duplicate]
    assert not duplicate.duplicates.exists()


def test_one_splits_one_merges_and_one_retires_the_same_skill(reviewers):
    plans = [plan_split(), plan_merge("skill", "containers", "linux"), plan_retire("skill", "containers", "networks")]
    done, told = at_once(
        *(
            lambda plan=plan, by=by: operations.apply(plan.request, plan.digest, by=by, now=timezone.now())
            for plan, by in zip(plans, reviewers, strict=True)
        )
    )
    assert (len(done), len(told), Operation.objects.count()) == (1, 2, 1)
    operation = Operation.objects.get()
    assert (operation.what, operation.by) == (plans[done[0]].request.what, reviewers[done[0]])
    for item in operation.touched:
        record = RECORD_MODELS[item["kind"]].objects.get(pk=item["record"])
        [written] = record_store.documents_of(item["kind"], [record])
        assert (
            written.slug,
            Version.objects.filter(kind=item["kind"], record_id=record.pk).latest("number").number,
        ) == (
            item["slugs"][1],
            item["version"],
        )

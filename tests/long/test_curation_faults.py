"""Kills the process of every write in curation between two statements: nothing of the write is stored, and the
same write happens once when it is tried again."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from guidance.catalog import record_store, snapshot
from guidance.catalog.models import Check, Resource, Skill
from guidance.curation import (
    bulk,
    check_items,
    comments,
    inbox,
    mappings,
    operations,
    pending_operations,
    permissions,
    proposal_emails,
    proposals,
    publishing,
    skill_resources,
    taxonomy_releases,
)
from guidance.curation.models import BulkEdit, Mapping, PendingOperation, Proposal, ReaderReport
from guidance.curation.operations import plan_merge, plan_rename, plan_retire
from guidance.curation.taxonomy_files import Entry
from guidance.progress import services
from tests.curation.answers import answered, give
from tests.curation.people import person
from tests.curation.splits import plan_split, publish_containers
from tests.factories import publish, skill_document

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 9  # for each write, spread over its statements, always including the last ones
APPS = ("accounts", "catalog", "curation", "progress")

type Write = Callable[[], Any]


@pytest.fixture
def carl(transactional_db) -> User:
    publish_containers()
    return person("carl")


@pytest.fixture
def rita(carl) -> User:
    return person("rita", permissions.REVIEWER)


def proposed(by: User, slug: str = "helm", *, submit: bool = True) -> Proposal:
    document = record_document(slug)
    document.data["summary"] = "Another summary."
    return proposals.propose([document], author=by, submit=submit)[0]


def record_document(slug: str) -> Any:
    return record_store.documents_of("skill", [Skill.objects.get(slug=slug)])[0]


def report(text: str = "The link is dead.") -> ReaderReport:
    subject = inbox.subject_of_record(snapshot.current().skills["helm"])
    about = {"topic": "dead-link", "learner": None, "email": "reader@example.org", "is_held": False}
    return inbox.receive(subject=subject, text=text, event_id=uuid.uuid4(), now=timezone.now(), **about)


def learner() -> None:
    learner, skill = User.objects.create_user("learner@example.org"), Skill.objects.get(slug="containers")
    services.assess(learner=learner, skill=skill, level=2, now=timezone.now())
    services.tick_unit(learner=learner, skill=skill, level=2, key="a-stack", now=timezone.now(), minutes=30)
    services.log_study(learner=learner, skill=skill, minutes=30, on=timezone.now().date(), now=timezone.now())


def answered_question() -> dict[str, Any]:
    learner, skill = User.objects.create_user("learner@example.org"), Skill.objects.get(slug="containers")
    give(learner, skill, {"item-1-1": answered(False)})
    return {"learner": learner, "skill": skill, "item": "item-1-1"}


def saves_a_draft(carl: User, rita: User) -> Write:
    record, document = Skill.objects.get(slug="helm"), record_document("helm")
    document.data["summary"] = "Another summary."
    return lambda: proposals.save_proposal(record, document, author=carl)


def submits(carl: User, rita: User) -> Write:
    proposal = proposed(carl, submit=False)
    return lambda: proposals.submit(proposal, by=carl, note="Why.")


def makes_a_draft_of_a_new_record(carl: User, rita: User) -> Write:
    return lambda: proposals.propose([skill_document("new-one")], author=carl, submit=True)


def withdraws(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    return lambda: proposals.withdraw(proposal, by=carl)


def resumes(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    proposals.withdraw(proposal, by=carl)
    return lambda: proposals.resume(proposal, by=carl)


def takes_over(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    return lambda: proposals.take_over(proposal, by=rita)


def comments_on_it(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    return lambda: comments.add(proposal, by=rita, text="Shorter.", field="summary")


def sends_back(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    return lambda: publishing.send_back(proposal, by=rita, words="Shorter, and say why.")


def resolves_a_comment(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    comment = comments.add(proposal, by=rita, text="Shorter.", field="summary")
    return lambda: comments.resolve(proposal, comment.pk, by=carl)


def rejects(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    return lambda: publishing.reject(proposal, by=rita, words="It is said elsewhere.")


def brings_up_to_date(carl: User, rita: User) -> Write:
    proposal, document = proposed(carl), record_document("helm")
    publish(replace(document, data={**document.data, "horizon": "advanced"}))
    return lambda: proposals.rebase(proposal, by=carl)


def tells_curators(carl: User, rita: User) -> Write:
    proposal_emails.send_digests(now=timezone.now())  # events from then on go into digests
    proposed(carl)
    later = timezone.now() + timedelta(hours=2)
    return lambda: proposal_emails.send_digests(now=later)


def proposes_resources(carl: User, rita: User) -> Write:
    skill = Skill.objects.get(slug="helm")
    chosen = {resource.pk: (0, 1) for resource in Resource.objects.filter(slug__in=["docs", "course"])}
    return lambda: skill_resources.propose_uses(skill, chosen, author=carl, note="")


def publishes(carl: User, rita: User) -> Write:
    chosen = [proposed(carl), proposed(carl, "kubernetes")]
    return lambda: publishing.publish(chosen, by=rita)


def schedules(carl: User, rita: User) -> Write:
    proposal = proposed(carl)
    return lambda: publishing.schedule(proposal, by=rita, at=timezone.now() + timedelta(hours=1))


def publishes_what_is_due(carl: User, rita: User) -> Write:
    publishing.schedule(proposed(carl), by=rita, at=timezone.now() + timedelta(hours=1))
    return lambda: publishing.publish_due(now=timezone.now() + timedelta(hours=2))


def operates(make: Callable[[], operations.OperationPlan]) -> Callable[[User, User], Write]:
    def prepare(carl: User, rita: User) -> Write:
        learner()
        plan = make()
        return lambda: operations.apply(plan.request, plan.digest, by=rita, now=timezone.now())

    return prepare


def undoes(make: Callable[[], operations.OperationPlan]) -> Callable[[User, User], Write]:
    def prepare(carl: User, rita: User) -> Write:
        operation = operates(make)(carl, rita)()
        snapshot.forget()
        return lambda: operations.undo(operation, by=rita, now=timezone.now())

    return prepare


def asked(by: User) -> tuple[PendingOperation, operations.OperationPlan]:
    plan, record = plan_merge("skill", "helm", "kubernetes"), Skill.objects.get(slug="helm")
    return pending_operations.ask(plan.request, record, {"into": ["kubernetes"]}, by=by), plan


def asks_for_a_merge(carl: User, rita: User) -> Write:
    return lambda: asked(rita)


def confirms_a_merge(carl: User, rita: User) -> Write:
    pending, plan = asked(rita)
    rosa = person("rosa", permissions.REVIEWER)
    return lambda: pending_operations.confirm(pending, plan.request, plan.digest, by=rosa)


def loads_a_classification(carl: User, rita: User) -> Write:
    entries = [Entry("skill", f"uri:{number}", f"Skill {number}") for number in range(50)]
    return lambda: taxonomy_releases.load(source="esco", release="1", entries=entries, now=timezone.now())


def accepts_a_mapping(carl: User, rita: User) -> Write:
    entry = Entry("skill", "uri:helm", "Helm (package manager)")
    taxonomy_releases.load(source="esco", release="1", entries=[entry], now=timezone.now())
    mappings.suggest("esco")
    found = list(Mapping.objects.all())
    assert found
    return lambda: mappings.accept(mappings=found, by=rita, now=timezone.now())


def prepared(by: User) -> bulk.PreparedImport:
    catalogue, content = bulk.read_catalogue(), b"slug,summary\ndocs,Its pages.\ncourse,Its lessons."
    dry_run = bulk.plan(*bulk.read_file(content, name="resources.csv", kind="", catalogue=catalogue), catalogue)
    assert not dry_run.refused, [[*map(str, row.problems)] for row in dry_run.rows]
    return bulk.prepare(dry_run, by=by, title="Two resources", at_once=True)


def imports_a_file(carl: User, rita: User) -> Write:
    return lambda: bulk.apply(prepared(rita))


def undoes_an_import(carl: User, rita: User) -> Write:
    bulk.apply(prepared(rita))
    edit = BulkEdit.objects.get()
    return lambda: bulk.undo(edit, by=rita)


def withdraws_a_question(carl: User, rita: User) -> Write:
    check = Check.objects.get(slug="containers")
    return lambda: check_items.set_withdrawn(check, "item-1-1", withdrawn=True, by=rita)


def receives_a_report(carl: User, rita: User) -> Write:
    event = uuid.uuid4()
    subject = inbox.subject_of_record(snapshot.current().skills["helm"])
    about = {"topic": "dead-link", "learner": None, "email": "reader@example.org", "is_held": False}
    return lambda: inbox.receive(subject=subject, text="Dead.", event_id=event, now=timezone.now(), **about)


def answers_a_report(carl: User, rita: User) -> Write:
    found = report()
    return lambda: inbox.answer(found, "Mended, thank you.", by=rita, now=timezone.now())


def merges_reports(carl: User, rita: User) -> Write:
    first, second = report(), report("It leads nowhere.")
    return lambda: inbox.merge(second, first)


def takes_a_report(carl: User, rita: User) -> Write:
    first = report()
    inbox.merge(report("It leads nowhere."), first)
    return lambda: inbox.take(first, by=carl)


def makes_a_proposal_of_a_report(carl: User, rita: User) -> Write:
    inbox.take(report(), by=carl)
    record, document = Skill.objects.get(slug="helm"), record_document("helm")
    document.data["summary"] = "Another summary."
    return lambda: proposals.save_proposal(record, document, author=carl)


def publishes_what_a_report_asked_for(carl: User, rita: User) -> Write:
    inbox.take(report(), by=carl)
    proposal = proposed(carl)
    assert proposal.reports.exists()
    return lambda: publishing.publish([proposal], by=rita)


def opens_a_report_again(carl: User, rita: User) -> Write:
    first = report()
    inbox.merge(report("It leads nowhere."), first)
    inbox.answer(first, "Mended, thank you.", by=rita, now=timezone.now())
    return lambda: inbox.reopen(first)


def reports_a_question(carl: User, rita: User) -> Write:
    about = answered_question()
    return lambda: services.report_item(**about, text="Two answers fit.", now=timezone.now())


def answers_about_a_question(carl: User, rita: User) -> Write:
    about, now = answered_question(), timezone.now()
    services.report_item(**about, text="Two answers fit.", now=now)
    question = {"skill": about["skill"].pk, "item": about["item"]}
    return lambda: inbox.answer_about_question(**question, until=now, text="One does.", now=now)


WRITES = {
    "saves a draft": saves_a_draft,
    "makes a draft of a new record": makes_a_draft_of_a_new_record,
    "submits": submits,
    "withdraws": withdraws,
    "resumes": resumes,
    "takes over": takes_over,
    "comments": comments_on_it,
    "sends back": sends_back,
    "resolves a comment": resolves_a_comment,
    "rejects": rejects,
    "brings up to date": brings_up_to_date,
    "tells curators": tells_curators,
    "proposes resources": proposes_resources,
    "publishes": publishes,
    "schedules": schedules,
    "publishes what is due": publishes_what_is_due,
    "merges": operates(lambda: plan_merge("skill", "helm", "kubernetes")),
    "renames": operates(lambda: plan_rename("skill", "helm", "helm-charts", "Helm charts")),
    "retires": operates(lambda: plan_retire("skill", "helm")),
    "splits": operates(plan_split),
    "undoes a merge": undoes(lambda: plan_merge("skill", "helm", "kubernetes")),
    "undoes a split": undoes(plan_split),
    "asks for a merge": asks_for_a_merge,
    "confirms a merge": confirms_a_merge,
    "loads a classification": loads_a_classification,
    "accepts a mapping": accepts_a_mapping,
    "imports a file": imports_a_file,
    "undoes an import": undoes_an_import,
    "withdraws a question": withdraws_a_question,
    "receives a report": receives_a_report,
    "answers a report": answers_a_report,
    "merges reports": merges_reports,
    "takes a report": takes_a_report,
    "makes a proposal of a report": makes_a_proposal_of_a_report,
    "publishes what a report asked for": publishes_what_a_report_asked_for,
    "opens a report again": opens_a_report_again,
    "reports a question": reports_a_question,
    "answers about a question": answers_about_a_question,
}


@pytest.mark.parametrize("name", WRITES)
def test_killed_write_leaves_nothing_and_is_done_once_when_it_is_tried_again(carl, rita, name):
    write = WRITES[name](carl, rita)
    snapshot.current()
    before = everything()
    number = statements(write)
    assert everything() == before, "the count was rolled back"
    for last in spread(number):
        assert killed_after(last, write), f"{name}: killed after {last} of {number} statements"
        assert everything() == before, f"{name}: something is left after {last} of {number} statements"
    write()
    assert everything() != before


def spread(number: int) -> Iterator[int]:
    yield from sorted({*range(1, number, max(1, number // KILLS)), max(1, number - 1), number})


def statements(write: Write) -> int:
    """The number of statements of a write, counted in a process that is killed before its transaction ends."""
    read, written = os.pipe()
    assert in_child(lambda count: os.write(written, f"{count},".encode()), write) == signal.SIGKILL, "it never commits"
    os.close(written)
    with os.fdopen(read) as pipe:
        return int(pipe.read().rstrip(",").rsplit(",", 1)[-1])


def killed_after(last: int, write: Write) -> bool:
    def kill(count: int) -> None:
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child(kill, write) == signal.SIGKILL


def in_child(seen: Callable[[int], Any], write: Write) -> int:
    """Run a write in a process that is killed before it commits. Returns the signal that ended it."""
    connections.close_all()
    cache.close()
    child = os.fork()
    if child == 0:
        try:
            _write_and_die(seen, write)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _write_and_die(seen: Callable[[int], Any], write: Write) -> None:
    count = 0

    def wrap(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        result = execute(sql, params, many, context)
        count += 1
        seen(count)
        return result

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    connection.ensure_connection()
    connection._commit = die  # type: ignore[method-assign]
    with connection.execute_wrapper(wrap):
        write()


def everything() -> dict[str, str]:
    """A digest of the rows of every table that curation writes to."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(tuple(f"{app}_" for app in APPS)):
                cursor.execute(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{table}\" AS t")
                found[table] = cursor.fetchone()[0]
    return found

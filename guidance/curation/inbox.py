"""The inbox: what readers report about the catalogue, from the form to the answer.

    receive    a reader sends a report; a report that is sent twice is stored once
    take       a curator starts to correct the record; the proposal that they save for it is linked to the report
    answer     the report and its duplicates are closed or rejected, and everyone who left an email address gets an answer
    reopen     undoes that, except for emails that were already sent

A report is closed automatically when the proposal of the curator who took it is published (`tell_published`). Reports about questions of
quick checks (`check_items`) are in the same list (`rows`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.models import OutgoingMail, User
from guidance.catalog import snapshot
from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.curation.models import Proposal, ReaderReport
from guidance.progress import services
from guidance.progress.models import ItemReport

State = ReaderReport.ReportState
Topic = ReaderReport.ReportTopic

KEPT_FOR = timedelta(days=180)  # for how long a report is stored after it was closed
MAX_LINKS = 2  # in a report of someone without an account; a report with more is held back
HELD_FOR = timedelta(days=30)  # the same for a report that is held back, if no curator uses it
QUESTION = "question"  # topic of reports by learners about a question of a check

# Pages that show several records, by the name of their URL.
PAGES: Mapping[str, Promise] = {
    "skills": _("Skills"),
    "skill-map": _("Skill map"),
    "roles": _("Roles"),
    "compare": _("Compare roles"),
    "industries": _("Industries"),
    "projects": _("Projects"),
    "guides": _("Guides"),
    "resources": _("Resources"),
    "questions": _("Questions"),
    "about-the-data": _("About the data"),
    "search": _("Search"),
}
# Kinds whose records readers see on a shared page, since some records have no page of their own.
SHOWN_ON: Mapping[str, str] = {Kind.RESOURCE: "resources", Kind.QUESTION: "questions", Kind.FACT: "about-the-data"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: a record, or a page that shows several."""

    name: str
    url: str
    kind: str = ""
    record_id: int | None = None
    page: str = ""

    @property
    def key(self) -> dict[str, Any]:
        return {"kind": self.kind, "record_id": self.record_id, "page": self.page}


def subject_of_page(page: str) -> Subject:
    """Returns the subject for a page that shows several records, by the name of its URL. Raises KeyError."""
    return Subject(str(PAGES[page]), reverse(f"web:{page}"), page=page)


def subject_of_record(record: Any) -> Subject:
    """Returns the subject for a record of the snapshot."""
    url = record.url if record.PAGE else reverse(f"web:{SHOWN_ON[record.KIND]}")
    return Subject(record.name, url, record.KIND, record.id)


def subject_of(report: ReaderReport, catalogue: Snapshot) -> Subject:
    """Returns the subject with its current name."""
    if report.page:
        if report.page in PAGES:
            return subject_of_page(report.page)
        return Subject(report.page, reverse("web:home"), page=report.page)
    slug = catalogue.slugs.get((report.kind, report.record_id or 0), "")
    record = catalogue.of_kind(report.kind).get(slug)
    if record is None:
        name = gettext("A record that is no longer published")
        return Subject(name, reverse("web:home"), report.kind, report.record_id)
    return subject_of_record(record)


# --- Receiving


def receive(
    *,
    subject: Subject,
    topic: str,
    text: str,
    learner: User | None,
    email: str,
    event_id: UUID,
    is_held: bool,
    now: datetime,
) -> ReaderReport:
    """Stores a report, only once if it is sent twice. A report with the same content as an open report becomes a duplicate of
    it."""
    first = None if is_held else _same(subject, topic, text)
    report, _made = ReaderReport.objects.get_or_create(
        event_id=event_id,
        defaults={
            **subject.key,
            "topic": topic,
            "text": text,
            "learner": learner,
            "email": "" if learner else email,
            "at": now,
            "state": State.HELD if is_held else State.OPEN,
            "duplicate_of": first,
            "taken_by": first.taken_by if first else None,
            "proposal": first.proposal if first else None,
        },
    )
    return report


def alike(subject: Subject, topic: str, text: str) -> QuerySet[ReaderReport]:
    """Returns the open reports with the same words."""
    reports = ReaderReport.objects.filter(**subject.key, topic=topic, text__iexact=text)
    return reports.exclude(state=State.DONE)


def _same(subject: Subject, topic: str, text: str) -> ReaderReport | None:
    """Returns the first open report with the same content: the same words, or a statement that the same resource cannot be
    reached."""
    reports = ReaderReport.objects.filter(**subject.key, topic=topic, state=State.OPEN, duplicate_of=None)
    if (topic, subject.kind) != (Topic.DEAD_LINK, Kind.RESOURCE):
        reports = reports.filter(text__iexact=text)
    return reports.order_by("pk").first()


def add_address(report: ReaderReport, email: str) -> None:
    """Adds an email address for the answer, if the reader has not left one."""
    ReaderReport.objects.filter(pk=report.pk, learner=None, email="").update(email=email)


# --- Listing


def open_reports() -> QuerySet[ReaderReport]:
    """Returns the open reports without their duplicates, so one for each issue."""
    return ReaderReport.objects.filter(state=State.OPEN, duplicate_of=None)


def count_waiting(*, with_questions: bool, besides: Mapping[str, QuerySet[Any]] | None = None) -> Counter[str]:
    """Counts the entries of the inbox that are open and those that are held back. `with_questions`: for users who may see the records of
    check items. `besides`: other rows to count in the same query, each under a name. Takes one query."""
    reports = ReaderReport.objects.exclude(state=State.DONE).filter(duplicate_of=None).order_by()
    counts = reports.values("state").annotate(count=Count("pk")).values_list("state", "count")
    others = []
    for name, rows in (besides or {}).items():
        named = rows.order_by().annotate(counted=Value(name, CharField())).values("counted")
        others.append(named.annotate(count=Count("pk")).values_list("counted", "count"))
    if with_questions:
        item = Concat(Cast("skill_id", CharField()), Value(" "), "item", output_field=CharField())
        questions = (
            ItemReport.objects.filter(done_at=None).order_by().annotate(state=Value(State.OPEN.value, CharField()))
        )
        others.append(
            questions.values("state").annotate(count=Count(item, distinct=True)).values_list("state", "count")
        )
    found = Counter[str]()
    for state, count in counts.union(*others, all=True).order_by() if others else counts:
        found[state] += count
    return found


def rows(*, state: str, topic: str = "", query: str = "", with_questions: bool) -> Any:
    """Returns (source, id, item, time, readers) of each entry, latest first: a report has its own id; the reports about a
    question have the ids of the skill and the item. The result is a queryset of values, for a paginator."""
    moment = F("done_at") if state == State.DONE else Greatest("at", Coalesce(Max("duplicates__at"), "at"))
    reports = ReaderReport.objects.filter(state=state, duplicate_of=None)
    if topic:
        reports = reports.filter(topic=topic)
    questions = ItemReport.objects.filter(done_at__isnull=state != State.DONE)
    if query:
        said = ReaderReport.objects.filter(text__icontains=query, duplicate_of__isnull=False)
        reports = reports.filter(Q(text__icontains=query) | Q(pk__in=said.values("duplicate_of")) | _named(query))
        questions = questions.filter(Q(text__icontains=query) | Q(skill__name__icontains=query))
    reports = reports.order_by().annotate(
        source=Value("report", CharField()),
        item_key=Value("", CharField()),
        moment=moment,
        readers=1 + Count("duplicates", distinct=True),
    )
    columns = ("source", "pk", "item_key", "moment", "readers")
    listed = reports.values_list(*columns)
    if state == State.HELD or not with_questions or topic not in {"", QUESTION}:
        return listed.order_by("-moment", "pk")
    moments = {"done_at": F("done_at")} if state == State.DONE else {}
    grouped = questions.order_by().values("skill", "item", *moments)
    about_items = grouped.annotate(
        source=Value(QUESTION, CharField()),
        moment=Max("done_at" if state == State.DONE else "at"),
        readers=Count("pk"),
    ).values_list("source", "skill", "item", "moment", "readers")
    if topic == QUESTION:
        return about_items.order_by("-moment", "skill", "item")
    return listed.union(about_items, all=True).order_by("-moment", "pk")


def _named(query: str) -> Q:
    """Matches reports about records whose name contains the words."""
    named = Q()
    for kind, model in RECORD_MODELS.items():
        named |= Q(kind=kind, record_id__in=model.objects.filter(name__icontains=query).values("pk"))
    return named


def of_record(kind: str, record_id: int) -> QuerySet[ReaderReport]:
    """Returns the open reports about a record, without their duplicates, latest first."""
    return open_reports().filter(kind=kind, record_id=record_id).select_related("taken_by").order_by("-pk")


# --- Working on a report


def _lock_group(*reports: ReaderReport) -> list[ReaderReport]:
    """Locks and returns the first report and its duplicates; for several reports, all of these. All callers lock in the order of
    the ids, so that there are no deadlocks."""
    firsts = {report.duplicate_of_id or report.pk for report in reports}
    group = ReaderReport.objects.filter(Q(pk__in=firsts) | Q(duplicate_of__in=firsts))
    return list(group.select_for_update(of=("self",)).select_related("learner").order_by("pk"))


def _locked_open(*reports: ReaderReport) -> list[ReaderReport]:
    group = _lock_group(*reports)
    if not group or any(each.state == State.DONE for each in group):
        raise ValidationError(gettext("Someone else has already dealt with this report."))
    return group


@transaction.atomic
def take(report: ReaderReport, *, by: User) -> None:
    """Assigns the report to this curator. Raises ValidationError if someone else has taken it."""
    group = _locked_open(report)
    other = next((each.taken_by for each in group if each.taken_by_id not in (None, by.pk)), None)
    if other is not None:
        raise ValidationError(gettext("%s is working on this report.") % other)
    of_record = Proposal.objects.open().filter(kind=report.kind, record_id=report.record_id or 0)
    proposal = of_record.filter(author=by).first()
    _update(group, taken_by=by, proposal=proposal, state=State.OPEN)


@transaction.atomic
def release(report: ReaderReport) -> None:
    """Releases the report for other curators."""
    _update(_locked_open(report), taken_by=None, proposal=None)


@transaction.atomic
def merge(report: ReaderReport, into: ReaderReport) -> None:
    """Makes a report and its duplicates duplicates of another report about the same record or page. A report that was held back
    moves to the inbox with it."""
    locked, own = _locked_open(report, into), report.duplicate_of_id or report.pk
    group = [each for each in locked if own in (each.pk, each.duplicate_of_id)]
    first = next((each for each in locked if each.pk == (into.duplicate_of_id or into.pk)), None)
    if not group or first is None or first in group or first.duplicate_of_id:
        raise ValidationError(gettext("These reports are already merged."))
    if any(getattr(first, name) != getattr(group[0], name) for name in ("kind", "record_id", "page")):
        raise ValidationError(gettext("Only two reports about the same page can be merged."))
    _update([first], state=State.OPEN)
    _update(group, duplicate_of=first, taken_by=first.taken_by, proposal=first.proposal, state=State.OPEN)


@transaction.atomic
def separate(report: ReaderReport) -> None:
    """Undoes `merge` for one report."""
    _locked_open(report)
    _update([report], duplicate_of=None, taken_by=None, proposal=None)


def admit(report: ReaderReport) -> None:
    """Moves a report that was held back to the inbox."""
    ReaderReport.objects.filter(pk=report.pk, state=State.HELD).update(state=State.OPEN)


def _update(reports: Iterable[ReaderReport], **values: Any) -> None:
    ReaderReport.objects.filter(pk__in=[report.pk for report in reports]).update(**values)


def link_proposal(proposal: Proposal, *, by: User) -> None:
    """Links a proposal to the open reports about its record that this user took."""
    taken = ReaderReport.objects.filter(kind=proposal.kind, record_id=proposal.record_id, taken_by=by, state=State.OPEN)
    taken.update(proposal=proposal)


@transaction.atomic
def answer_by_proposal(proposal: Proposal, keys: Iterable[int], *, by: User) -> None:
    """Links a proposal to these reports about its record, which it answers. Raises ValidationError if someone else is working on
    one of them."""
    for report in of_record(proposal.kind, proposal.record_id).filter(pk__in=keys):
        take(report, by=by)
    link_proposal(proposal, by=by)


# --- Closing


@transaction.atomic
def answer(report: ReaderReport, text: str, *, by: User, now: datetime, is_refused: bool = False) -> int:
    """Closes the report and its duplicates, and sends the text to everyone who can be reached. Returns their number. Without a
    text, no one gets an email. Raises ValidationError."""
    return _finish(_locked_open(report), text.strip(), by, now, is_refused=is_refused)


def _finish(
    group: Sequence[ReaderReport],
    text: str,
    by: User | None,
    now: datetime,
    *,
    is_corrected: bool = False,
    is_refused: bool = False,
) -> int:
    _update(group, state=State.DONE, answer=text, is_refused=is_refused, done_at=now, done_by=by)
    if not text and not is_corrected:
        return 0
    subject = subject_of(group[0], snapshot.current())
    said = [(report.learner, report.learner.email if report.learner else report.email, report.text) for report in group]
    return _send(said, name=subject.name, path=subject.url, answer=text, corrected=is_corrected)


def _send(said: Iterable[tuple[User | None, str, str]], **context: Any) -> int:
    """Sends one email to everyone who can be reached. `said`: account, address and text of each report. Returns the number of
    people."""
    told = set[str]()
    for user, address, text in said:
        if address and address.lower() not in told and (user is None or user.is_active):
            told.add(address.lower())
            kind = OutgoingMail.MailKind.REPORT_ANSWERED
            outbox.hand_over(kind=kind, user=user, address=address, text=text, **context)
    return len(told)


@transaction.atomic
def answer_about_question(*, skill: int, item: str, until: datetime, text: str, now: datetime) -> tuple[int, int]:
    """Closes the open reports about a question that were written up to that time, and sends the text, if there is one, to the
    learners. Returns the numbers of reports and of recipients."""
    found = ItemReport.objects.filter(skill=skill, item=item, done_at=None, at__lte=until)
    reports = list(found.select_for_update(of=("self",)).select_related("learner", "skill").order_by("pk"))
    closed = services.close_reports(skill=skill, item=item, until=until, now=now)
    if not text or not reports:
        return closed, 0
    asked = reports[0].skill
    said = [(report.learner, report.learner.email, report.text) for report in reports]
    about = {"name": gettext("a question about %s") % asked.name, "path": asked.get_absolute_url()}
    return closed, _send(said, **about, answer=text, corrected=False)


def tell_published(proposals: Sequence[Proposal], *, by: User | None, now: datetime) -> None:
    """Closes the reports that these published proposals answer, and tells their senders."""
    reports = ReaderReport.objects.filter(proposal__in=[row.pk for row in proposals], state=State.OPEN)
    locked = list(reports.select_for_update(of=("self",)).select_related("learner").order_by("pk"))
    groups: dict[int, list[ReaderReport]] = {}
    for report in locked:
        groups.setdefault(report.duplicate_of_id or report.pk, []).append(report)
    for group in groups.values():
        _finish(group, "", by, now, is_corrected=True)


@transaction.atomic
def reopen(report: ReaderReport) -> None:
    """Reopens a closed report. Emails that were sent cannot be undone."""
    _update(_lock_group(report), state=State.OPEN, answer="", is_refused=False, done_at=None, done_by=None)


def close_held(*, until: datetime, by: User, now: datetime) -> int:
    """Closes, without an answer, every report that was held back up to that time. Returns the number of reports."""
    held = ReaderReport.objects.filter(state=State.HELD, at__lte=until)
    return held.update(state=State.DONE, done_at=now, done_by=by)


def delete_old(*, now: datetime) -> int:
    """Deletes reports that were closed long ago, and held-back reports that no one used."""
    old = Q(state=State.DONE, done_at__lt=now - KEPT_FOR) | Q(state=State.HELD, at__lt=now - HELD_FOR)
    return ReaderReport.objects.filter(old).delete()[0]

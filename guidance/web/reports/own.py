"""“Your reports”: what a learner reported about pages and questions, and the result of each."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from guidance.catalog import snapshot as catalogue
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day
from guidance.curation import inbox
from guidance.curation.models import Proposal, ReaderReport
from guidance.curation.review_queue import changed_since
from guidance.progress.models import ItemReport
from guidance.web.http import learner_of

MAX_SHOWN = 100
State = ReaderReport.ReportState


@dataclass(frozen=True, slots=True)
class SentReport:
    """A report; `became` is a sentence about what has happened to it so far."""

    at: datetime
    name: str
    url: str
    topic: str
    text: str
    became: str
    is_done: bool
    answer: str = ""


@require_safe
def own_reports(request: HttpRequest) -> HttpResponse:
    found = sent_by(learner_of(request), catalogue.current())
    context = {"reports": found[:MAX_SHOWN], "most": MAX_SHOWN if len(found) > MAX_SHOWN else 0}
    return render(request, "web/own_reports.html", context)


def sent_by(learner: User, snapshot: Snapshot) -> list[SentReport]:
    """Returns the learner's reports, latest first: one more than the page shows, if there are that many. Takes two queries."""
    rows = learner.reader_reports.select_related("proposal").annotate(changed_since=changed_since("proposal__"))
    of_pages = rows.order_by("-pk")[: MAX_SHOWN + 1]
    of_questions = ItemReport.objects.filter(learner=learner).select_related("skill").order_by("-pk")[: MAX_SHOWN + 1]
    found = [_of_page(report, snapshot) for report in of_pages] + [_of_question(report) for report in of_questions]
    return list(islice(sorted(found, key=lambda report: report.at, reverse=True), MAX_SHOWN + 1))


def _of_page(report: Any, snapshot: Snapshot) -> SentReport:
    subject = inbox.subject_of(report, snapshot)
    return SentReport(
        at=report.at,
        name=subject.name,
        url=subject.url,
        topic=str(report.get_topic_display()),
        text=report.text,
        became=_became(report, changed_since=report.changed_since),
        is_done=report.state == State.DONE,
        answer=report.answer,
    )


def _became(report: ReaderReport, *, changed_since: bool) -> str:
    if report.state == State.HELD:
        return _("Stored. A curator first checks whether it is genuine.")
    if report.state == State.OPEN:
        return _("Open: a curator is working on it.") if report.taken_by_id else _("Open: no curator has taken it yet.")
    on = day(report.done_at)
    if report.is_refused:
        return _("Closed on {day}, without a change.").format(day=on)
    if report.proposal is not None and report.proposal.state == Proposal.ProposalState.PUBLISHED:
        said = _("A correction was published on {day}.").format(day=on)
        return f"{said} {_('The record has changed again since.')}" if changed_since else said
    return _("Answered on {day}.").format(day=on) if report.answer else _("Closed on {day}.").format(day=on)


def _of_question(report: ItemReport) -> SentReport:
    done = _("Closed on {day}. If a curator answered, the answer came by email.").format(day=day(report.done_at))
    return SentReport(
        at=report.at,
        name=_("A question about {skill}").format(skill=report.skill.name),
        url=report.skill.get_absolute_url(),
        topic=_("A question of a check"),
        text=report.text,
        became=done if report.done_at else _("Open: no curator has closed it yet."),
        is_done=report.done_at is not None,
    )

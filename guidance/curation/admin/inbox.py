"""The inbox: a list of what readers report about catalogue pages and check questions, and a page for each report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import RECORD_MODELS, Kind, Resource
from guidance.catalog.snapshot import Snapshot
from guidance.curation import inbox
from guidance.curation.admin.activity import log_report
from guidance.curation.admin.http import context, curator_page, posted_moment, record_url, user_of
from guidance.curation.admin.review import address
from guidance.curation.inbox import MAX_LINKS, QUESTION, Subject
from guidance.curation.models import ReaderReport
from guidance.progress.models import ItemReport

PAGE_SIZE = 25
MAX_ANSWER = 2_000
State = ReaderReport.ReportState

TABS = ((State.OPEN, _("Open")), (State.HELD, _("Held back")), (State.DONE, _("Dealt with")))
TOPICS = (*ReaderReport.ReportTopic.choices, (QUESTION, _("A question of a check")))


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An entry of the list."""

    text: str
    url: str
    about: str  # name of the record or page, and its kind
    topic: str
    readers: int
    at: datetime
    taken_by: User | None = None
    proposal: str = ""  # the state of the proposal created from it
    done_by: User | None = None
    answer: str = ""
    outcome: str = ""  # of a closed report


def may_see_questions(user: User) -> bool:
    """Returns whether the user may see reports about questions, which are shown with the right answers."""
    return user.has_perm("catalog.view_check") or user.has_perm("catalog.change_check")


def may_correct(user: User, report: ReaderReport) -> bool:
    return bool(report.kind) and user.has_perm(f"catalog.change_{RECORD_MODELS[report.kind]._meta.model_name}")


# --- The list


@curator_page
def reports(request: HttpRequest) -> HttpResponse:
    user, state = user_of(request), request.GET.get("state", "")
    state = state if state in set(State.values) else State.OPEN
    topic, query = request.GET.get("topic", ""), " ".join(request.GET.get("q", "").split())
    topic = topic if topic in dict(TOPICS) else ""
    entries = inbox.rows(state=state, topic=topic, query=query, with_questions=may_see_questions(user))
    shown = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    asked = {name: value for name, value in (("state", state), ("topic", topic), ("q", query)) if value}
    counts = inbox.count_waiting(with_questions=may_see_questions(user))
    values = context(
        request,
        gettext("Reader reports"),
        rows=rows_of(list(shown), snapshot.current(), state),
        shown=shown,
        query=urlencode(asked),
        tabs=[(value, label, counts.get(value)) for value, label in TABS],
        topics=[pair for pair in TOPICS if pair[0] != QUESTION or may_see_questions(user)],
        state=state,
        topic=topic,
        q=query,
        held=counts[State.HELD],
        until=timezone.now().isoformat(),
    )
    return TemplateResponse(request, "admin/curation/reports.html", values)


def rows_of(entries: Sequence[tuple[str, int, str, datetime, int]], catalogue: Snapshot, state: str) -> list[InboxRow]:
    """Returns the entries of `inbox.rows` as the list shows them. Takes two queries."""
    reports = ReaderReport.objects.select_related("taken_by", "done_by", "proposal").in_bulk(
        [pk for source, pk, *_rest in entries if source == "report"]
    )
    said = _said_of_items([(pk, item) for source, pk, item, *_rest in entries if source == QUESTION], state)
    rows = []
    for source, pk, item, at, readers in entries:
        if source == QUESTION:
            rows.append(_question_row(catalogue, pk, item, said.get((pk, item), ""), readers, at, state))
        elif pk in reports:  # not deleted in the meantime
            rows.append(_report_row(catalogue, reports[pk], readers, at))
    return rows


def _report_row(catalogue: Snapshot, report: ReaderReport, readers: int, at: datetime) -> InboxRow:
    return InboxRow(
        text=report.text or str(report.get_topic_display()),
        url=reverse("curation:report", args=[report.pk]),
        about=_about(inbox.subject_of(report, catalogue)),
        topic=str(report.get_topic_display()),
        readers=readers,
        at=at,
        taken_by=report.taken_by,
        proposal=report.proposal.get_state_display() if report.proposal else "",
        done_by=report.done_by,
        answer=report.answer,
        outcome=report.outcome if report.state == State.DONE else "",
    )


def _question_row(
    catalogue: Snapshot, skill: int, item: str, text: str, readers: int, at: datetime, state: str
) -> InboxRow:
    slug = catalogue.slugs.get((Kind.SKILL, skill), "")
    name = catalogue.skills[slug].name if slug in catalogue.skills else gettext("A skill that is no longer published")
    asked = {"skill": skill, "item": item, **({"state": "done"} if state == State.DONE else {})}
    return InboxRow(
        text=text,
        url=f"{reverse('curation:item-reports')}?{urlencode(asked)}",
        about=gettext("%(skill)s, question %(item)s") % {"skill": name, "item": item},
        topic=gettext("A question of a check"),
        readers=readers,
        at=at,
    )


def _about(subject: Subject) -> str:
    what = RECORD_MODELS[subject.kind]._meta.verbose_name if subject.kind else gettext("page")
    return f"{subject.name}, {what}"


def _said_of_items(keys: Sequence[tuple[int, str]], state: str) -> Mapping[tuple[int, str], str]:
    """Returns the text of the latest report about each of these questions."""
    found = ItemReport.objects.filter(
        skill__in={skill for skill, _item in keys},
        item__in={item for _skill, item in keys},
        done_at__isnull=state != State.DONE,
    )
    return {(skill, item): text for skill, item, text in found.order_by("at").values_list("skill", "item", "text")}


@curator_page
@require_POST
def close_held(request: HttpRequest) -> HttpResponseBase:
    """Closes everything that was held back before the page was shown."""
    count = inbox.close_held(until=posted_moment(request), by=user_of(request), now=timezone.now())
    text = ngettext("%d report closed without an answer.", "%d reports closed without an answer.", count) % count
    messages.success(request, text)
    return HttpResponseRedirect(f"{reverse('curation:reports')}?state={State.HELD}")


# --- One report


@curator_page
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the page of a report: what the reader wrote, and everything that a curator can do with the report. A duplicate
    redirects to the first one."""
    rows = ReaderReport.objects.select_related("learner", "taken_by", "proposal", "done_by")
    found = get_object_or_404(rows, pk=pk)
    if found.duplicate_of_id and request.method == "GET":
        return HttpResponseRedirect(reverse("curation:report", args=[found.duplicate_of_id]))
    if request.method == "POST":
        return _act(request, found)
    return _show(request, found)


def _show(
    request: HttpRequest, found: ReaderReport, answer: str = "", problem: str = "", *, asks: bool = False
) -> HttpResponse:
    """Shows the page. `asks` determines whether to ask for confirmation before the report is rejected without a reply to readers
    who asked for one."""
    user, catalogue = user_of(request), snapshot.current()
    duplicates = list(found.duplicates.select_related("learner").order_by("pk"))
    others = ReaderReport.objects.exclude(state=State.DONE).filter(
        duplicate_of=None, kind=found.kind, record_id=found.record_id, page=found.page
    )
    is_mine = found.taken_by_id in (None, user.pk)
    subject = inbox.subject_of(found, catalogue)
    values = context(
        request,
        gettext("Report about %s") % subject.name,
        report=found,
        subject=subject,
        about=_about(subject),
        address=_reported_address(found),
        record_url=record_url(found.kind, found.record_id or 0) if may_correct(user, found) else "",
        duplicates=duplicates,
        others=list(others.exclude(pk=found.pk).order_by("-pk")[:PAGE_SIZE]) if found.state != State.DONE else [],
        reachable=sum(each.has_address for each in [found, *duplicates]),
        held_because=held_because(found),
        asks=asks,
        may_take=may_correct(user, found) and is_mine and found.state != State.DONE,
        is_mine=found.taken_by_id == user.pk,
        proposal_url=address(found.proposal) if found.proposal else "",
        answer=answer,
        problem=problem,
    )
    return TemplateResponse(request, "admin/curation/report.html", values, status=422 if problem else 200)


def _reported_address(report: ReaderReport) -> str:
    """Returns the URL of a reported resource."""
    key = report.record_id if report.kind == Kind.RESOURCE else None
    resource = Resource.objects.filter(pk=key).first() if key is not None else None
    return resource.url if resource is not None else ""


def _act(request: HttpRequest, found: ReaderReport) -> HttpResponse:
    action, user = request.POST.get("action", ""), user_of(request)
    here = reverse("curation:report", args=[found.pk])
    to, said = here, ""
    try:
        match action:
            case "take":
                if not may_correct(user, found):
                    raise PermissionDenied
                inbox.take(found, by=user)
                log_report(found, "take", inbox.subject_of(found, snapshot.current()).name, user)
                return HttpResponseRedirect(record_url(found.kind, found.record_id or 0))
            case "release":
                inbox.release(found)
                said = gettext("Other curators can take the report again.")
            case "admit":
                inbox.admit(found)
                said = gettext("The report is in the inbox.")
            case "reopen":
                inbox.reopen(found)
                said = gettext("The report is open again.")
            case "separate":
                inbox.separate(found)
                said = gettext("The reports are separate again.")
            case "merge":
                other = get_object_or_404(ReaderReport, pk=_number(request.POST.get("into", "")))
                inbox.merge(found, other)
                to = reverse("curation:report", args=[other.pk])
                said = gettext("The two reports are merged. Everyone who sent one gets the same answer.")
            case "answer" | "refuse" | "close":
                return _finish(request, found, here)
            case _:
                raise Http404
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, said)
    return HttpResponseRedirect(to)


def _finish(request: HttpRequest, found: ReaderReport, here: str) -> HttpResponse:
    """Closes the report: answered, rejected, or without an answer. Errors of the answer are shown at its field, with the text."""
    action = request.POST.get("action")
    text = request.POST.get("text", "").replace("\r\n", "\n").strip() if action != "close" else ""
    if action == "answer" and not text:
        return _show(request, found, text, gettext("Write your answer, or close the report without one."))
    if len(text) > MAX_ANSWER:
        return _show(request, found, text, too_long(text))
    is_refused = action == "refuse"
    if is_refused and not text and "sure" not in request.POST and _can_be_reached(found):
        problem = gettext(
            "You have not written an answer, so the reader will not get one. Write why, or reject the report anyway."
        )
        return _show(request, found, text, problem, asks=True)
    told = inbox.answer(found, text, by=user_of(request), now=timezone.now(), is_refused=is_refused)
    said = _told(told, text, is_refused=is_refused)
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, here, gettext("See the report")))
    return HttpResponseRedirect(reverse("curation:reports"))


def _can_be_reached(found: ReaderReport) -> bool:
    return found.has_address or any(each.has_address for each in found.duplicates.all())


def held_because(report: ReaderReport) -> str:
    """Returns why the report is held back, as far as the report itself shows the reason."""
    if report.learner_id:
        return gettext("Many reports arrived at once from this account, or from all readers together.")
    if report.text.count("://") > MAX_LINKS:
        return gettext("It contains more than %d links, like advertising.") % MAX_LINKS
    return gettext(
        "It was sent faster than a person types or in the way a program would send it, or many reports came at once from one place."
    )


def too_long(text: str) -> str:
    problem = gettext("Your answer has {count} characters. Shorten it to {limit}.")
    return problem.format(count=f"{len(text):,}", limit=f"{MAX_ANSWER:,}")


def _told(count: int, text: str, *, is_refused: bool) -> str:
    done = gettext("Report rejected.") if is_refused else gettext("Report closed.")
    if not text:
        said = gettext("No email is sent.")
    elif not count:
        said = gettext("No one left an email address, so no answer was sent.")
    else:
        said = (
            ngettext("Your answer will be sent to %d reader.", "Your answer will be sent to %d readers.", count) % count
        )
    return f"{done} {said}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

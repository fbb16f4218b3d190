"""The pages of check items: which ones are misleading, and what learners report about them. On both pages, curators can withdraw
an item with one click."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST
from psycopg.errors import LockNotAvailable

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.kinds import CheckItem
from guidance.catalog.models import Check, Kind, Status
from guidance.catalog.snapshot import Snapshot
from guidance.curation import check_items, inbox, item_statistics, permissions
from guidance.curation.admin.activity import log_report
from guidance.curation.admin.http import context, curator_page, posted_moment, record_url, user_of
from guidance.curation.admin.inbox import MAX_ANSWER, too_long
from guidance.curation.admin.review import address
from guidance.curation.check_items import ItemChange, ItemOutcome, ItemWords, OpenProposal, ReportedItem
from guidance.curation.item_statistics import MEANINGS, TITLES, ItemFinding, ItemStatistics
from guidance.curation.models import Proposal
from guidance.progress import services
from guidance.progress.checks import ShownOption, is_typed, marked_options
from guidance.progress.models import ItemReport

PAGE_SIZE = 25
WITHDRAWN = "withdrawn"  # listed beside the findings


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item, and what this curator can do with it."""

    item: CheckItem
    skill: str  # name of the skill
    check: int
    form: str
    proposal: Proposal | None  # open proposal for the check of the item
    proposal_url: str
    pending: bool | None  # whether that proposal withdraws the item or restores it; None if it does not change that
    may_change: bool

    @property
    def is_typed(self) -> bool:
        return is_typed(self.item)


class ItemList:
    """Items of the published catalogue, as the pages show them. Takes two queries for any number of items."""

    def __init__(self, catalogue: Snapshot, user: User, keys: Iterable[tuple[str, str]]) -> None:
        self.catalogue, self.user = catalogue, user
        self.items = item_statistics.items_by_key(catalogue)
        checks = {self.items[key][0] for key in keys if key in self.items}
        self.pks = dict(Check.objects.filter(slug__in=checks).values_list("slug", "pk"))
        self.open = check_items.open_proposals(self.pks.values())

    def shown(self, skill: str, key: str) -> ShownItem | None:
        if (skill, key) not in self.items:
            return None
        check, item = self.items[skill, key]
        pk = self.pks[check]
        open_proposal = self.open.get(pk)
        proposal = open_proposal.proposal if open_proposal else None
        return ShownItem(
            item=item,
            skill=self.catalogue.skills[skill].name,
            check=pk,
            form=f"{record_url(Kind.CHECK, pk)}#question-{key}",
            proposal=proposal,
            proposal_url=address(proposal) if proposal else "",
            pending=_pending(open_proposal, item),
            may_change=may_change(self.user) and (proposal is None or permissions.may_write(self.user, proposal)),
        )


def _pending(open_proposal: OpenProposal | None, item: CheckItem) -> bool | None:
    proposed = open_proposal.withdrawn.get(item.key, item.withdrawn) if open_proposal else item.withdrawn
    return None if proposed == item.withdrawn else proposed


def may_change(user: User) -> bool:
    return user.has_perm("catalog.change_check")


def _require_view(request: HttpRequest) -> None:
    """Checks that the user may see the records of the items, since the pages show the right answers."""
    if not (request.user.has_perm("catalog.view_check") or request.user.has_perm("catalog.change_check")):
        raise PermissionDenied


# --- Statistics


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    shown: ShownItem
    statistics: ItemStatistics | None  # a withdrawn item may have none
    findings: list[tuple[Any, Any]]  # title and meaning


@curator_page
def page(request: HttpRequest) -> HttpResponse:
    _require_view(request)
    catalogue = snapshot.newest()  # includes what was withdrawn a moment ago
    found = {(row.skill, row.item.key): row for row in item_statistics.item_statistics(catalogue)}
    skill, finding = request.GET.get("skill", ""), request.GET.get("finding", "")
    items = item_statistics.items_by_key(catalogue)
    withdrawn = [key for key, (_check, item) in items.items() if item.withdrawn]
    asked = [key for key in found if not items[key][1].withdrawn]
    chosen = withdrawn if finding == WITHDRAWN else [key for key in asked if _has(found[key], finding)]
    keys = Paginator([key for key in chosen if skill in {"", key[0]}], PAGE_SIZE).get_page(request.GET.get("page"))
    shown = ItemList(catalogue, user_of(request), keys)
    counts = [(each.value, TITLES[each], sum(_has(found[key], each) for key in asked)) for each in ItemFinding]
    skills = {check.skill for check in catalogue.checks.values()}
    values = context(
        request,
        gettext("Answers to questions"),
        rows=[_row(shown, key, found.get(key)) for key in keys],
        shown=keys,
        query=_without_page(request),
        counts=[*counts, (WITHDRAWN, gettext("Withdrawn"), len(withdrawn))],
        skills=sorted((catalogue.skills[slug].name, slug) for slug in skills),
        chosen={"skill": skill, "finding": finding},
        skill_query=f"&{urlencode({'skill': skill})}" if skill else "",
        meaning=MEANINGS[ItemFinding(finding)] if finding in set(ItemFinding) else "",
        answered=len(asked),
        asked=f"{len(items) - len(withdrawn):,}",
        min_learners=item_statistics.MIN_LEARNERS,
        reports=check_items.open_reports().count(),
    )
    return TemplateResponse(request, "admin/curation/check_items.html", values)


def _has(statistics: ItemStatistics, finding: str) -> bool:
    return not finding or finding in statistics.findings


def _row(shown: ItemList, key: tuple[str, str], statistics: ItemStatistics | None) -> StatisticsRow:
    item = shown.shown(*key)
    assert item is not None  # the keys come from the catalogue
    findings = [(TITLES[finding], MEANINGS[finding]) for finding in statistics.findings] if statistics else []
    return StatisticsRow(item, statistics, findings)


def _without_page(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


# --- Withdrawing and restoring


@curator_page
@require_POST
def withdraw(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    return _set_withdrawn(request, pk, key, withdrawn=True)


@curator_page
@require_POST
def put_back(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    return _set_withdrawn(request, pk, key, withdrawn=False)


def _set_withdrawn(request: HttpRequest, pk: int, key: str, *, withdrawn: bool) -> HttpResponse:
    user = user_of(request)
    if not may_change(user):
        raise PermissionDenied
    check = get_object_or_404(Check, pk=pk, status=Status.PUBLISHED)
    try:
        change = check_items.set_withdrawn(check, key, withdrawn=withdrawn, by=user)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        messages.error(
            request, gettext("Someone else is changing the catalogue. Nothing was saved. Try again in a minute.")
        )
    else:
        link = format_html('<a href="{}">{}</a>', address(change.proposal), gettext("Show the proposal"))
        messages.success(request, format_html("{} {}", _told(change, key, withdrawn=withdrawn), link))
    return _back(request, "curation:items")


def _told(change: ItemChange, key: str, *, withdrawn: bool) -> str:
    match change.outcome, withdrawn:
        case ItemOutcome.PUBLISHED, True:
            text = gettext("Question {key} withdrawn. It is no longer asked.")
        case ItemOutcome.PUBLISHED, False:
            text = gettext("Question {key} restored. Learners can be asked it again.")
        case ItemOutcome.IN_REVIEW, True:
            text = gettext(
                "You proposed to withdraw question {key}. Learners are still asked it until a reviewer publishes that."
            )
        case ItemOutcome.IN_REVIEW, False:
            text = gettext(
                "You proposed to restore question {key}. It stays withdrawn until a reviewer publishes that."
            )
        case ItemOutcome.ADDED, _:
            text = gettext(
                "Question {key} added to your open proposal. It becomes public when the proposal is published."
            )
        case _:
            text = gettext("Question {key} stays as it is. Your proposal had no other changes, so it was withdrawn.")
    return text.format(key=key)


def _back(request: HttpRequest, to: str) -> HttpResponseRedirect:
    after = request.POST.get("next", "")
    return HttpResponseRedirect(after if url_has_allowed_host_and_scheme(after, None) else reverse(to))


# --- Reports


@dataclass(frozen=True, slots=True)
class ShownWords:
    """What a learner reported, and the options of the question as they saw them."""

    words: ItemWords
    options: Sequence[ShownOption]

    @property
    def answer(self) -> str:
        return (
            " → ".join(self.words.answer) if any(each.place for each in self.options) else "; ".join(self.words.answer)
        )

    @property
    def is_changed(self) -> bool:
        """Returns whether the options of the question have changed since the report."""
        return bool(self.options) and not {option.label for option in self.options}.issuperset(self.words.answer)


@dataclass(frozen=True, slots=True)
class ReportRow:
    reported: ReportedItem
    said: Sequence[ShownWords]
    shown: ShownItem | None  # None if the question is no longer in the catalogue
    skill: str
    action: str  # URL that closes the reports, or reopens them
    until: str  # the time up to which the page knows reports; later ones stay open


@curator_page
def reports(request: HttpRequest) -> HttpResponse:
    return _show_reports(request)


def _show_reports(
    request: HttpRequest, chosen: tuple[int, str] | None = None, answer: str = "", problem: str = ""
) -> HttpResponse:
    """Shows all reports, or those about one question, with the reply that the curator typed and its errors."""
    _require_view(request)
    catalogue, user = snapshot.newest(), user_of(request)
    is_done = request.GET.get("state") == "done"
    found = check_items.reported_items(is_done=is_done)
    skill, item = request.GET.get("skill", ""), request.GET.get("item", "")
    if chosen is None and skill.isdecimal() and len(skill) < 10 and item:  # a single entry of the inbox
        chosen = int(skill), item
    if chosen is not None:
        found = found.filter(skill=chosen[0], item=chosen[1])
    groups = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    reported = check_items.with_reports(list(groups))
    slugs = [catalogue.slugs.get((Kind.SKILL, row.skill), "") for row in reported]
    items = ItemList(catalogue, user, [(slug, row.item) for slug, row in zip(slugs, reported, strict=True)])
    values = context(
        request,
        gettext("Reports about questions"),
        rows=[
            _report_row(row, items.shown(slug, row.item), catalogue, slug)
            for slug, row in zip(slugs, reported, strict=True)
        ],
        shown=groups,
        query=_without_page(request),
        is_done=is_done,
        may_change=may_change(user),
        open=check_items.open_reports().count(),
        answer=answer,
        problem=problem,
        here=request.get_full_path() if request.method == "GET" else reverse("curation:item-reports"),
    )
    return TemplateResponse(request, "admin/curation/item_reports.html", values, status=422 if problem else 200)


def _report_row(reported: ReportedItem, shown: ShownItem | None, catalogue: Snapshot, slug: str) -> ReportRow:
    skills: Mapping[str, Any] = catalogue.skills
    name = skills[slug].name if slug in skills else gettext("A skill that is no longer published")
    to = "curation:reopen-item-reports" if reported.done_at else "curation:close-item-reports"
    action = reverse(to, args=[reported.skill, reported.item])
    said = [ShownWords(words, _options(shown, words)) for words in reported.said]
    return ReportRow(reported, said, shown, name, action, (reported.done_at or reported.latest).isoformat())


def _options(shown: ShownItem | None, words: ItemWords) -> Sequence[ShownOption]:
    return marked_options(shown.item, words.answer, words.check) if shown and words.check else ()


@curator_page
@require_POST
def close_reports(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Closes the reports shown on the page about an item of this skill, with or without an answer."""
    until, answer = _moment(request), request.POST.get("text", "").replace("\r\n", "\n").strip()
    if len(answer) > MAX_ANSWER:
        return _show_reports(request, (pk, key), answer, too_long(answer))
    count, told = inbox.answer_about_question(skill=pk, item=key, until=until, text=answer, now=timezone.now())
    if count and (row := ItemReport.objects.filter(skill=pk, item=key).select_related("skill").first()) is not None:
        log_report(row, "answer" if answer else "close", row.skill.name, user_of(request))
    text = ngettext("%d report marked as resolved.", "%d reports marked as resolved.", count) % count
    if told:
        sent = (
            ngettext("Your answer will be sent to %d learner.", "Your answer will be sent to %d learners.", told) % told
        )
        text = f"{text} {sent}"
    done = f"{reverse('curation:item-reports')}?state=done"
    _tell(request, count, format_html('{} <a href="{}">{}</a>', text, done, gettext("Show resolved reports")))
    return _back(request, "curation:item-reports")


@curator_page
@require_POST
def reopen_reports(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    count = services.reopen_reports(skill=pk, item=key, done_at=_moment(request))
    _tell(request, count, ngettext("%d report is open again.", "%d reports are open again.", count) % count)
    return _back(request, "curation:item-reports")


def _tell(request: HttpRequest, count: int, text: str) -> None:
    if count:
        messages.success(request, text)
    else:
        messages.info(request, gettext("Nothing was changed: someone else did this first."))


def _moment(request: HttpRequest) -> datetime:
    """Returns the time up to which the page showed reports, as its form sends it. Requires permission to change items."""
    if not may_change(user_of(request)):
        raise PermissionDenied
    return posted_moment(request)

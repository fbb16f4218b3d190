"""The sidebar of the admin: every page that the visitor may open, grouped by purpose, with the number of items waiting.

A model registered in the admin but in no group is listed under "More" in the last group, so that nothing is unreachable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.curation import health, inbox, mappings, pending_operations, permissions, review_queue
from guidance.curation.admin.http import may_curate, user_of
from guidance.curation.admin.inbox import may_see_questions
from guidance.curation.review_queue import WaitingCounts

type Label = str | Promise
EVERYDAY_KINDS = (Kind.SKILL, Kind.RESOURCE, Kind.ROLE, Kind.PROJECT, Kind.MILESTONE, Kind.GUIDE, Kind.INDUSTRY)
IN_REVIEW, OWN_DRAFTS, OWN_SENT_BACK = "?state=in-review", "?state=draft&author=me", "?state=sent-back&author=me"
OWN_EDITED = "?state=edited&author=me"
HELD = "?state=held"
TOOLS = (  # by object name, as in the admin's list of models; labelled like their pages
    "bulkedit",
    "operation",
    "mapping",
    "taxonomyentry",
    "classificationimport",
    "version",
    "revision",
    "redirect",
)
PEOPLE = ("user", "group", "delivery")


@dataclass(frozen=True, slots=True)
class SidebarLink:
    label: Label
    address: str
    count: int | None = None
    urgent: bool = False
    current: bool = False

    @property
    def shown(self) -> str:
        return "" if self.count is None else f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class SidebarGroup:
    title: Label
    links: Sequence[SidebarLink]
    more: Sequence[SidebarLink] = ()
    more_title: Label = ""

    @property
    def is_open(self) -> bool:
        """Returns whether the current page is one of the folded ones."""
        return any(link.current for link in self.more)


@dataclass(frozen=True, slots=True)
class Sidebar:
    groups: Sequence[SidebarGroup]
    waiting: int  # number of items waiting for the visitor
    first: str  # URL of the first of them
    may_search: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The items waiting for the visitor."""

    proposals: WaitingCounts
    reports: int
    held: int  # number of reports
    operations: int  # number of merges and similar operations to confirm
    own_operations: int  # requested by this user, to be confirmed by someone else
    mappings: int  # to accept as the second person

    @property
    def count(self) -> int:
        """Returns the number of items that this user should act on."""
        return self.proposals.waiting + self.operations + self.mappings


def waiting_of(request: HttpRequest) -> Waiting:
    """Returns the items waiting for the visitor. They are counted once per request, since the home page shows the same numbers as
    the sidebar."""
    known: Waiting | None = getattr(request, "_waiting", None)
    if known is None:
        user = user_of(request)
        operations = pending_operations.waiting()
        if not user.has_perm(permissions.OPERATE):
            operations = operations.none()
        besides = {
            "operations": operations.exclude(asked_by=user),
            "own": operations.filter(asked_by=user),
            "mappings": mappings.waiting_for(user),
        }
        counts = inbox.count_waiting(with_questions=may_see_questions(user), besides=besides)
        to_confirm, own = counts["operations"], counts["own"]
        if own and permissions.is_only_holder(user, permissions.OPERATE):
            to_confirm, own = to_confirm + own, 0
        known = Waiting(
            review_queue.count_waiting(user), counts["open"], counts["held"], to_confirm, own, counts["mappings"]
        )
        request._waiting = known  # type: ignore[attr-defined]
    return known


def sidebar_of(request: HttpRequest, apps: Sequence[Mapping[str, Any]]) -> Sidebar:
    """Returns the groups of the sidebar. `apps` are the `available_apps` of the admin. The groups are calculated once per
    request."""
    known: Sidebar | None = getattr(request, "_sidebar", None)
    if known is None:
        known = _sidebar(request, apps)
        request._sidebar = known  # type: ignore[attr-defined]  # for the header, which shows what waits
    return known


def _sidebar(request: HttpRequest, apps: Sequence[Mapping[str, Any]]) -> Sidebar:
    builder = _Builder(request, apps)
    groups = [*builder.work(), *builder.catalogue(), *builder.tools(), *builder.people()]
    links = [link for group in groups for link in (*group.links, *group.more)]
    current = _current(request, links)

    def marked(shown: Sequence[SidebarLink]) -> list[SidebarLink]:
        return [replace(link, current=link.address == current) for link in shown]

    return Sidebar(
        [replace(group, links=marked(group.links), more=marked(group.more)) for group in groups],
        builder.waiting,
        builder.first,
        builder.may_curate,
    )


def _current(request: HttpRequest, links: Sequence[SidebarLink]) -> str:
    """Returns the URL that matches the current page most closely."""
    here, home = request.get_full_path(), reverse("admin:index")
    found = [
        link.address
        for link in links
        if here.startswith(link.address.partition("?")[0])
        and (link.address != home or request.path == home)
        and ("?" not in link.address or here.startswith(link.address))
    ]
    return max(found, key=len, default="")


class _Builder:
    """Builds the groups from the pages that the admin lets this visitor open."""

    def __init__(self, request: HttpRequest, apps: Sequence[Mapping[str, Any]]) -> None:
        self.request = request
        self.user: User = user_of(request)
        self.models: dict[str, Mapping[str, Any]] = {
            model["object_name"].lower(): model for app in apps for model in app["models"] if model["admin_url"]
        }
        self.may_curate = may_curate(self.user)
        self.placed: set[str] = set()
        self.queue = reverse("admin:curation_proposal_changelist")
        self.waiting, self.first = 0, self.queue

    def _link(self, name: str, **more: Any) -> Iterator[SidebarLink]:
        """Yields the link to the list of a model, if the visitor may see it."""
        self.placed.add(name)
        if model := self.models.get(name):
            yield SidebarLink(capfirst(model["name"]), model["admin_url"], **more)

    def work(self) -> Iterator[SidebarGroup]:
        links = [SidebarLink(_("Home"), reverse("admin:index"))]
        self.placed.add("proposal")
        if self.may_curate:
            waiting, queue = waiting_of(self.request), self.queue
            counts = waiting.proposals
            self.waiting = waiting.count
            reports = reverse("curation:reports")
            own = OWN_SENT_BACK if counts.sent_back else OWN_EDITED
            if counts.to_review:
                self.first = queue
            elif counts.waiting:
                self.first = queue + own
            else:
                self.first = reverse(f"admin:curation_{'operation' if waiting.operations else 'mapping'}_changelist")
            links += [
                SidebarLink(_("Review"), queue, counts.to_review, urgent=counts.to_review > 0)
                if permissions.is_reviewer(self.user)
                else SidebarLink(_("In review"), queue + IN_REVIEW, counts.in_review),
                *(
                    [SidebarLink(_("Sent back to me"), queue + OWN_SENT_BACK, counts.sent_back, urgent=True)]
                    if counts.sent_back
                    else []
                ),
                *(
                    [SidebarLink(_("Edited by a reviewer"), queue + OWN_EDITED, counts.edited, urgent=True)]
                    if counts.edited
                    else []
                ),
                SidebarLink(_("My drafts"), queue + OWN_DRAFTS, counts.drafts),
                SidebarLink(_("Reader reports"), reports, waiting.reports),
                *([SidebarLink(_("Reports held back"), reports + HELD, waiting.held)] if waiting.held else []),
                SidebarLink(_("Health"), reverse("curation:health"), health.known_count()),
                SidebarLink(_("Where learners stall"), reverse("curation:stalls")),
            ]
        yield SidebarGroup(_("Work"), links)

    def catalogue(self) -> Iterator[SidebarGroup]:
        counts = _records() if self.may_curate else {}
        links = {
            kind: [*self._link(model.__name__.lower(), count=counts.get(kind, 0))]
            for kind, model in RECORD_MODELS.items()
        }
        shown = [link for kind in EVERYDAY_KINDS for link in links[kind]]
        more = [link for kind in links if kind not in EVERYDAY_KINDS for link in links[kind]]
        if shown or more:
            yield SidebarGroup(_("Catalogue"), shown, more, _("More records"))

    def tools(self) -> Iterator[SidebarGroup]:
        counted: dict[str, int] = {}
        if self.may_curate:
            waiting = waiting_of(self.request)
            counted = {"operation": waiting.operations, "mapping": waiting.mappings}
        links = [
            link
            for name in TOOLS
            for link in self._link(name, count=counted.get(name) or None, urgent=counted.get(name, 0) > 0)
        ]
        if self.may_curate:
            links = [
                SidebarLink(_("Import and export"), reverse("curation:import")),
                SidebarLink(_("Answers to questions"), reverse("curation:items")),
                *links,
                SidebarLink(_("Emails about proposals"), reverse("curation:proposal-emails")),
            ]
        if links:
            yield SidebarGroup(_("Tools"), links)

    def people(self) -> Iterator[SidebarGroup]:
        links = [link for name in PEOPLE for link in self._link(name)]
        more = [link for name in self.models if name not in self.placed for link in self._link(name)]
        if links or more:
            yield SidebarGroup(_("People"), links, more, _("More"))


def _records() -> dict[str, int]:
    """Returns the number of records of each kind. Takes one query."""
    first, *others = (
        model.objects.order_by().annotate(kind_=Value(kind)).values("kind_").annotate(count=Count("pk"))
        for kind, model in RECORD_MODELS.items()
    )
    return {row["kind_"]: row["count"] for row in first.union(*others, all=True).order_by()}

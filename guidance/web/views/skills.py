from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import groupby

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog import models
from guidance.catalog import search as search_index
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Area, Industry, Role, Skill, Snapshot
from guidance.catalog.wording import hours
from guidance.progress.standing import Standing
from guidance.web import own_markup
from guidance.web.access import learner_of, standing_of
from guidance.web.asked import Asked
from guidance.web.context import is_signed_in
from guidance.web.forms.study import USUAL_MINUTES, EventForm, EvidenceForm, LevelForm, NoteForm
from guidance.web.own_skill import OwnSkill, own_skill
from guidance.web.pages import find, public_page
from guidance.web.skill_pages import SkillPage, skill_page

PER_PAGE = 60
WORKING = 2  # the level whose hours a list shows
SORTS = {
    "area": gettext_lazy("area"),
    "name": gettext_lazy("name"),
    "demand": gettext_lazy("share of job ads"),
    "hours": gettext_lazy("hours to level 2"),
    "order": gettext_lazy("what comes first"),
}


@dataclass(frozen=True, slots=True)
class Row:
    skill: Skill
    tag: str  # the horizon, where it is not the usual one
    hours: str  # from zero to WORKING
    figure: str  # what the role asks, or how many ads ask
    unit: str


@dataclass(frozen=True, slots=True)
class Group:
    area: Area | None
    rows: list[Row]


@public_page("area", "kind", "horizon", "role", "industry", "sort", "page", free=("q",))
def skills(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    asked = Asked(request.GET, snapshot)
    wanted = filters(asked)
    found = wanted.skills(snapshot)
    number = asked.number("page", 1, max(pages(len(found)), 1)) or 1
    shown = rows(found[(number - 1) * PER_PAGE : number * PER_PAGE], wanted.role)
    context = {
        "problems": asked.problems,
        "wanted": wanted,
        "count": count_text(len(found), len(snapshot.skills), bool(wanted)),
        "groups": grouped(shown, by_area=wanted.sort == "area"),
        "pager": pager(request.GET, number, pages(len(found))),
        "snapshot": snapshot,
        "kinds": models.Skill.SkillKind.choices,
        "horizons": models.Skill.Horizon.choices,
        "sorts": SORTS.items(),
    }
    template = "web/skills.html#results" if request.htmx else "web/skills.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=asked.status)


@dataclass(frozen=True, slots=True)
class Filters:
    q: str
    area: Area | None
    kind: str
    horizon: str
    role: Role | None
    industry: Industry | None
    sort: str

    def __bool__(self) -> bool:
        return any((self.q, self.area, self.kind, self.horizon, self.role, self.industry))

    def skills(self, snapshot: Snapshot) -> list[Skill]:
        found = [skill for skill in self._candidates(snapshot) if self._fits(skill)]
        return found if self.sort == "fit" else sorted(found, key=sort_key(self.sort, snapshot))

    def _candidates(self, snapshot: Snapshot) -> Iterable[Skill]:
        if not self.q:
            return snapshot.skills.values()
        hits = search_index.search(self.q, kinds=frozenset({Kind.SKILL}), limit=len(snapshot.skills))
        return [snapshot.skills[hit.slug] for hit in hits if hit.slug in snapshot.skills]

    def _fits(self, skill: Skill) -> bool:
        return (
            (self.area is None or skill.area.slug == self.area.slug)
            and self.kind in {"", skill.kind}
            and self.horizon in {"", skill.horizon}
            and (self.role is None or skill.slug in self.role.skills)
            and (self.industry is None or skill.slug in self.industry.emphases)
        )


def filters(asked: Asked) -> Filters:
    snapshot, q = asked.snapshot, asked.query.get("q", "")
    return Filters(
        q=q,
        area=asked.record("area", snapshot.areas, Kind.AREA),
        kind=asked.choice("kind", models.Skill.SkillKind.values),
        horizon=asked.choice("horizon", models.Skill.Horizon.values),
        role=asked.record("role", snapshot.roles, Kind.ROLE),
        industry=asked.record("industry", snapshot.industries, Kind.INDUSTRY),
        sort=asked.choice("sort", SORTS) or ("fit" if q else "area"),
    )


def sort_key(sort: str, snapshot: Snapshot) -> Callable[[Skill], tuple[float, str]]:
    """Ties are broken by name."""
    position: Mapping[str, Callable[[Skill], float]] = {
        "area": lambda skill: areas[skill.area.slug],
        "name": lambda skill: 0,
        "demand": lambda skill: -(skill.demand or 0),
        "hours": lambda skill: sum(skill.effort[:WORKING]),
        "order": lambda skill: order[skill.slug],
    }
    areas = {slug: number for number, slug in enumerate(snapshot.areas)}
    order = {slug: number for number, slug in enumerate(snapshot.order)} if sort == "order" else {}
    return lambda skill: (position[sort](skill), skill.name.casefold())


def rows(skills: list[Skill], role: Role | None) -> list[Row]:
    horizons = {value: str(label) for value, label in models.Skill.Horizon.choices} | {models.Skill.Horizon.CORE: ""}
    level, importance, of_ads = _("level {level}"), _("importance {importance}"), _("of ads")
    shown = []
    for skill in skills:
        figure, unit = (f"{skill.demand} %", of_ads) if skill.demand else ("", "")
        if role is not None:
            requirement = role.skills[skill.slug]
            figure = level.format(level=requirement.level)
            unit = importance.format(importance=requirement.importance)
        shown.append(Row(skill, horizons[skill.horizon], hours(sum(skill.effort[:WORKING])), figure, unit))
    return shown


def grouped(rows: list[Row], *, by_area: bool) -> list[Group]:
    if not by_area:
        return [Group(None, rows)] if rows else []
    return [Group(area, list(group)) for area, group in groupby(rows, key=lambda item: item.skill.area)]


def count_text(found: int, total: int, filtered: bool) -> str:
    if not filtered:
        return ngettext("%(total)d skill", "%(total)d skills", total) % {"total": total}
    return ngettext("%(found)d of %(total)d skill", "%(found)d of %(total)d skills", total) % {
        "found": found,
        "total": total,
    }


def pages(count: int) -> int:
    return -(-count // PER_PAGE)


@dataclass(frozen=True, slots=True)
class Pager:
    number: int
    links: list[tuple[int, str]]  # a number and its address
    previous: str
    next: str


def pager(query: QueryDict, number: int, last: int) -> Pager | None:
    """The first, the last and those around the current page."""
    if last < 2:
        return None

    def address(page: int) -> str:
        changed = query.copy()
        changed["page"] = str(page)
        return f"?{changed.urlencode()}"

    shown = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
    return Pager(
        number=number,
        links=[(page, address(page)) for page in shown],
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < last else "",
    )


@public_page()
def skill(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    skill = find(snapshot, snapshot.skills, Kind.SKILL, slug)
    if is_signed_in(request):
        return learner_skill(request, slug)
    return render(request, "web/skill.html", {"skill": skill, "page": skill_page(skill, snapshot)})


def learner_skill(request: HttpRequest, slug: str, **sent: Form) -> HttpResponse:
    """The page of a skill with what the learner has of it. `sent`: a form that came and was not right, by its name."""
    standing, learner = standing_of(request), learner_of(request)
    skill = standing.snapshot.skills[slug]
    page = skill_page(skill, standing.snapshot)
    markup = _rendered(own_skill(learner, skill, page, standing), skill, page, standing, sent)
    context = {"skill": skill, "page": page, "main": own_markup.for_request(markup, request)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "web/skill_learner.html", context, status=status)


def _rendered(own: OwnSkill, skill: Skill, page: SkillPage, standing: Standing, sent: Mapping[str, Form]) -> str:
    """Of the parts, only those are kept that have nothing in them that the learner wrote."""
    # Ids that change with what the forms are about: htmx would keep what was typed or chosen in fields that stay.
    latest, event = own.evidence[0].pk if own.evidence else 0, {"event_id": own_markup.EVENT_ID}
    forms = {
        "log_form": EventForm(auto_id="log-%s", initial=event),
        "reach_form": EventForm(auto_id=f"reach{own.level}-%s", initial=event),
        "level_form": LevelForm(auto_id=f"level{own.level}-%s", initial={"level": own.level, **event}),
        "evidence_form": EvidenceForm(auto_id=f"evidence{latest}-%s", initial=event),
        "note_form": NoteForm(auto_id="note-%s", initial={"text": own.note}),
    }
    context = {
        "skill": skill,
        "page": page,
        "own": own,
        "goal": standing.goal,
        "aim": standing.aim,
        "usual": USUAL_MINUTES,
        "csrf_token": own_markup.CSRF_TOKEN,
        **forms,
        **sent,
    }
    for part in ("units", "aside"):
        make = partial(render_to_string, f"web/skill_learner.html#{part}", context)
        context[part] = own_markup.render_once(standing, f"{part} of the skill {skill.slug}", make)
    return render_to_string("web/skill_learner.html#own", context)

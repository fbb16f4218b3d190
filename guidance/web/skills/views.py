"""Skills: the list, the page of each, and what a learner enters there: level, note, resources and units done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import groupby

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog import models
from guidance.catalog import search as search_index
from guidance.catalog import snapshot as catalogue
from guidance.catalog.kinds import Area, Industry, Role, Skill
from guidance.catalog.models import Kind, Resource
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import hours, level_name
from guidance.progress import services
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import Assessment
from guidance.progress.units import title_of
from guidance.web import cache
from guidance.web.cache import public_page
from guidance.web.context import is_signed_in
from guidance.web.http import (
    QueryParams,
    errors_of,
    invalid,
    is_embedded_form,
    learner_of,
    learner_state_of,
    next_url,
    own_row,
    post_action,
    published_row,
    redirect_with,
)
from guidance.web.paging import page_of
from guidance.web.skills.forms import (
    USUAL_MINUTES,
    CertificateForm,
    EventForm,
    EvidenceForm,
    LevelForm,
    NoteForm,
    TickForm,
)
from guidance.web.skills.learner import LearnerSkillPage, learner_skill_page
from guidance.web.skills.page import SkillPage, skill_page

PAGE_SIZE = 60
WORKING = 2  # the level whose hours a list shows
SORTS = {
    "area": gettext_lazy("area"),
    "name": gettext_lazy("name"),
    "demand": gettext_lazy("share of job ads"),
    "hours": gettext_lazy("hours to level 2"),
    "order": gettext_lazy("what comes first"),
}


@dataclass(frozen=True, slots=True)
class SkillRow:
    skill: Skill
    tag: str  # the stage, unless it is the usual one
    hours: str  # from zero to WORKING
    figure: str  # the level a role requires, or the share of ads that ask for it
    unit: str


@dataclass(frozen=True, slots=True)
class SkillGroup:
    area: Area | None
    rows: list[SkillRow]


@public_page("area", "kind", "horizon", "role", "industry", "sort", "page", free=("q",))
def skills(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    params = QueryParams(request.GET, snapshot)
    wanted = filters(params)
    found = wanted.skills(snapshot)
    page = page_of(found, PAGE_SIZE, params)
    context = {
        "problems": params.problems,
        "wanted": wanted,
        "count": count_text(len(found), len(snapshot.skills), bool(wanted)),
        "groups": grouped(rows(page.items, wanted.role), by_area=wanted.sort == "area"),
        "page": page,
        "snapshot": snapshot,
        "kinds": models.Skill.SkillKind.choices,
        "horizons": models.Skill.Horizon.choices,
        "sorts": SORTS.items(),
    }
    template = "web/skills.html#results" if request.htmx else "web/skills.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=params.status)


@dataclass(frozen=True, slots=True)
class SkillFilters:
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


def filters(params: QueryParams) -> SkillFilters:
    snapshot, q = params.snapshot, params.query.get("q", "")
    return SkillFilters(
        q=q,
        area=params.record("area", snapshot.areas, Kind.AREA),
        kind=params.choice("kind", models.Skill.SkillKind.values),
        horizon=params.choice("horizon", models.Skill.Horizon.values),
        role=params.record("role", snapshot.roles, Kind.ROLE),
        industry=params.record("industry", snapshot.industries, Kind.INDUSTRY),
        sort=params.choice("sort", SORTS) or ("fit" if q else "area"),
    )


def sort_key(sort: str, snapshot: Snapshot) -> Callable[[Skill], tuple[float, str]]:
    """Returns the sort key. Ties are broken by name."""
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


def rows(skills: Sequence[Skill], role: Role | None) -> list[SkillRow]:
    horizons = {value: str(label) for value, label in models.Skill.Horizon.choices} | {models.Skill.Horizon.CORE: ""}
    level, importance, of_ads = _("level {level}"), _("importance {importance}"), _("of ads")
    shown = []
    for skill in skills:
        figure, unit = (f"{skill.demand}%", of_ads) if skill.demand else ("", "")
        if role is not None:
            requirement = role.skills[skill.slug]
            figure = level.format(level=requirement.level)
            unit = importance.format(importance=requirement.importance)
        shown.append(SkillRow(skill, horizons[skill.horizon], hours(sum(skill.effort[:WORKING])), figure, unit))
    return shown


def grouped(rows: list[SkillRow], *, by_area: bool) -> list[SkillGroup]:
    if not by_area:
        return [SkillGroup(None, rows)] if rows else []
    return [SkillGroup(area, list(group)) for area, group in groupby(rows, key=lambda item: item.skill.area)]


def count_text(found: int, total: int, filtered: bool) -> str:
    if not filtered:
        return ngettext("{total} skill", "{total} skills", total).format(total=total)
    return ngettext("{found} of {total} skill", "{found} of {total} skills", total).format(found=found, total=total)


@public_page()
def skill(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    skill: Skill = snapshot.find(Kind.SKILL, slug)
    if is_signed_in(request):
        return learner_skill(request, slug)
    return render(request, "web/skill.html", {"skill": skill, "page": skill_page(skill, snapshot)})


def learner_skill(request: HttpRequest, slug: str, **sent: Form) -> HttpResponse:
    """Shows the page of a skill with the learner's data. `sent`: invalid forms by name."""
    state, learner = learner_state_of(request), learner_of(request)
    skill = state.snapshot.skills[slug]
    page = skill_page(skill, state.snapshot)
    markup = _rendered(learner_skill_page(learner, skill, page, state), skill, page, state, sent)
    context = {"skill": skill, "page": page, "main": cache.for_request(markup, request)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "web/skill_learner.html", context, status=status)


def _rendered(
    own: LearnerSkillPage, skill: Skill, page: SkillPage, state: LearnerState, sent: Mapping[str, Form]
) -> str:
    """Renders the page. Only parts without anything that the learner wrote are cached."""
    # Ids that change with the subject of the forms: htmx would otherwise keep what was typed or chosen in fields that stay.
    latest, event = own.evidence[0].pk if own.evidence else 0, {"event_id": cache.EVENT_ID}
    forms = {
        "log_form": EventForm(auto_id="log-%s", initial=event),
        "reach_form": EventForm(auto_id=f"reach{own.level}-%s", initial=event),
        "level_form": LevelForm(auto_id=f"level{own.level}-%s", initial={"level": own.level, **event}),
        "evidence_form": EvidenceForm(auto_id=f"evidence{latest}-%s", initial=event),
        "certificate_form": CertificateForm(auto_id=f"certificate{latest}-%s", initial=event, today=state.today),
        "note_form": NoteForm(auto_id="note-%s", initial={"text": own.note}),
    }
    context = {
        "skill": skill,
        "page": page,
        "own": own,
        "goal": state.goal,
        "goal_state": state.goal_state,
        "usual": USUAL_MINUTES,
        "csrf_token": cache.CSRF_TOKEN,
        **forms,
        **sent,
    }
    for part in ("units", "aside"):
        make = partial(render_to_string, f"web/skill_learner.html#{part}", context)
        context[part] = cache.render_once(state, f"{part} of the skill {skill.slug}", make)
    return render_to_string("web/skill_learner.html#own", context)


@post_action("web:skill", "slug", repeats=False)
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published_row(models.Skill, slug)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _refused(request, skill, form)
    before, level = _readiness(request), form.cleaned_data["level"]
    made = services.assess(
        learner=learner_of(request),
        skill=skill,
        level=level,
        now=timezone.now(),
        event_id=form.cleaned_data["event_id"],
    )
    if (made.skill_id, made.level) != (skill.pk, level):
        form.used_up()
        return _refused(request, skill, form)
    text = _("{skill}: level {level}, {name}.").format(skill=skill.name, level=made.level, name=level_name(made.level))
    after = _readiness(request)
    if after != before:
        text += " " + _("Readiness {before} → {after}.").format(after=after, before=before)
    undo = reverse("web:undo-assessment", args=[made.pk])
    return redirect_with(request, text, to=next_url(request, skill.get_absolute_url()), undo=undo)


def _refused(request: HttpRequest, skill: models.Skill, form: LevelForm) -> HttpResponse:
    url = skill.get_absolute_url()
    if is_embedded_form(request, url):
        return invalid(request, errors_of(form), to=next_url(request, url))
    return learner_skill(request, skill.slug, level_form=form)


def _readiness(request: HttpRequest) -> str:
    """Returns the readiness as shown on pages; empty without a goal."""
    goal_state = learner_state_of(request).goal_state
    return f"{goal_state.readiness.readiness:.1f}" if goal_state else ""


@post_action("web:history")
def undo_assessment(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = own_row(request, Assessment, pk)
    to = next_url(request, reverse("web:history"))
    try:
        made = services.undo_assessment(learner=learner_of(request), assessment=assessment, now=timezone.now())
    except ValidationError as error:
        return invalid(request, error.messages[0], to=to)
    text = _("Undone. {skill} is back at level {level}, {name}.").format(
        skill=made.skill.name, level=made.level, name=level_name(made.level)
    )
    return redirect_with(request, text, to=to)


@post_action("web:skill", "slug")
def note(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published_row(models.Skill, slug)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return learner_skill(request, skill.slug, note_form=form)
    kept = services.write_note(learner=learner_of(request), skill=skill, text=form.cleaned_data["text"])
    text = _("Note saved.") if kept else _("Note removed.")
    return redirect_with(request, text, to=next_url(request, skill.get_absolute_url()))


@post_action("web:resources")
def tick_resource(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows no message: the tick itself is the confirmation."""
    slug = catalogue.current().slugs.get((Kind.RESOURCE, pk))
    if slug is None:
        raise Http404
    done = request.POST.get("done") == "1"
    services.tick_resource(
        learner=learner_of(request), resource=published_row(Resource, slug), done=done, now=timezone.now()
    )
    return HttpResponseRedirect(next_url(request, reverse("web:resources")), status=HTTPStatus.SEE_OTHER)


MAX_UNIT_CHARACTERS = 40  # characters of a title in a message


@post_action("web:skill", "slug")
def tick(request: HttpRequest, slug: str, level: int, key: str) -> HttpResponse:
    """Logs the remaining minutes of the unit, or the minutes that were sent; 0 logs nothing."""
    skill = published_row(models.Skill, slug)
    to, form = next_url(request, skill.get_absolute_url()), TickForm(request.POST)
    if not form.is_valid():
        return invalid(request, errors_of(form), to=to)
    minutes = form.cleaned_data["minutes"]
    try:
        ticked = services.tick_unit(
            learner=learner_of(request), skill=skill, level=level, key=key, minutes=minutes, now=timezone.now()
        )
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=to)
    text = _("{time} logged.") if ticked.session_id else _("No time logged.")
    if ticked.earlier and not ticked.session_id:
        text = _("Its time was logged before.")
    text = _named(ticked.text, _("Done: {unit}."), _("Unit done.")) + " " + text.format(time=hours(ticked.minutes / 60))
    return redirect_with(request, text, to=to, undo=reverse("web:untick-unit", args=[skill.slug, level, key]))


def _named(unit: str, text: str, without: str) -> str:
    """Returns the text with the title of the unit, or the text without it if the title is long: messages must stay small on a phone."""
    title = title_of(unit)
    return text.format(unit=title) if len(title) <= MAX_UNIT_CHARACTERS else without


@post_action("web:skill", "slug")
def untick(request: HttpRequest, slug: str, level: int, key: str) -> HttpResponse:
    skill = published_row(models.Skill, slug)
    to = next_url(request, skill.get_absolute_url())
    ticked = services.untick_unit(learner=learner_of(request), skill=skill, level=level, key=key)
    if ticked is None:  # a second click
        return redirect_with(request, _("This unit isn’t done."), to=to)
    text = _named(ticked.text, _("No longer done: {unit}."), _("Unit no longer done."))
    if ticked.session_id:
        text += " " + _("{time} removed from your log.").format(time=hours(ticked.minutes / 60))
    return redirect_with(request, text, to=to)

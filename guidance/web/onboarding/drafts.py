"""The draft: what a visitor has told us before they have an account.

It is a small JSON object in the session and is never trusted: values that a later release or another catalogue does not know are
dropped when the draft is read. A new account gets the draft when the sign-up form is sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeGuard
from zoneinfo import ZoneInfo

from allauth.account.signals import user_signed_up
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, time_zones
from guidance.catalog import snapshot
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Industry, Kind, Role
from guidance.catalog.snapshot import Snapshot
from guidance.matching import service as matching
from guidance.progress import services
from guidance.progress.learner_rows import Goal, SavedAd, SkillState
from guidance.progress.learner_state import LearnerState, target_of
from guidance.progress.models import Assessment, PlanOverride
from guidance.progress.path import NO_WISHES, complete
from guidance.progress.placement import ANSWERS, MAX_QUESTIONS, Answer
from guidance.progress.plan import MAX_HOURS, MIN_HOURS
from guidance.progress.plausible import Level
from guidance.web.ads.forms import packed_ad, unpacked_ad
from guidance.web.http import published_row
from guidance.web.onboarding.cv import MAX_WORDS_LENGTH, CvSkill, cv_skills, with_foundations
from guidance.web.plan.forms import ALL_WEEKDAYS, ranges

KEY = "start"  # key in the session
SAVED_FOR = "start_saved_for"  # id of the account that already has the draft

# Starting points in addition to the backgrounds in the catalogue
ZERO, CV = "zero", "cv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All slugs belong to published records."""

    role: str | None = None
    industry: str | None = None
    ad: SavedAd | None = None  # the goal, planned along the path of the role; stored nowhere else
    hours_per_week: float = 8
    weekdays: tuple[int, ...] = ALL_WEEKDAYS
    deadline: date | None = None
    days_off: tuple[date, ...] | None = None  # None if nothing was chosen: an account then keeps its own
    begin: str = ""  # slug of a background, ZERO or CV
    levels: Mapping[str, int] = field(default_factory=dict)  # stated or confirmed; 0 is “not yet”
    found: Mapping[str, CvSkill] = field(default_factory=dict)  # found in the CV; to be confirmed unless in `levels`
    answers: tuple[Answer, ...] = ()  # of the placement, in the order of the questions
    placed: tuple[str, ...] = ()  # slugs of the skills in `levels` that the placement found
    skip: tuple[str, ...] = ()
    # Whether to take the shorter path. None if nothing was chosen: an account then keeps its own choice.
    shorter: bool | None = None
    time_zone: str = "UTC"

    @property
    def known(self) -> dict[str, int]:
        return {slug: level for slug, level in self.levels.items() if level}

    @property
    def unplaced(self) -> dict[str, int]:
        """Returns the levels that do not come from the placement."""
        return {slug: level for slug, level in self.levels.items() if slug not in self.placed}

    @property
    def to_confirm(self) -> dict[str, int]:
        """Returns the levels that the CV suggests and the visitor has not confirmed."""
        return {slug: find.level for slug, find in self.found.items() if slug not in self.levels}

    def kind(self, slug: str) -> Assessment.Source:
        """Returns the source of a level: the CV if the level is the one found there, otherwise the visitor."""
        find = self.found.get(slug)
        return Assessment.Source.CV if find and find.level == self.levels.get(slug) else Assessment.Source.SELF

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def with_background(self, begin: str, snapshot: Snapshot) -> Self:
        """Returns the draft with another background and its levels; unchanged if the background is the same."""
        if begin == self.begin:
            return self
        point = snapshot.starting_points.get(begin)
        return replace(self, begin=begin, levels=dict(point.levels) if point else {}, found={}, answers=(), placed=())

    def with_cv(self, cv: str, snapshot: Snapshot) -> Self:
        """Returns the draft with the skills and levels of a CV; the text itself is not stored. Raises ValueError beyond MAX_TEXT
        code points."""
        return self.with_cv_skills(with_foundations(cv_skills(cv, matching.match(cv, snapshot).matches), snapshot))

    def with_cv_skills(self, found: Mapping[str, CvSkill]) -> Self:
        """Returns the draft with the skills found in a CV."""
        return replace(self, begin=CV, levels={}, found=found, answers=(), placed=())

    def with_answer(self, answer: Answer) -> Self:
        """Returns the draft with an answer of the placement, which replaces an earlier answer to the same question."""
        asked = [(known.skill, known.level) for known in self.answers]
        answers = list(self.answers)
        if (answer.skill, answer.level) in asked:
            answers[asked.index((answer.skill, answer.level))] = answer
        else:
            answers.append(answer)
        return replace(self, answers=tuple(answers))

    def with_placed(self, levels: Mapping[str, int]) -> Self:
        """Returns the draft with the levels confirmed at the end of the placement, which replace those of an earlier placement. Higher
        levels stay."""
        known = self.unplaced
        found = {slug: level for slug, level in levels.items() if level > known.get(slug, -1)}
        return replace(self, levels={**known, **found}, placed=tuple(sorted(found)))

    def with_ad(self, ad: SavedAd) -> Self:
        """Returns the draft with a job ad as the goal, planned along the path of the closest role; if there is none, the role is still to
        be chosen."""
        return replace(self, ad=ad, role=ad.role, industry=None)

    def with_goal(self, goal: Goal, days_off: tuple[date, ...] | None) -> Self:
        said = ("role", "industry", "ad", "hours_per_week", "weekdays", "deadline")
        return replace(self, days_off=days_off, **{name: getattr(goal, name) for name in said})

    def goal(self, today: date) -> Goal:
        return Goal(
            role=self.role,
            industry=self.industry,
            hours_per_week=self.hours_per_week,
            weekdays=self.weekdays,
            deadline=self.deadline,
            weekly_target=services.planned_minutes(self.hours_per_week),
            on=today,
            ad=self.ad,
            is_ad=self.ad is not None,
        )

    def state(self, snapshot: Snapshot, today: date, account: LearnerState | None = None) -> LearnerState:
        """Returns the state that the visitor would have if the draft were saved, to `account` if there is one. Higher levels of the account
        stay."""
        before = account.skills if account else {}
        skills = dict(before)
        for slug, level in self.levels.items():
            row = before.get(slug)
            if row is None or row.level < level or not (row.stated or row.level):
                skills[slug] = SkillState(
                    level=level,
                    stated=True,
                    source=self.kind(slug),
                    since=today if row is None or row.level != level else row.since,
                    minutes=row.minutes if row and row.level == level else 0,
                    total_minutes=row.total_minutes if row else 0,
                    touched_on=today,
                    checked_to=row.checked_to if row else 0,
                    shown_to=row.shown_to if row else 0,
                )
        shown = LearnerState(
            today=today,
            version=account.version if account else 0,
            snapshot=snapshot,
            goals=(*(account.goals if account else ()), self.goal(today)),
            skills=skills,
            days_off=self._days_off(today, account.days_off if account else frozenset()),
            pin=tuple(slug for slug in account.pin if slug not in self.skip) if account else (),
            skip=tuple(dict.fromkeys((*(account.skip if account else ()), *self.skip))),
            later=tuple(slug for slug in account.later if slug not in self.skip) if account else (),
            wishes=account.wishes if account else NO_WISHES,
            shorter=self.shorter if self.shorter is not None else bool(account and account.shorter),
            completed=account.completed if account else frozenset(),
            studied=account.studied if account else {},
            credited=False,  # it is credited when the goal is saved
        )
        return self._credited(shown, account) if account else shown

    def _credited(self, shown: LearnerState, account: LearnerState) -> LearnerState:
        """Returns the state with the milestones that saving would credit to an existing goal of the account: those that the
        draft's levels complete."""
        goal = account.goal
        if not account.credited or goal is None or goal.role is None:
            return shown
        if target_of(goal) != target_of(self.goal(shown.today)):
            return shown
        asked = account.curriculum_of(goal)
        new = complete(asked, shown.levels) - complete(asked, account.levels)
        return replace(shown, completed=account.completed | new, credited=True)

    def _days_off(self, today: date, before: frozenset[date]) -> frozenset[date]:
        """Returns the days off. Past ones stay, as in `services.set_days_off`."""
        if self.days_off is None:
            return before
        return frozenset({day for day in before if day < today}.union(self.days_off))

    def to_json(self) -> dict[str, Any]:
        away = None if self.days_off is None else ranges(self.days_off)
        return {
            "role": self.role,
            "industry": self.industry,
            "ad": packed_ad(self.ad) if self.ad else None,
            "hours_per_week": self.hours_per_week,
            "weekdays": list(self.weekdays),
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "days_off": None if away is None else [[first.isoformat(), last.isoformat()] for first, last in away],
            "begin": self.begin,
            "levels": dict(self.levels),
            "found": {slug: [f.level, f.words, f.line, f.times] for slug, f in self.found.items()},
            "answers": [[answer.skill, answer.level, answer.answer] for answer in self.answers],
            "placed": list(self.placed),
            "skip": list(self.skip),
            "shorter": self.shorter,
            "time_zone": self.time_zone,
        }


# Read


@dataclass(slots=True)
class _Reader:
    data: Mapping[str, Any]
    snapshot: Snapshot
    lost: set[str] = field(default_factory=set)  # what the catalogue no longer has: kinds, and slugs of skills

    def one(self, name: str, kind: str, default: str | None = None) -> str | None:
        slug = self.data.get(name)
        if not isinstance(slug, str) or not slug:
            return default
        now = self.snapshot.latest_slug(kind, slug)
        if now in self.snapshot.of_kind(kind):
            return now
        self.lost.add(kind)
        return default

    def skill(self, slug: object) -> str | None:
        if not isinstance(slug, str):
            return None
        now = self.snapshot.latest_slug(Kind.SKILL, slug)
        if now in self.snapshot.skills:
            return now
        self.lost.add(slug)
        return None

    def skills(self, name: str) -> tuple[str, ...]:
        found = self.data.get(name)
        slugs = map(self.skill, found) if isinstance(found, list) else ()
        return tuple(dict.fromkeys(slug for slug in slugs if slug))

    def answers(self) -> tuple[Answer, ...]:
        found = self.data.get("answers")
        answers: dict[Level, Answer] = {}
        for item in found if isinstance(found, list) else ():
            match item:
                case [name, int() as level, str() as answer] if 0 < level <= MAX_LEVEL and answer in ANSWERS:
                    if slug := self.skill(name):
                        answers.setdefault((slug, level), Answer(slug, level, answer))
        return tuple(answers.values())[:MAX_QUESTIONS]

    def by_skill[V](self, name: str, make: Callable[[Any], V | None], level: Callable[[V], int]) -> dict[str, V]:
        """If two skills have been merged, the higher level counts."""
        given = self.data.get(name)
        result: dict[str, V] = {}
        for key, value in given.items() if isinstance(given, dict) else ():
            made, slug = make(value), self.skill(key)
            if slug and made is not None and (slug not in result or level(result[slug]) < level(made)):
                result[slug] = made
        return result


def read(data: object, snapshot: Snapshot, now: datetime) -> tuple[Draft, list[str]]:
    """Returns the draft, and sentences about what has disappeared since it was written."""
    if not isinstance(data, dict):
        return Draft(), []
    reader = _Reader(data, snapshot)
    zone, begin = (value if isinstance(value := data.get(name), str) else "" for name in ("time_zone", "begin"))
    hours = data.get("hours_per_week")
    weekdays = data.get("weekdays")
    deadline = _day(data.get("deadline"))
    draft = Draft(
        role=reader.one("role", Kind.ROLE),
        industry=reader.one("industry", Kind.INDUSTRY),
        ad=unpacked_ad(data.get("ad"), reader.one("role", Kind.ROLE), snapshot),
        hours_per_week=hours if _is_number(hours) and MIN_HOURS <= hours <= MAX_HOURS else Draft().hours_per_week,
        weekdays=tuple(day for day in ALL_WEEKDAYS if day in weekdays) if isinstance(weekdays, list) else (),
        deadline=deadline,
        days_off=_days(data.get("days_off")),
        begin=begin if begin in {ZERO, CV} else reader.one("begin", Kind.STARTING_POINT) or "",
        levels=reader.by_skill("levels", _level, lambda level: level),
        found=reader.by_skill("found", _find, lambda find: find.level),
        answers=reader.answers(),
        placed=reader.skills("placed"),
        skip=reader.skills("skip"),
        shorter=shorter if isinstance(shorter := data.get("shorter"), bool) else None,
        time_zone=zone if zone in time_zones() else "UTC",
    )
    notes = _notes(reader.lost)
    today = draft.today(now)
    if deadline is not None and deadline < today:
        notes.append(_("Your deadline has passed, so the plan continues without it."))
        draft = replace(draft, deadline=None)
    return replace(
        draft,
        weekdays=draft.weekdays or ALL_WEEKDAYS,
        days_off=None if draft.days_off is None else tuple(day for day in draft.days_off if day >= today),
    ), notes


def _notes(lost: set[str]) -> list[str]:
    notes = []
    if Kind.ROLE in lost:
        notes.append(_("The role you chose has been retired. Choose another."))
    if Kind.INDUSTRY in lost:
        notes.append(_("The industry you chose has been retired."))
    if skills := len(lost - {Kind.ROLE, Kind.INDUSTRY, Kind.STARTING_POINT}):
        notes.append(
            ngettext(
                "{n} skill you had is no longer in the catalogue and was left out.",
                "{n} skills you had are no longer in the catalogue and were left out.",
                skills,
            ).format(n=skills)
        )
    return notes


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _level(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_LEVEL else None


def _find(value: object) -> CvSkill | None:
    match value:
        case [int() as level, str() as words, int() as line, int() as times] if 0 < level <= MAX_LEVEL:
            return CvSkill(level, words[:MAX_WORDS_LENGTH], line, times)
    return None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _days(value: object) -> tuple[date, ...] | None:
    if not isinstance(value, list):
        return None
    days: set[date] = set()
    for item in value:
        match item:
            case [first, last]:
                begin, end = _day(first), _day(last)
                if begin and end:
                    many = min((end - begin).days + 1, services.MAX_DAYS_OFF - len(days))
                    days.update(begin + timedelta(days=number) for number in range(many))
    return tuple(sorted(days))


# The session


def draft_of(request: HttpRequest, snapshot: Snapshot, now: datetime) -> tuple[Draft | None, list[str]]:
    data = request.session.get(KEY)
    return (None, []) if data is None else read(data, snapshot, now)


def store(request: HttpRequest, draft: Draft) -> None:
    """Stores the draft in the session, with the time zone of the browser."""
    zone = request.POST.get("time_zone", "")
    request.session[KEY] = (replace(draft, time_zone=zone) if zone in time_zones() else draft).to_json()
    request.session.pop(SAVED_FOR, None)


def drop_saved(request: HttpRequest, draft: Draft) -> None:
    """Reduces a saved draft to what its CV names and the learner has not confirmed, to offer that again."""
    if draft.to_confirm:
        store(request, draft)
    else:
        discard(request)


def discard(request: HttpRequest) -> None:
    for key in (KEY, SAVED_FOR):
        request.session.pop(key, None)


# The account


@transaction.atomic
def save(draft: Draft, learner: User, snapshot: Snapshot, now: datetime) -> None:
    """Saves levels, goal and skipped skills. Everything that the draft does not mention stays unchanged in the account, and so do
    higher levels. The goal is saved after the levels, because what these complete is credited when the goal is set. Raises
    ValidationError if that exceeds the maximum number of saved ads."""
    levels = {slug: (level, draft.kind(slug)) for slug, level in draft.levels.items()}
    services.raise_levels(learner=learner, levels=levels, now=now)
    if draft.role:
        role = published_row(Role, draft.role)
        services.set_goal(
            learner=learner,
            role=role,
            ad=services.save_ad(learner=learner, role=role, now=now, **draft.ad.content) if draft.ad else None,
            industry=published_row(Industry, draft.industry) if draft.industry else None,
            hours_per_week=draft.hours_per_week,
            weekdays=draft.weekdays,
            # The account may be in a different time zone from the draft.
            deadline=draft.deadline if draft.deadline and draft.deadline >= learner.local_date(now) else None,
            days_off=draft.days_off,
            now=now,
        )
    skips = {snapshot.skills[slug].id: PlanOverride.Override.SKIP for slug in draft.skip}
    services.override(learner=learner, kinds=skips, now=now)
    if draft.shorter is not None:
        services.set_path(learner=learner, shorter=draft.shorter)


def save_at_sign_up(request: HttpRequest, learner: User, snapshot: Snapshot, now: datetime) -> None:
    """Gives the draft to a new account. It stays in the session until its owner logs in there: otherwise the next page would reveal whether
    an account with the address already existed."""
    draft, _notes = draft_of(request, snapshot, now)
    if draft is not None:
        save(draft, learner, snapshot, now)
        request.session[SAVED_FOR] = learner.pk


def drop_at_login(request: HttpRequest, learner: User, snapshot: Snapshot, now: datetime) -> None:
    """If the owner of a saved draft logs in, drops it except for what is not confirmed; if anyone else logs in, drops all of it, so
    that they do not see it."""
    draft, _notes = draft_of(request, snapshot, now)
    if draft is not None and request.session[SAVED_FOR] == learner.pk:
        drop_saved(request, draft)
    else:
        discard(request)


@receiver(user_signed_up)
def on_sign_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Runs once there is an account, before its address is confirmed, since the link may be opened on another device. If the address is
    already in use no account is created, and this does not run."""
    save_at_sign_up(request, user, snapshot.current(), timezone.now())


@receiver(user_logged_in)
def on_login(request: HttpRequest, user: User, **kwargs: Any) -> None:
    if SAVED_FOR in request.session:
        drop_at_login(request, user, snapshot.current(), timezone.now())

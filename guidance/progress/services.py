"""Every write of a learner's own data.

Each begins by counting up the learner's `Progress`, which locks that row: the writes of one learner follow each other, so
two identical ones that arrive together make one row, and whatever was worked out before is known to be stale. An event
whose `event_id` is there already changes nothing and answers with what is stored; one that was removed is forgotten, so
that the same id makes it again.

What is said of a record counts for all that were merged into it. Until then their rows stay as they are, and what
happened (assessments, sessions, evidence) always does: `restand` works out anew where learners stand when a merge is
taken back.

`now` is the moment of the write; what the learner calls today follows from it and the learner's time zone.
"""

import hashlib
import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from guidance.catalog import graph, snapshot
from guidance.catalog.models import Industry, Kind, Milestone, Project, Resource, Role, Skill
from guidance.progress.curricula import curriculum
from guidance.progress.models import (
    MINUTES_OF_A_DAY,
    Assessment,
    CalendarFeed,
    CompletedMilestone,
    DayOff,
    Event,
    Evidence,
    Goal,
    LearnerSkill,
    Note,
    Owned,
    PathWishes,
    PlanOverride,
    Progress,
    ProjectWork,
    ResourceState,
    StudyDay,
    StudySession,
    UnitTick,
)
from guidance.progress.path import complete
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS
from guidance.progress.standing import standings
from guidance.progress.units import text_of, units_of

MAX_DAYS_OFF = 1_000
SECRET_BYTES = 32  # of a calendar address
ROWS = 1_000  # of one INSERT

type How = Assessment.How | str


def _touch(learner: User) -> None:
    """Lock the learner's own row until the transaction ends, and count it up."""
    count_up = {"version": F("version") + 1}
    if not Progress.objects.filter(learner=learner).update(**count_up):
        # Whoever begins knows nothing yet that could have changed.
        there = {"seen_revision": snapshot.current().revision}
        Progress.objects.get_or_create(learner=learner, defaults=there)
        Progress.objects.filter(learner=learner).update(**count_up)
    elif Progress.objects.filter(learner=learner, credited=False).update(credited=True) and (
        goal := learner.goals.last()
    ):
        # A goal from before there were milestones: what its levels complete counts as complete from the start.
        _credit(learner, goal, timezone.now())


def _stored[E: Event](model: type[E], learner: User, event_id: uuid.UUID | None) -> E | None:
    """What this event made when it came before. Only right once the learner is locked."""
    if event_id is None:
        return None
    return model._default_manager.filter(learner=learner, event_id=event_id).first()


def web_address(text: str) -> str:
    """As the database has it: the scheme in small letters."""
    scheme, colon, rest = text.strip().partition(":")
    return f"{scheme.lower()}{colon}{rest}" if colon else scheme


def _clean(row: Owned) -> None:
    """Raises ValidationError by field. What it points to was just read, and the database looks after it."""
    pointing = {field.name for field in row._meta.fields if field.is_relation}
    row.full_clean(exclude=pointing, validate_unique=False, validate_constraints=False)


def _save[E: Event](event: E, event_id: uuid.UUID | None) -> E:
    if event_id is not None:
        event.event_id = event_id
    _clean(event)
    event.save(force_insert=True)
    return event


def _merged(kind: str, pk: int) -> tuple[int, ...]:
    """The record and those that were merged into it."""
    catalogue = snapshot.current()
    slug = catalogue.slugs.get((kind, pk))
    return catalogue.ids[kind, slug] if slug else (pk,)


@transaction.atomic
def save_profile(*, learner: User) -> User:
    """Name and time zone, as they stand on `learner`. What has a date keeps it."""
    _touch(learner)
    learner.save(update_fields=["name", "time_zone"])
    return learner


@transaction.atomic
def be_active(*, learner: User) -> None:
    """The learner did something that leaves no other trace here, such as answering a reminder: those so far were heeded."""
    _touch(learner)


# Goal


@transaction.atomic
def set_goal(
    *,
    learner: User,
    role: Role,
    hours_per_week: float,
    weekdays: Collection[int],
    now: datetime,
    industry: Industry | None = None,
    deadline: date | None = None,
    weekly_target: int | None = None,
    days_off: Iterable[date] | None = None,
) -> Goal:
    """A new goal, in force from the learner's today; it takes the place of another one of the same day. `days_off`
    replaces those from today on; None leaves them. `weekly_target` in minutes; None keeps one that the learner chose, as
    far as the plan's hours allow it, and is otherwise what the plan counts on.

    Raises ValidationError by field.
    """
    _touch(learner)
    today = learner.local_date(now)
    if deadline is not None and deadline < today:
        raise ValidationError({"deadline": ValidationError(_("This day is over. Choose a later one."), code="past")})
    last = learner.goals.last()
    if weekly_target is None:
        weekly_target = planned_minutes(min(max(hours_per_week, LEAST_HOURS), MOST_HOURS))
        if last is not None and last.weekly_target != planned_minutes(last.hours_per_week):
            weekly_target = min(last.weekly_target, weekly_target)
    goal = Goal(
        learner=learner,
        role=role,
        industry=industry,
        hours_per_week=hours_per_week,
        weekdays=sorted(set(weekdays)),
        deadline=deadline,
        weekly_target=weekly_target,
        at=now,
        on=today,
    )
    _clean(goal)
    if days_off is not None:
        set_days_off(learner=learner, days=days_off, now=now)
    if last is not None and not _differs(goal, last):
        return last
    if last is not None and last.on == today:
        goal.pk = last.pk
    goal.save()
    if last is None or (last.role_id, last.industry_id) != (goal.role_id, goal.industry_id):
        _credit(learner, goal, now)
    return goal


def _credit(learner: User, goal: Goal, now: datetime) -> None:
    """Store which milestones of the goal the learner's levels complete: nobody is sent to a project that is beneath them."""
    learner.completedmilestones.filter(project=None).delete()
    _store_credit(learner, _complete(learner, goal, now), now)


def _store_credit(learner: User, milestones: Collection[str], now: datetime) -> None:
    there = snapshot.current().milestones
    on = learner.local_date(now)
    CompletedMilestone.objects.bulk_create(
        CompletedMilestone(learner=learner, milestone_id=there[slug].id, at=now, on=on) for slug in sorted(milestones)
    )


def _complete(learner: User, goal: Goal, now: datetime) -> frozenset[str]:
    """The milestones of the goal that the learner's levels complete, projects aside."""
    catalogue = snapshot.current()
    role = catalogue.roles.get(catalogue.slugs.get((Kind.ROLE, goal.role_id), ""))
    if role is None:
        return frozenset()
    industry = catalogue.industries.get(catalogue.slugs.get((Kind.INDUSTRY, goal.industry_id or 0), ""))
    levels = standings([learner], snapshot=catalogue, now=now)[learner.pk].levels
    return complete(curriculum(catalogue, role, industry), levels)


@transaction.atomic
def set_path(*, learner: User, **wishes: Any) -> PathWishes:
    """Change some of what the learner wants different on the path, by the names of the fields of `PathWishes`; what is not
    named stays. Ids that belong to nothing on the path are the caller's to refuse."""
    _touch(learner)
    PathWishes.objects.get_or_create(learner=learner)
    PathWishes.objects.filter(learner=learner).update(**wishes)
    return PathWishes.objects.get(learner=learner)


@transaction.atomic
def wish(
    *,
    learner: User,
    of_choices: Collection[str] = (),
    of_milestones: Collection[int] = (),
    choices: Mapping[str, int] | None = None,
    projects: Mapping[int, int] | None = None,
    milestone_order: Sequence[int] | None = None,
    skip_milestones: Sequence[int] | None = None,
) -> None:
    """Replace what the learner wants different on the path to a goal, which has these choices (slugs) and milestones (ids);
    None leaves it. What they wanted for other goals stays. Whether the goal allows it is the caller's to check."""
    _touch(learner)
    row, _made = PathWishes.objects.get_or_create(learner=learner)
    if choices is not None:
        others = {slug: pk for slug, pk in row.choices.items() if slug not in of_choices}
        row.choices = others | dict(choices)
    if projects is not None:
        others = {milestone: pk for milestone, pk in row.projects.items() if int(milestone) not in of_milestones}
        row.projects = others | {str(milestone): pk for milestone, pk in projects.items()}
    for name, wished in (("milestone_order", milestone_order), ("skipped_milestones", skip_milestones)):
        if wished is not None:
            elsewhere = [pk for pk in getattr(row, name) if pk not in of_milestones]
            setattr(row, name, [*dict.fromkeys(wished), *elsewhere])
    row.save(update_fields=["choices", "projects", "milestone_order", "skipped_milestones"])


@transaction.atomic
def pick(*, learner: User, choice: str, skill: Skill | None) -> None:
    """What the plan teaches for a choice, by its slug; None: what suits the learner best."""
    _wish(learner, "choices", choice, skill)


@transaction.atomic
def pick_project(*, learner: User, milestone: Milestone, project: Project | None) -> None:
    """What a milestone ends in; None: what suits the goal best."""
    _wish(learner, "projects", str(milestone.pk), project)


def _wish(learner: User, name: str, about: str, record: Skill | Project | None) -> None:
    _touch(learner)
    wishes, _made = PathWishes.objects.get_or_create(learner=learner)
    wished = getattr(wishes, name)
    wished.pop(about, None)
    if record is not None:
        wished[about] = record.pk
    wishes.save(update_fields=[name])


def planned_minutes(hours_per_week: float) -> int:
    """Hours a week as minutes: the weekly target of who has chosen no other."""
    return round(hours_per_week * 60)


def _differs(goal: Goal, other: Goal) -> bool:
    names = ("role_id", "industry_id", "hours_per_week", "weekdays", "deadline", "weekly_target")
    return any(getattr(goal, name) != getattr(other, name) for name in names)


@transaction.atomic
def set_days_off(*, learner: User, days: Iterable[date], now: datetime) -> None:
    """The days off from the learner's today on; those before stay, for pace looks back at them."""
    _touch(learner)
    today = learner.local_date(now)
    wanted = {day for day in days if day >= today}
    if len(wanted) > MAX_DAYS_OFF:
        raise ValidationError({"days_off": ValidationError(_("That is more than 1,000 days off."), code="too_many")})
    learner.dayoffs.filter(day__gte=today).exclude(day__in=wanted).delete()
    DayOff.objects.bulk_create([DayOff(learner=learner, day=day) for day in sorted(wanted)], ignore_conflicts=True)


# Levels


@transaction.atomic
def assess(
    *,
    learner: User,
    skill: Skill,
    level: int,
    now: datetime,
    kind: How = Assessment.How.SELF,
    project: Project | None = None,
    event_id: uuid.UUID | None = None,
) -> Assessment:
    """The learner's level of a skill, from now on. Raises ValidationError.

    Saying again what a project has shown is no reason to know it less well: it stays shown.
    """
    _touch(learner)
    if stored := _stored(Assessment, learner, event_id):
        return stored
    last = _that_stand(learner, skill.pk).first()
    if last is not None and last.kind == Assessment.How.PROJECT and last.level == level:
        kind, project = last.kind, project or last.project
    made = Assessment(
        learner=learner, skill=skill, level=level, kind=kind, project=project, at=now, on=learner.local_date(now)
    )
    made = _save(made, event_id)
    _stand(learner, [made])
    return made


@transaction.atomic
def assess_all(
    *, learner: User, levels: Mapping[int, int], now: datetime, kind: How = Assessment.How.SELF
) -> list[Assessment]:
    """`levels`: by id of the skill; those that are the learner's already are passed over. For a whole self-assessment or
    CV at once, in a few statements. Raises ValidationError."""
    _touch(learner)
    known = _levels(learner, levels)
    wanted = {skill: level for skill, level in levels.items() if level != known.get(skill, (0, ""))[0]}
    return _assess_many(learner, wanted, now, kind)


@transaction.atomic
def bring_along(*, learner: User, levels: Mapping[str, tuple[int, How]], now: datetime) -> list[Assessment]:
    """Levels that the learner had before, as a CV or a first plan has them, and how we know each; by slug of the skill.
    None goes down. A 0 is stored where another level would otherwise imply more.

    The milestones of the goal that these levels complete are credited, as they would have been when it was set.
    """
    _touch(learner)
    catalogue, goal = snapshot.current(), learner.goals.last()
    before = _complete(learner, goal, now) if goal else frozenset()
    stated = standings([learner], snapshot=catalogue, now=now)[learner.pk].stated
    higher = {slug: level for slug, (level, _how) in levels.items() if level > stated.get(slug, 0)}
    implied = graph.with_implied(catalogue.graph, {**stated, **higher})
    made = []
    for kind in dict.fromkeys(how for _level, how in levels.values()):
        of_kind = {catalogue.skills[slug].id: level for slug, level in higher.items() if levels[slug][1] == kind}
        made += assess_all(learner=learner, levels=of_kind, kind=kind, now=now)
    not_yet = [slug for slug, (level, _how) in levels.items() if not level and slug not in stated and slug in implied]
    zeros = {catalogue.skills[slug].id: 0 for slug in not_yet}
    made += _assess_many(learner, zeros, now, Assessment.How.SELF)
    if goal and made:
        there = {catalogue.slugs.get((Kind.MILESTONE, row.milestone_id)) for row in learner.completedmilestones.all()}
        _store_credit(learner, _complete(learner, goal, now) - before - there, now)
    return made


def _levels(learner: User, skills: Iterable[int]) -> dict[int, tuple[int, str]]:
    """By id of the skill its level and how we know; of merged skills the highest counts."""
    merged = {pk: skill for skill in skills for pk in _merged(Kind.SKILL, skill)}
    found: dict[int, tuple[int, str]] = {}
    for pk, level, kind in learner.learnerskills.filter(skill__in=merged).values_list("skill", "level", "kind"):
        found[merged[pk]] = max(found.get(merged[pk], (0, "")), (level, kind), key=_rank)
    return found


def _rank(known: tuple[int, str]) -> tuple[int, bool]:
    level, kind = known
    return level, kind == Assessment.How.PROJECT


def _assess_many(
    learner: User, levels: Mapping[int, int], now: datetime, kind: How, project: Project | None = None
) -> list[Assessment]:
    on = learner.local_date(now)
    made = [
        Assessment(learner=learner, skill_id=skill, level=level, kind=kind, project=project, at=now, on=on)
        for skill, level in levels.items()
    ]
    for assessment in made:
        _clean(assessment)
    Assessment.objects.bulk_create(made)
    _stand(learner, made)
    return made


@transaction.atomic
def undo_assessment(
    *, learner: User, assessment: Assessment, now: datetime, event_id: uuid.UUID | None = None
) -> Assessment:
    """Take back the latest assessment of a skill: the one before it counts again, and so do the hours logged since then.
    What a project gave as evidence with it goes too.

    Raises ValidationError when another one came after it.
    """
    _touch(learner)
    if stored := _stored(Assessment, learner, event_id):
        return stored
    if undone := learner.assessments.filter(undoes=assessment).first():
        return undone
    standing = list(_that_stand(learner, assessment.skill_id)[:2])
    if not standing or standing[0].pk != assessment.pk:
        raise ValidationError(_("A later answer stands on this one. Take that one back first."), code="not_latest")
    before = standing[1] if len(standing) > 1 else None
    made = Assessment(
        learner=learner,
        skill_id=assessment.skill_id,
        level=before.level if before else 0,
        kind=before.kind if before else Assessment.How.SELF,
        project_id=before.project_id if before else None,
        undoes=assessment,
        at=now,
        on=learner.local_date(now),
    )
    made = _save(made, event_id)
    if assessment.project_id is not None:
        given = learner.evidences.filter(skill=assessment.skill_id, project=assessment.project_id, at=assessment.at)
        given.delete()
    _recount(learner, assessment.skill_id, _merged(Kind.SKILL, assessment.skill_id))
    return made


@transaction.atomic
def undo_assessments(*, learner: User, assessments: Iterable[Assessment], now: datetime) -> None:
    """All of them or none. Milestones that they completed when they were brought along are not credited any more."""
    moments = set()
    for assessment in assessments:
        undo_assessment(learner=learner, assessment=assessment, now=now)
        moments.add(assessment.at)
    credited = learner.completedmilestones.filter(project=None, at__in=moments)
    if credited and (goal := learner.goals.last()):
        still = [snapshot.current().milestones[slug].id for slug in _complete(learner, goal, now)]
        credited.exclude(milestone__in=still).delete()


def _that_stand(learner: User, skill_id: int) -> QuerySet[Assessment]:
    """Those of a skill that were not taken back, latest first."""
    rows = learner.assessments.filter(skill__in=_merged(Kind.SKILL, skill_id))
    return rows.filter(undoes__isnull=True, undone_by__isnull=True).order_by("-id")


def _stand(learner: User, made: Collection[Assessment]) -> None:
    """Let these count, each of another skill."""
    rows = {row.skill_id: row for row in learner.learnerskills.filter(skill__in=[item.skill_id for item in made])}
    old: list[LearnerSkill] = []
    new: list[LearnerSkill] = []
    for item in made:
        merged = _merged(Kind.SKILL, item.skill_id)
        if len(merged) > 1:
            _recount(learner, item.skill_id, merged)
            continue
        row = rows.get(item.skill_id)
        (old if row else new).append(
            row := row or LearnerSkill(learner=learner, skill_id=item.skill_id, touched_on=item.on)
        )
        if row.level != item.level:
            row.level, row.since, row.since_on, row.minutes = item.level, item.at, item.on, 0
        row.stated, row.kind, row.touched_on = True, item.kind, max(row.touched_on, item.on)
    LearnerSkill.objects.bulk_create(new)
    LearnerSkill.objects.bulk_update(old, ["level", "stated", "kind", "since", "since_on", "minutes", "touched_on"])


def _recount(learner: User, skill_id: int, skills: Collection[int]) -> None:
    """Where the learner stands on a skill, from the assessments of `skills` that stand and the sessions on them. It takes
    the place of what stood for each of them."""
    learner.learnerskills.filter(skill__in=skills).exclude(skill=skill_id).delete()
    rows = learner.assessments.filter(skill__in=skills, undoes__isnull=True, undone_by__isnull=True)
    standing = list(rows.order_by("-id"))
    level = standing[0].level if standing else 0
    first: Assessment | None = None  # of those that gave the present level: since then it has not changed
    for assessment in standing:
        if assessment.level != level:
            break
        first = assessment
    else:
        first = first if level else None  # it has been 0 all along
    counted = Q(at__gt=first.at, on__gte=first.on) if first else Q()
    sessions = learner.studysessions.filter(skill__in=skills)
    sums = sessions.aggregate(total=Sum("minutes"), since=Sum("minutes", filter=counted), last=Max("on"))
    days = [day for day in (standing[0].on if standing else None, sums["last"]) if day is not None]
    if not days:
        learner.learnerskills.filter(skill=skill_id).delete()
        return
    LearnerSkill.objects.update_or_create(
        learner=learner,
        skill_id=skill_id,
        defaults={
            "level": level,
            "stated": bool(standing),
            "kind": standing[0].kind if standing else Assessment.How.SELF,
            "since": first.at if first else None,
            "since_on": first.on if first else None,
            "minutes": sums["since"] or 0,
            "total_minutes": sums["total"] or 0,
            "touched_on": max(days),
        },
    )


@transaction.atomic
def restand(*, learner: User, skill: Skill) -> None:
    """Where the learner stands on this skill alone, from what happened on it: for skills that part again."""
    _touch(learner)
    _recount(learner, skill.pk, [skill.pk])


@transaction.atomic
def part(*sides: Collection[int]) -> int:
    """Let everybody stand on each of these groups of skills by itself again, which were one for a while. Whoever wrote
    nothing in that time does so already, and nothing of theirs is touched. Returns how many others there were."""
    found: dict[int, User] = {}
    for skills in sides:
        own = {"learner": OuterRef("pk"), "skill__in": list(skills)}
        standing = Assessment.objects.filter(**own, undoes__isnull=True, undone_by__isnull=True)
        happened = Exists(standing) | Exists(StudySession.objects.filter(**own))
        lost = User.objects.filter(happened, ~Exists(LearnerSkill.objects.filter(**own))).order_by("pk")
        found |= {learner.pk: learner for learner in lost}
    for _pk, learner in sorted(found.items()):
        _touch(learner)
        for skill in (skill for skills in sides for skill in skills):
            _recount(learner, skill, [skill])
    return len(found)


# What changed in the catalogue


@transaction.atomic
def see_changes(*, learner: User, revision: int) -> None:
    """The learner was told of what changed in the catalogue up to this revision."""
    _touch(learner)
    newest = min(revision, snapshot.current().revision)
    Progress.objects.filter(learner=learner, seen_revision__lt=newest).update(seen_revision=newest)


# Evidence


@transaction.atomic
def add_evidence(
    *,
    learner: User,
    skill: Skill,
    now: datetime,
    url: str = "",
    text: str = "",
    project: Project | None = None,
    event_id: uuid.UUID | None = None,
) -> Evidence:
    """Raises ValidationError by field, also when neither link nor text is given."""
    _touch(learner)
    if stored := _stored(Evidence, learner, event_id):
        return stored
    if not url.strip() and not text.strip():
        raise ValidationError({"url": ValidationError(_("Give a link or say what it is."), code="required")})
    evidence = Evidence(
        learner=learner,
        skill=skill,
        project=project,
        url=web_address(url),
        text=text.strip(),
        at=now,
        on=learner.local_date(now),
    )
    return _save(evidence, event_id)


@transaction.atomic
def remove_evidence(*, learner: User, evidence: Evidence) -> None:
    _touch(learner)
    learner.evidences.filter(pk=evidence.pk).delete()


# Study


@transaction.atomic
def log_study(
    *,
    learner: User,
    minutes: int,
    on: date,
    now: datetime,
    skill: Skill | None = None,
    resource: Resource | None = None,
    event_id: uuid.UUID | None = None,
    tick_id: int | None = None,
) -> StudySession:
    """Minutes of study on a local date that is not in the future. `tick_id`: the ticked unit that they were logged with,
    for a session that is restored. Raises ValidationError by field, also when the day would
    get more minutes than it has."""
    _touch(learner)
    if stored := _stored(StudySession, learner, event_id):
        return stored
    if skill is None and resource is None:
        raise ValidationError({"skill": ValidationError(_("Say what you studied."), code="required")})
    if on > learner.local_date(now):
        raise ValidationError({"on": ValidationError(_("This day has not come yet."), code="future")})
    session = StudySession(learner=learner, skill=skill, resource=resource, minutes=minutes, on=on, at=now)
    session = _save(session, event_id)
    if tick_id is not None:
        learner.unitticks.filter(pk=tick_id, session=None, minutes=minutes).update(session=session)
    day = learner.studydays.filter(on=on).first() or StudyDay(learner=learner, on=on, minutes=0)
    if day.minutes + minutes > MINUTES_OF_A_DAY:
        message = ngettext(
            "A day has 24 hours, and {minutes} minute of this one is logged already.",
            "A day has 24 hours, and {minutes} minutes of this one are logged already.",
            day.minutes,
        )
        raise ValidationError({"minutes": ValidationError(message.format(minutes=day.minutes), code="day_full")})
    day.minutes += minutes
    day.save()
    if skill is not None:
        row = learner.learnerskills.filter(skill=skill).first()
        row = row or LearnerSkill(learner=learner, skill=skill, touched_on=on)
        row.total_minutes += minutes
        row.minutes += minutes if _since_change(session, row) else 0
        row.touched_on = max(row.touched_on, on)
        row.save()
    return session


def _since_change(session: StudySession, row: LearnerSkill) -> bool:
    """Whether the session came after the level last changed."""
    return row.since is None or row.since_on is None or (session.at > row.since and session.on >= row.since_on)


@transaction.atomic
def remove_session(*, learner: User, session: StudySession) -> None:
    """As if it had never been logged."""
    _touch(learner)
    found = learner.studysessions.filter(pk=session.pk).first()
    if found is None:  # a second click
        return
    found.delete()
    StudyDay.objects.filter(learner=learner, on=found.on).update(minutes=F("minutes") - found.minutes)
    StudyDay.objects.filter(learner=learner, on=found.on, minutes=0).delete()
    if found.skill_id is not None:
        _take_off(learner, found, found.skill_id)


def _take_off(learner: User, session: StudySession, skill_id: int) -> None:
    """The session's minutes, off the row that has them: the skill's own, or the one that stands for all merged skills."""
    rows = {row.skill_id: row for row in learner.learnerskills.filter(skill__in=_merged(Kind.SKILL, skill_id))}
    if not rows:
        return
    row = rows.get(skill_id) or next(iter(rows.values()))
    skills = _merged(Kind.SKILL, skill_id) if len(rows) == 1 else (row.skill_id,)
    row.total_minutes -= session.minutes
    row.minutes -= session.minutes if _since_change(session, row) else 0
    days = [
        learner.studysessions.filter(skill__in=skills).aggregate(on=Max("on"))["on"],
        learner.assessments.filter(skill__in=skills, undoes__isnull=True, undone_by__isnull=True).aggregate(
            on=Max("on")
        )["on"],
    ]
    touched = [day for day in days if day is not None]
    if not touched:
        row.delete()
        return
    row.touched_on = max(touched)
    row.save()


# Units, resources, projects, notes


@transaction.atomic
def tick_unit(
    *, learner: User, skill: Skill, level: int, key: str, now: datetime, minutes: int | None = None
) -> UnitTick:
    """The learner has done this unit. What is left of its minutes is logged on the skill, or `minutes` instead; 0 logs
    nothing. What is ticked already stays as it is.

    Raises ValidationError by field, also for a unit of a level that comes after the next one.
    """
    _touch(learner)
    merged = _merged(Kind.SKILL, skill.pk)
    if there := learner.unitticks.filter(skill__in=merged, level=level, key=key).first():
        return there
    catalogue = snapshot.current()
    published = catalogue.skills.get(catalogue.slugs.get((Kind.SKILL, skill.pk), ""))
    unit = next((unit for unit in published.units.get(level, ()) if unit.key == key), None) if published else None
    if published is None or unit is None:
        message = _("This unit is no longer in the catalogue. Look at the list again.")
        raise ValidationError({"unit": ValidationError(message, code="unknown")})
    own = standings([learner], snapshot=catalogue, now=now)[learner.pk]
    reached = own.levels.get(published.slug, 0)
    if level > reached + 1:
        message = _("You are at level {reached} of {skill}. Do the units of level {next} first.")
        message = message.format(reached=reached, skill=published.name, next=reached + 1)
        raise ValidationError({"level": ValidationError(message, code="too_high")})
    units = units_of(own, published.slug, level)
    assert units is not None  # it has this one
    logged = next((state.logged for state in units.units if state.key == key), 0)
    minutes = unit.minutes - logged if minutes is None else minutes
    on = learner.local_date(now)
    text = text_of(unit, catalogue)
    tick = UnitTick(
        learner=learner,
        skill=skill,
        level=level,
        key=key,
        type=unit.type,
        text=f"{text}, {unit.part}" if unit.part else text,
        minutes=minutes,
        earlier=min(logged, max(0, unit.minutes - minutes)),
        at=now,
        on=on,
    )
    _clean(tick)
    if minutes:
        resource = Resource.objects.get(slug=unit.resource) if unit.resource else None
        tick.session = log_study(learner=learner, minutes=minutes, on=on, now=now, skill=skill, resource=resource)
    tick.save(force_insert=True)
    return tick


@transaction.atomic
def untick_unit(*, learner: User, skill: Skill, level: int, key: str) -> UnitTick | None:
    """As if the unit had never been ticked: the time that was logged with it goes too. None: it was not ticked."""
    _touch(learner)
    ticks = learner.unitticks.filter(skill__in=_merged(Kind.SKILL, skill.pk), level=level, key=key)
    last = None
    for tick in ticks.select_related("session"):
        if tick.session is not None:
            remove_session(learner=learner, session=tick.session)
        tick.delete()
        last = tick
    return last


@transaction.atomic
def tick_resource(*, learner: User, resource: Resource, done: bool, now: datetime) -> None:
    _touch(learner)
    if done:
        when = {"done_at": now, "on": learner.local_date(now)}
        ResourceState.objects.get_or_create(learner=learner, resource=resource, defaults=when)
    else:
        learner.resourcestates.filter(resource__in=_merged(Kind.RESOURCE, resource.pk)).delete()


@transaction.atomic
def save_project_work(
    *, learner: User, project: Project, ticked: Collection[str], now: datetime, url: str = ""
) -> ProjectWork:
    """`ticked`: items of the project's checklist, by their words. Raises ValidationError by field."""
    _touch(learner)
    checklist = list(project.checklist.values_list("text", flat=True))
    if unknown := set(ticked) - set(checklist):
        message = _("This is not on the checklist: {item}").format(item=min(unknown))
        raise ValidationError({"ticked": ValidationError(message, code="unknown")})
    works = {
        work.project_id: work for work in learner.projectworks.filter(project__in=_merged(Kind.PROJECT, project.pk))
    }
    work = works.pop(project.pk, None) or ProjectWork(learner=learner, project=project)
    work.ticked = [item for item in checklist if item in set(ticked)]
    work.url = web_address(url)
    work.updated_at, work.on = now, learner.local_date(now)
    _clean(work)
    work.save()
    if works:
        learner.projectworks.filter(project__in=works).delete()
    _complete_milestones(learner, project, is_complete=len(work.ticked) == len(checklist), now=now)
    return work


def _complete_milestones(learner: User, project: Project, *, is_complete: bool, now: datetime) -> None:
    """A completed project completes the milestones that it belongs to, and keeps them complete when it is retired."""
    mine = learner.completedmilestones.filter(project__in=_merged(Kind.PROJECT, project.pk))
    if not is_complete:
        mine.delete()
        return
    catalogue = snapshot.current()
    slug = catalogue.slugs.get((Kind.PROJECT, project.pk))
    on = learner.local_date(now)
    CompletedMilestone.objects.bulk_create(
        [
            CompletedMilestone(learner=learner, milestone_id=milestone.id, project=project, at=now, on=on)
            for milestone in catalogue.milestones.values()
            if slug in milestone.projects
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def prove_by_project(
    *, learner: User, project: Project, levels: Mapping[int, int], now: datetime, url: str = ""
) -> list[Assessment]:
    """The learner confirms levels that a project proves; `levels` by id of the skill. The link to the work becomes
    evidence of each. It takes no higher level away, and what was shown already is passed over. Raises ValidationError for
    a level that the project does not prove."""
    _touch(learner)
    proves = dict(project.proves.values_list("skill_id", "level"))
    if any(level > proves.get(skill, 0) for skill, level in levels.items()):
        raise ValidationError({"levels": ValidationError(_("The project does not prove this level."), code="more")})
    known, shown = _levels(learner, levels), Assessment.How.PROJECT
    wanted = {skill: level for skill, level in levels.items() if _rank(known.get(skill, (0, ""))) < (level, True)}
    made = _assess_many(learner, wanted, now, shown, project)
    if url:
        there = set(learner.evidences.filter(project=project, url=url).values_list("skill_id", flat=True))
        on = learner.local_date(now)
        evidence = [
            Evidence(learner=learner, skill_id=skill, project=project, url=url, at=now, on=on)
            for skill in sorted(wanted.keys() - there)
        ]
        for item in evidence:
            _clean(item)
        Evidence.objects.bulk_create(evidence)
    return made


@transaction.atomic
def write_note(*, learner: User, skill: Skill, text: str) -> Note | None:
    """The learner's note on a skill; an empty one is none. Raises ValidationError by field."""
    _touch(learner)
    notes = {note.skill_id: note for note in learner.notes.filter(skill__in=_merged(Kind.SKILL, skill.pk))}
    note = None
    if text.strip():
        note = notes.pop(skill.pk, None) or Note(learner=learner, skill=skill)
        note.text = text
        _clean(note)
        note.save()
    if notes:
        learner.notes.filter(skill__in=notes).delete()
    return note


# Plan


@transaction.atomic
def override(*, learner: User, kinds: Mapping[int, str | None], now: datetime) -> None:
    """Pin, skip or put off skills, by their ids; None takes that back. The last word counts, and pins come in the order in
    which they were said. Raises ValidationError for another kind."""
    _touch(learner)
    rows = [
        PlanOverride(learner=learner, skill_id=skill, kind=kind, at=now)
        for skill, kind in kinds.items()
        if kind is not None
    ]
    for row in rows:
        _clean(row)
    merged = {pk for skill in kinds for pk in _merged(Kind.SKILL, skill)}
    learner.planoverrides.filter(skill__in=merged).delete()
    PlanOverride.objects.bulk_create(rows)


@transaction.atomic
def make_calendar_address(*, learner: User, now: datetime) -> str:
    """A new secret for the address of the learner's calendar; the old one is worth nothing from now on."""
    _touch(learner)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(learner=learner, defaults={"digest": digest_of(secret), "created_at": now})
    return secret


@transaction.atomic
def revoke_calendar_address(*, learner: User) -> None:
    _touch(learner)
    CalendarFeed.objects.filter(learner=learner).delete()


def digest_of(secret: str) -> str:
    """What is stored of a secret. It is random and long, so that a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


# What an export brings back


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody did, as rows that are not stored and belong to nobody yet. The names are those of the export."""

    goals: Sequence[Goal] = ()
    days_off: Sequence[DayOff] = ()
    assessments: Sequence[Assessment] = ()
    evidence: Sequence[Evidence] = ()
    study_sessions: Sequence[StudySession] = ()
    ticked_resources: Sequence[ResourceState] = ()
    ticked_units: Sequence[UnitTick] = ()
    projects: Sequence[ProjectWork] = ()
    notes: Sequence[Note] = ()
    plan_changes: Sequence[PlanOverride] = ()
    completed_milestones: Sequence[CompletedMilestone] = ()
    path_wishes: Sequence[PathWishes] = ()
    undoes: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # of assessments: which takes back which
    # By skill, level and key of a ticked unit, the event of the session that was logged with it.
    sessions_of_ticks: Mapping[tuple[int, int, str], uuid.UUID] = field(default_factory=dict)


@dataclass(slots=True)
class Brought:
    """How many rows of a table."""

    added: int = 0
    changed: int = 0
    there: int = 0  # before, and left as they were


@transaction.atomic
def bring_in(*, learner: User, past: Past, today: date) -> dict[str, Brought]:
    """Add a past to the learner's own: by name of the table how much of it. Twice is once: events are known by their ids,
    goals by their moments. What happened later counts, whichever came first here; of work, notes and changes of the plan
    the later one stays.

    Raises ValidationError when a day would get more minutes than it has, or there would be more days off to come than may be.
    """
    _touch(learner)
    found = {
        "goals": _bring_goals(learner, past.goals),
        "days_off": _bring_days_off(learner, past.days_off, today),
        "assessments": _bring_assessments(learner, past),
        "evidence": _bring_events(learner, Evidence, past.evidence),
        "study_sessions": _bring_events(learner, StudySession, past.study_sessions),
        "ticked_resources": _bring_ticks(learner, past.ticked_resources),
        "ticked_units": _bring_ticked_units(learner, past),
        "projects": _bring_latest(learner, ProjectWork, Kind.PROJECT, "project", "updated_at", past.projects),
        "notes": _bring_latest(learner, Note, Kind.SKILL, "skill", "updated_at", past.notes),
        "plan_changes": _bring_latest(learner, PlanOverride, Kind.SKILL, "skill", "at", past.plan_changes),
        "completed_milestones": _bring_completed(learner, past.completed_milestones),
        "path_wishes": _bring_wishes(learner, past.path_wishes),
    }
    if found["study_sessions"].added:
        _sum_days(learner, {session.on for session in past.study_sessions})
    if found["study_sessions"].added or found["assessments"].added:
        skills = {row.skill_id for row in past.assessments} | {row.skill_id for row in past.study_sessions}
        for group in {_merged(Kind.SKILL, skill) for skill in skills if skill is not None}:
            _recount(learner, _standing_for(group), group)
    return found


def _standing_for(skills: Collection[int]) -> int:
    """Of skills that were merged the one that stands for all."""
    catalogue, one = snapshot.current(), next(iter(skills))
    slug = catalogue.slugs.get((Kind.SKILL, one))
    return catalogue.skills[slug].id if slug else one


def _anew[R: Owned | PathWishes](rows: Iterable[R], learner: User) -> list[R]:
    """The same rows, to be inserted."""
    fresh = list(rows)
    for row in fresh:
        row.pk, row.learner, row._state.adding = None, learner, True
    return fresh


def _bring_goals(learner: User, goals: Sequence[Goal]) -> Brought:
    there = list(learner.goals.all())
    known = {goal.at for goal in there}
    new = {goal.at: goal for goal in goals if goal.at not in known}
    if new and there and min(new) < there[-1].at:
        # The last row is the goal in force, so the rows have to be in the order of their moments.
        learner.goals.all().delete()
    else:
        there = []
    rows = sorted((*there, *new.values()), key=lambda goal: goal.at) if new else []
    Goal.objects.bulk_create(_anew(rows, learner))
    return Brought(added=len(new), there=len(goals) - len(new))


def _bring_days_off(learner: User, days: Sequence[DayOff], today: date) -> Brought:
    known = set(learner.dayoffs.values_list("day", flat=True))
    new = {row.day: row for row in days if row.day not in known}
    DayOff.objects.bulk_create(_anew(new.values(), learner))
    if new and learner.dayoffs.filter(day__gte=today).count() > MAX_DAYS_OFF:
        message = _("That would be more than {count} days off to come.").format(count=f"{MAX_DAYS_OFF:,}")
        raise ValidationError({"days_off": ValidationError(message, code="too_many")})
    return Brought(added=len(new), there=len(days) - len(new))


def _bring_events[E: Event](learner: User, model: type[E], events: Sequence[E]) -> Brought:
    wanted = [event.event_id for event in events]
    there = model._default_manager.filter(learner=learner, event_id__in=wanted)
    known = set(there.values_list("event_id", flat=True))
    new = [event for event in events if event.event_id not in known]
    model._default_manager.bulk_create(_anew(new, learner), ROWS)
    return Brought(added=len(new), there=len(events) - len(new))


def _bring_assessments(learner: User, past: Past) -> Brought:
    there = list(learner.assessments.all())
    known = {row.pk: row.event_id for row in there}
    events = set(known.values())
    undoes = {row.event_id: known[row.undoes_id] for row in there if row.undoes_id is not None}
    undone = set(undoes.values())  # once is enough, whoever took it back
    new = [
        row for row in past.assessments if row.event_id not in events and past.undoes.get(row.event_id) not in undone
    ]
    brought = Brought(added=len(new), there=len(past.assessments) - len(new))
    if not new:
        return brought
    undoes |= {row.event_id: past.undoes[row.event_id] for row in new if row.event_id in past.undoes}
    rows = new
    if there and min(row.at for row in new) < max(row.at for row in there):
        # The last row of a skill is its level, so the rows have to be in the order of their moments.
        learner.assessments.all().delete()
        rows = [*there, *new]
    rows = sorted(rows, key=lambda row: row.at)
    for row in rows:
        row.undoes = None
    made = Assessment.objects.bulk_create(_anew(rows, learner), ROWS)
    by_event = {row.event_id: row for row in (*there, *made)}
    undoing = [row for row in made if row.event_id in undoes]
    for row in undoing:
        row.undoes = by_event[undoes[row.event_id]]
    Assessment.objects.bulk_update(undoing, ["undoes"], ROWS)
    return brought


def _bring_ticks(learner: User, ticks: Sequence[ResourceState]) -> Brought:
    known = set(learner.resourcestates.values_list("resource_id", flat=True))
    new: dict[tuple[int, ...], ResourceState] = {}
    for tick in ticks:
        merged = _merged(Kind.RESOURCE, tick.resource_id)
        if known.isdisjoint(merged):
            new.setdefault(merged, tick)
    ResourceState.objects.bulk_create(_anew(new.values(), learner))
    return Brought(added=len(new), there=len(ticks) - len(new))


def _bring_ticked_units(learner: User, past: Past) -> Brought:
    """With their sessions, which were brought in before: one that another tick has already, or that does not fit, is not
    theirs."""
    there = list(learner.unitticks.all())
    known = {(_merged(Kind.SKILL, tick.skill_id), tick.level, tick.key) for tick in there}
    used = {tick.session_id for tick in there}
    new: dict[tuple[tuple[int, ...], int, str], UnitTick] = {}
    for tick in past.ticked_units:
        unit = _merged(Kind.SKILL, tick.skill_id), tick.level, tick.key
        if unit not in known:
            new.setdefault(unit, tick)
    sessions = {
        session.event_id: session
        for session in learner.studysessions.filter(event_id__in=past.sessions_of_ticks.values())
    }
    for (skills, level, key), tick in new.items():
        event = past.sessions_of_ticks.get((tick.skill_id, level, key))
        session = sessions.get(event) if event else None
        if session and session.pk not in used and session.skill_id in skills and session.minutes == tick.minutes:
            tick.session = session
            used.add(session.pk)
    UnitTick.objects.bulk_create(_anew(new.values(), learner), ROWS)
    return Brought(added=len(new), there=len(past.ticked_units) - len(new))


def _bring_completed(learner: User, rows: Sequence[CompletedMilestone]) -> Brought:
    known = set(learner.completedmilestones.values_list("milestone", "project"))
    new = {key: row for row in rows if (key := (row.milestone_id, row.project_id)) not in known}
    CompletedMilestone.objects.bulk_create(_anew(new.values(), learner))
    return Brought(added=len(new), there=len(rows) - len(new))


def _bring_wishes(learner: User, rows: Sequence[PathWishes]) -> Brought:
    """Those that are there already stay."""
    if not rows or PathWishes.objects.filter(learner=learner).exists():
        return Brought(there=len(rows))
    PathWishes.objects.bulk_create(_anew(rows[-1:], learner))
    return Brought(added=1)


def _bring_latest(
    learner: User, model: type[Any], kind: Kind, record: str, moment: str, rows: Sequence[Any]
) -> Brought:
    """Of each record, and those that were merged into it, the row with the latest moment stays."""

    def by_record(rows: Iterable[Any]) -> dict[tuple[int, ...], Any]:
        ordered = sorted(rows, key=lambda row: getattr(row, moment))
        return {_merged(kind, getattr(row, f"{record}_id")): row for row in ordered}

    mine = model._default_manager.filter(learner=learner)
    there, sent = by_record(mine), by_record(rows)
    new = {
        merged: row
        for merged, row in sent.items()
        if merged not in there or getattr(row, moment) > getattr(there[merged], moment)
    }
    mine.filter(**{f"{record}__in": [pk for merged in new for pk in merged]}).delete()
    moments = [getattr(row, moment) for row in new.values()]
    made = model._default_manager.bulk_create(_anew(new.values(), learner))
    for row, at in zip(made, moments, strict=True):
        if getattr(row, moment) != at:  # saving puts in the moment of saving
            mine.filter(pk=row.pk).update(**{moment: at})
    changed = len(new.keys() & there.keys())
    return Brought(added=len(new) - changed, changed=changed, there=len(rows) - len(new))


def _sum_days(learner: User, days: Collection[date]) -> None:
    sums = learner.studysessions.filter(on__in=days).order_by().values("on").annotate(sum=Sum("minutes"))
    minutes = dict(sums.values_list("on", "sum"))
    if full := [on for on, total in minutes.items() if total > MINUTES_OF_A_DAY]:
        message = _("A day has 24 hours, and {day} would get more.").format(day=min(full).isoformat())
        raise ValidationError({"study_sessions": ValidationError(message, code="day_full")})
    rows = [StudyDay(learner=learner, on=on, minutes=total) for on, total in minutes.items()]
    StudyDay.objects.bulk_create(
        rows, ROWS, update_conflicts=True, unique_fields=["learner", "on"], update_fields=["minutes"]
    )

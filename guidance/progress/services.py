"""Every write of a learner's own data.

Each begins by counting up the learner's `Progress`, which locks that row: the writes of one learner follow each other, so
two identical ones that arrive together make one row, and whatever was worked out before is known to be stale. An event
whose `event_id` is there already changes nothing and answers with what is stored.

`now` is the moment of the write; what the learner calls today follows from it and the learner's time zone.
"""

import hashlib
import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Industry, Kind, Project, Resource, Role, Skill
from guidance.progress.models import (
    MINUTES_OF_A_DAY,
    Assessment,
    CalendarFeed,
    DayOff,
    Event,
    Evidence,
    Goal,
    LearnerSkill,
    Note,
    PlanOverride,
    Progress,
    ProjectWork,
    ResourceState,
    StudyDay,
    StudySession,
)
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS

MAX_DAYS_OFF = 1_000
SECRET_BYTES = 32  # of a calendar address

type How = Assessment.How | str


def _touch(learner: User) -> None:
    """Lock the learner's own row until the transaction ends, and count it up."""
    count_up = {"version": F("version") + 1}
    if not Progress.objects.filter(learner=learner).update(**count_up):
        Progress.objects.get_or_create(learner=learner)
        Progress.objects.filter(learner=learner).update(**count_up)


def _stored[E: Event](model: type[E], learner: User, event_id: uuid.UUID | None) -> E | None:
    """What this event made when it came before. Only right once the learner is locked."""
    if event_id is None:
        return None
    return model._default_manager.filter(learner=learner, event_id=event_id).first()


def _save[E: Event](event: E, event_id: uuid.UUID | None) -> E:
    if event_id is not None:
        event.event_id = event_id
    event.full_clean(validate_unique=False, validate_constraints=False)
    event.save(force_insert=True)
    return event


@transaction.atomic
def save_profile(*, learner: User) -> User:
    """Name and time zone, as they stand on `learner`. What has a date keeps it."""
    _touch(learner)
    learner.save(update_fields=["name", "time_zone"])
    return learner


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
    """A new goal, in force from the learner's today. `days_off` replaces those from today on; None leaves them.
    `weekly_target` in minutes; None keeps the last one, or takes what the plan counts on.

    Raises ValidationError by field.
    """
    _touch(learner)
    today = learner.local_date(now)
    if deadline is not None and deadline < today:
        raise ValidationError({"deadline": ValidationError(_("This day is over. Choose a later one."), code="past")})
    last = learner.goals.last()
    if weekly_target is None:
        kept = last is not None and last.weekly_target < last.hours_per_week * 60
        planned = min(max(hours_per_week, LEAST_HOURS), MOST_HOURS)
        weekly_target = last.weekly_target if last and kept else round(planned * 60)
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
    goal.full_clean()
    if days_off is not None:
        set_days_off(learner=learner, days=days_off, now=now)
    if last is None or _differs(goal, last):
        goal.save()
        return goal
    return last


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
    """The learner's level of a skill, from now on. Raises ValidationError."""
    _touch(learner)
    if stored := _stored(Assessment, learner, event_id):
        return stored
    made = Assessment(
        learner=learner, skill=skill, level=level, kind=kind, project=project, at=now, on=learner.local_date(now)
    )
    made = _save(made, event_id)
    _stand(learner, made)
    return made


@transaction.atomic
def assess_all(
    *, learner: User, levels: Mapping[int, int], now: datetime, kind: How = Assessment.How.SELF
) -> list[Assessment]:
    """`levels`: by id of the skill; those that are the learner's already are passed over. For a whole self-assessment or
    CV at once, in a few statements."""
    _touch(learner)
    known = {row.skill_id: row for row in learner.learnerskills.filter(skill_id__in=levels)}
    on = learner.local_date(now)
    made = [
        Assessment(learner=learner, skill_id=skill, level=level, kind=kind, at=now, on=on)
        for skill, level in sorted(levels.items())
        if level != (known[skill].level if skill in known else 0)
    ]
    for assessment in made:
        assessment.full_clean(validate_unique=False, validate_constraints=False)
    Assessment.objects.bulk_create(made)
    LearnerSkill.objects.bulk_create(
        [
            LearnerSkill(
                learner=learner,
                skill_id=item.skill_id,
                level=item.level,
                kind=kind,
                since=now,
                since_on=on,
                minutes=0,
                total_minutes=known[item.skill_id].total_minutes if item.skill_id in known else 0,
                touched_on=on,
            )
            for item in made
        ],
        update_conflicts=True,
        unique_fields=["learner", "skill"],
        update_fields=["level", "kind", "since", "since_on", "minutes", "total_minutes", "touched_on"],
    )
    for assessment in made:
        if len(_and_merged(assessment.skill_id)) > 1:
            _recount(learner, assessment.skill_id)
    return made


@transaction.atomic
def undo_assessment(
    *, learner: User, assessment: Assessment, now: datetime, event_id: uuid.UUID | None = None
) -> Assessment:
    """Take back the latest assessment of a skill: the one before it counts again, and so do the hours logged since then.

    Raises ValidationError when another one came after it.
    """
    _touch(learner)
    if stored := _stored(Assessment, learner, event_id):
        return stored
    if undone := learner.assessments.filter(undoes=assessment).first():
        return undone
    standing = _that_stand(learner, assessment.skill_id)
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
    _recount(learner, assessment.skill_id)
    return made


def _that_stand(learner: User, skill_id: int) -> list[Assessment]:
    """Those of a skill that were not taken back, latest first."""
    rows = learner.assessments.filter(skill__in=_and_merged(skill_id), undoes__isnull=True, undone_by__isnull=True)
    return list(rows.order_by("-id"))


def _and_merged(skill_id: int) -> tuple[int, ...]:
    """The skill and those that were merged into it. Their rows stay theirs, so that a merge can be taken back; only when
    the learner says where they stand on the one there is now, is that said for all of them."""
    catalogue = snapshot.current()
    slug = catalogue.slugs.get((Kind.SKILL, skill_id))
    return catalogue.ids[Kind.SKILL, slug] if slug else (skill_id,)


def _stand(learner: User, made: Assessment) -> None:
    if len(_and_merged(made.skill_id)) > 1:
        _recount(learner, made.skill_id)
        return
    row, _new = LearnerSkill.objects.get_or_create(
        learner=learner, skill_id=made.skill_id, defaults={"touched_on": made.on}
    )
    if row.level != made.level or row.since is None:
        row.level, row.since, row.since_on, row.minutes = made.level, made.at, made.on, 0
    row.kind = made.kind
    row.touched_on = max(row.touched_on, made.on)
    row.save()


def _recount(learner: User, skill_id: int) -> None:
    """Where the learner stands on a skill, from the assessments that stand and the sessions that are there."""
    standing = _that_stand(learner, skill_id)
    skills = _and_merged(skill_id)
    learner.learnerskills.filter(skill__in=skills).exclude(skill=skill_id).delete()
    sessions = learner.studysessions.filter(skill__in=skills)
    first: Assessment | None = None  # of those that gave the present level: since then it has not changed
    for assessment in standing:
        if assessment.level != standing[0].level:
            break
        first = assessment
    counted = Q(at__gt=first.at, on__gte=first.on) if first else Q()
    sums = sessions.aggregate(total=Sum("minutes"), since=Sum("minutes", filter=counted), last=Max("on"))
    days = [day for day in (standing[0].on if standing else None, sums["last"]) if day is not None]
    if not days:
        learner.learnerskills.filter(skill=skill_id).delete()
        return
    LearnerSkill.objects.update_or_create(
        learner=learner,
        skill_id=skill_id,
        defaults={
            "level": first.level if first else 0,
            "kind": standing[0].kind if standing else Assessment.How.SELF,
            "since": first.at if first else None,
            "since_on": first.on if first else None,
            "minutes": sums["since"] or 0,
            "total_minutes": sums["total"] or 0,
            "touched_on": max(days),
        },
    )


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
        url=url.strip(),
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
) -> StudySession:
    """Minutes of study on a local date that is not in the future. Raises ValidationError by field, also when the day would
    get more minutes than it has."""
    _touch(learner)
    if stored := _stored(StudySession, learner, event_id):
        return stored
    if skill is None and resource is None:
        raise ValidationError({"skill": ValidationError(_("Say what you studied."), code="required")})
    if on > learner.local_date(now):
        raise ValidationError({"on": ValidationError(_("This day has not come yet."), code="future")})
    session = StudySession(learner=learner, skill=skill, resource=resource, minutes=minutes, on=on, at=now)
    session.full_clean(validate_unique=False, validate_constraints=False)
    day, _new = StudyDay.objects.get_or_create(learner=learner, on=on, defaults={"minutes": 0})
    if day.minutes + minutes > MINUTES_OF_A_DAY:
        message = _("A day has 24 hours, and {minutes} minutes of this one are logged already.")
        raise ValidationError({"minutes": ValidationError(message.format(minutes=day.minutes), code="day_full")})
    StudyDay.objects.filter(pk=day.pk).update(minutes=F("minutes") + minutes)
    session = _save(session, event_id)
    if skill is not None:
        _add_minutes(learner, skill, session)
    return session


def _add_minutes(learner: User, skill: Skill, session: StudySession) -> None:
    row, _new = LearnerSkill.objects.get_or_create(learner=learner, skill=skill, defaults={"touched_on": session.on})
    row.total_minutes += session.minutes
    if row.since is None or row.since_on is None or (session.at > row.since and session.on >= row.since_on):
        row.minutes += session.minutes
    row.touched_on = max(row.touched_on, session.on)
    row.save()


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
        _recount(learner, found.skill_id)


# Resources, projects, notes


@transaction.atomic
def tick_resource(*, learner: User, resource: Resource, done: bool, now: datetime) -> None:
    _touch(learner)
    if done:
        ResourceState.objects.get_or_create(learner=learner, resource=resource, defaults={"done_at": now})
    else:
        learner.resourcestates.filter(resource=resource).delete()


@transaction.atomic
def save_project_work(*, learner: User, project: Project, ticked: Collection[str], url: str = "") -> ProjectWork:
    """`ticked`: items of the project's checklist, by their words. Raises ValidationError by field."""
    _touch(learner)
    checklist = list(project.checklist.values_list("text", flat=True))
    if unknown := set(ticked) - set(checklist):
        message = _("This is not on the checklist: {item}").format(item=min(unknown))
        raise ValidationError({"ticked": ValidationError(message, code="unknown")})
    work = learner.projectworks.filter(project=project).first() or ProjectWork(learner=learner, project=project)
    work.ticked = [item for item in checklist if item in set(ticked)]
    work.url = url.strip()
    work.full_clean(validate_unique=False, validate_constraints=False)
    work.save()
    return work


@transaction.atomic
def prove_by_project(
    *, learner: User, project: Project, levels: Mapping[int, int], now: datetime, url: str = ""
) -> list[Assessment]:
    """The learner confirms levels that a project proves; `levels` by id of the skill. The link to the work becomes
    evidence of each. Raises ValidationError for a level that the project does not prove."""
    _touch(learner)
    proves = dict(project.proves.values_list("skill_id", "level"))
    for skill_id, level in levels.items():
        if level > proves.get(skill_id, 0):
            raise ValidationError({"levels": ValidationError(_("The project does not prove this level."), code="more")})
    made = []
    skills = Skill.objects.in_bulk(list(levels))
    for skill_id, level in sorted(levels.items()):
        skill = skills[skill_id]
        made.append(
            assess(learner=learner, skill=skill, level=level, now=now, kind=Assessment.How.PROJECT, project=project)
        )
        if url and not learner.evidences.filter(skill=skill, project=project, url=url).exists():
            add_evidence(learner=learner, skill=skill, url=url, project=project, now=now)
    return made


@transaction.atomic
def write_note(*, learner: User, skill: Skill, text: str) -> Note | None:
    """The learner's note on a skill; an empty one is none. Raises ValidationError by field."""
    _touch(learner)
    if not text.strip():
        learner.notes.filter(skill=skill).delete()
        return None
    note = learner.notes.filter(skill=skill).first() or Note(learner=learner, skill=skill)
    note.text = text
    note.full_clean(validate_unique=False, validate_constraints=False)
    note.save()
    return note


# Plan


@transaction.atomic
def set_override(*, learner: User, skill: Skill, kind: str, now: datetime) -> PlanOverride:
    """Pin, skip or put off a skill; the last word counts. Raises ValidationError for another kind."""
    _touch(learner)
    override = learner.planoverrides.filter(skill=skill).first() or PlanOverride(learner=learner, skill=skill)
    if override.kind != kind:
        override.kind, override.at = kind, now
        override.full_clean(validate_unique=False, validate_constraints=False)
        override.save()
    return override


@transaction.atomic
def clear_override(*, learner: User, skill: Skill) -> None:
    _touch(learner)
    learner.planoverrides.filter(skill=skill).delete()


@transaction.atomic
def make_calendar_address(*, learner: User, now: datetime) -> str:
    """A new secret for the address of the learner's calendar; the old one is worth nothing from now on."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(learner=learner, defaults={"digest": digest_of(secret), "created_at": now})
    return secret


@transaction.atomic
def revoke_calendar_address(*, learner: User) -> None:
    CalendarFeed.objects.filter(learner=learner).delete()


def digest_of(secret: str) -> str:
    """What is stored of a secret. It is random and long, so that a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()

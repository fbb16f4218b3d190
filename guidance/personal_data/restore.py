"""Import of an export (`account_data`) into an account: goals, days off, levels and their sources, evidence, study sessions,
ticked resources and units, project work, notes and changes to the plan.

Nothing else is read. Name, login, consent to reminders and the proof page are not read from a file: an import turns on no
reminder and shows nothing to others.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.kinds import MAX_LEVEL, MAX_UNIT_KEY
from guidance.catalog.models import (
    Kind,
    Unit,
)
from guidance.personal_data.account_data import FORMAT, TABLES
from guidance.personal_data.row_values import LATEST, InvalidError, Row, RowReader, moment_of, no_moment
from guidance.progress import services, sources
from guidance.progress.ads import MAX_AD_SKILLS
from guidance.progress.models import (
    MAX_AD_TEXT,
    MAX_AD_TITLE,
    MAX_EMPLOYER,
    MAX_EVIDENCE,
    MAX_TEXT,
    MINUTES_OF_A_DAY,
    MINUTES_OF_A_WEEK,
    AdMilestone,
    Assessment,
    CompletedMilestone,
    DayOff,
    Evidence,
    Goal,
    Note,
    PathWishes,
    PlanOverride,
    ProjectWork,
    ResourceState,
    SavedAd,
    SavedAdSkill,
    StudySession,
    UnitTick,
)
from guidance.progress.plan import MAX_HOURS, MIN_HOURS
from guidance.progress.services import History, ImportCounts

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 50_000
MAX_ERRORS = 50  # reported at most


def load(text: bytes) -> Any:
    """Returns the content of a JSON file. Raises ValidationError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError(_("This is not the JSON file of an export.")) from None


def import_history(*, learner: User, data: Any, now: datetime, dry_run: bool = False) -> dict[str, ImportCounts]:
    """Imports `data`, an export read from JSON, and returns the counts by table; a dry run only counts. Imports everything or
    nothing.

    Raises ValidationError by path, such as `study_sessions[3].minutes`.
    """
    history = _Reader(learner.local_date(now), now).history(data)
    with transaction.atomic():
        counts = services.import_history(learner=learner, history=history, today=learner.local_date(now))
        if dry_run:
            transaction.set_rollback(True)
    return counts


@dataclass
class _Reader(RowReader):
    """Reads the rows of all tables. Invalid rows are left out and their errors collected."""

    sessions_of_ticks: dict[tuple[int, int, str], uuid.UUID] = field(default_factory=dict)
    skills_of_ads: dict[uuid.UUID, list[SavedAdSkill]] = field(default_factory=dict)
    milestones_of_ads: dict[uuid.UUID, list[AdMilestone]] = field(default_factory=dict)
    ads_of_goals: dict[datetime, uuid.UUID] = field(default_factory=dict)

    def history(self, data: Any) -> History:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValidationError({"format": [_("This is not a Waymark export.")]})
        tables: dict[str, list[Any]] = {}
        readers: dict[str, Callable[[Row], Any]] = {
            "saved_ads": self.saved_ad,
            "saved_ad_skills": self.saved_ad_skill,
            "saved_ad_milestones": self.saved_ad_milestone,
            "goals": self.goal,
            "days_off": self.day_off,
            "assessments": self.assessment,
            "evidence": self.evidence,
            "study_sessions": self.study_session,
            "ticked_resources": self.ticked_resource,
            "ticked_units": self.ticked_unit,
            "projects": self.project,
            "notes": self.note,
            "plan_changes": self.plan_change,
            "completed_milestones": self.completed_milestone,
            "path_wishes": self.path_wishes,
        }
        rows = {name: data.get(name, []) for name in readers}
        for name, value in rows.items():
            if not isinstance(value, list):
                raise ValidationError({name: [_("This is not a list of rows.")]})
        # These values are not imported, but must look as they do in an export.
        if "made_at" in data and moment_of(data["made_at"]) is None:
            raise ValidationError({"made_at": [no_moment()]})
        for name in {table.name for table in TABLES} - rows.keys():
            if not isinstance(value := data.get(name, []), list) or not all(isinstance(row, dict) for row in value):
                raise ValidationError({name: [_("This is not a list of rows.")]})
        if sum(map(len, rows.values())) > MAX_ROWS:
            raise ValidationError(_("The file has more than {count} rows.").format(count=f"{MAX_ROWS:,}"))
        for name, read in readers.items():
            tables[name] = list(self.table(name, rows[name], read))
        undoes = dict(self.undoes(rows["assessments"], tables["assessments"])) if not self.errors else {}
        for name in ("assessments", "evidence", "study_sessions", "saved_ads"):
            self.once(name, [row.event_id for row in tables[name]])
        if self.errors:
            raise ValidationError(self.errors)
        del tables["saved_ad_skills"], tables["saved_ad_milestones"]  # these rows are stored with their ads
        return History(
            **tables,
            undoes=undoes,
            sessions_of_ticks=self.sessions_of_ticks,
            skills_of_ads=self.skills_of_ads,
            milestones_of_ads=self.milestones_of_ads,
            ads_of_goals=self.ads_of_goals,
        )

    def table(self, name: str, rows: list[Any], read: Callable[[Row], Any]) -> Iterator[Any]:
        for number, row in enumerate(rows):
            if len(self.errors) >= MAX_ERRORS:
                return
            self.path = f"{name}[{number}]"
            if not isinstance(row, dict):
                self.errors[self.path] = [_("This is not a row.")]
                continue
            before = len(self.errors)
            item = read(row)
            if len(self.errors) == before:
                yield item

    def once(self, name: str, events: Iterable[uuid.UUID]) -> None:
        twice = [event for event, count in Counter(events).items() if count > 1]
        if twice:
            self.errors[name] = [_("This event appears twice: {event_id}").format(event_id=twice[0])]

    def undoes(self, rows: list[Row], assessments: list[Assessment]) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
        """Yields pairs of events: an assessment that undoes another, and the assessment that it undoes, which is an earlier one
        of the same skill."""
        undoing_ones = {
            assessment.event_id
            for row, assessment in zip(rows, assessments, strict=True)
            if row.get("undoes__event_id")
        }
        open_ones = {row.event_id: row for row in assessments if row.event_id not in undoing_ones}
        for number, (row, undoing) in enumerate(zip(rows, assessments, strict=True)):
            self.path = f"assessments[{number}]"
            with self.at("undoes__event_id"):
                if row.get("undoes__event_id") is None:
                    continue
                event = self._event_id(row["undoes__event_id"])
                undone = open_ones.pop(event, None)
                if undone is None or undone.skill_id != undoing.skill_id or undone.at > undoing.at:
                    raise InvalidError(_("This is not an earlier assessment of the skill that can be undone."))
                yield undoing.event_id, event

    # Rows

    def saved_ad(self, row: Row) -> SavedAd:
        return SavedAd(
            event_id=self.event_id(row),
            title=self.line(row, "title", MAX_AD_TITLE),
            employer=self.line(row, "employer", MAX_EMPLOYER, optional=True),
            role_id=self.record(row, "role", Kind.ROLE, optional=True),
            seniority=self.choice(row, "seniority", ["", *SavedAd.Seniority.values]),
            text=self.text(row, "text", MAX_AD_TEXT),
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
            removed_at=self.moment(row, "removed_at") if row.get("removed_at") is not None else None,
        )

    def saved_ad_skill(self, row: Row) -> SavedAdSkill:
        skill = SavedAdSkill(
            skill_id=self.record(row, "skill", Kind.SKILL),
            level=self.whole(row, "level", 1, MAX_LEVEL),
            cue=self.choice(row, "cue", SavedAdSkill.Cue.values),
            choice=self.whole(row, "choice", 1, MAX_AD_SKILLS) if row.get("choice") is not None else None,
            is_out=row.get("is_out") is True,
        )
        with self.at("ad__event_id"):
            others = self.skills_of_ads.setdefault(self._event_id(row.get("ad__event_id")), [])
            if len(others) >= MAX_AD_SKILLS or any(other.skill_id == skill.skill_id for other in others):
                raise InvalidError(_("An ad can name each skill once, and {n} skills at most.").format(n=MAX_AD_SKILLS))
            others.append(skill)
        return skill

    def saved_ad_milestone(self, row: Row) -> AdMilestone:
        milestone = AdMilestone(milestone_id=self.record(row, "milestone", Kind.MILESTONE), at=self.moment(row, "at"))
        with self.at("ad__event_id"):
            self.milestones_of_ads.setdefault(self._event_id(row.get("ad__event_id")), []).append(milestone)
        return milestone

    def goal(self, row: Row) -> Goal:
        goal = Goal(
            role_id=self.record(row, "role", Kind.ROLE),
            industry_id=self.record(row, "industry", Kind.INDUSTRY, optional=True),
            hours_per_week=self.number(row, "hours_per_week", MIN_HOURS, MAX_HOURS),
            weekdays=self.weekdays(row),
            deadline=self.day(row, "deadline", optional=True, latest=LATEST),
            weekly_target=self.whole(row, "weekly_target", 1, MINUTES_OF_A_WEEK),
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
            is_ad=row.get("is_ad") is True,
        )
        if goal.is_ad and goal.at is not None and row.get("ad__event_id") is not None:
            with self.at("ad__event_id"):
                self.ads_of_goals[goal.at] = self._event_id(row["ad__event_id"])
        return goal

    def day_off(self, row: Row) -> DayOff:
        return DayOff(day=self.day(row, "day", latest=LATEST))

    def assessment(self, row: Row) -> Assessment:
        kind = self.choice(row, "kind", Assessment.Source.values)
        project = self.record(row, "project", Kind.PROJECT, optional=True)
        if project is not None and kind != Assessment.Source.PROJECT:
            self.errors[f"{self.path}.kind"] = [_("There is a project, so this must be “project”.")]
        level = self.whole(row, "level", 0, MAX_LEVEL)
        has_up_to = level is not None and row.get("up_to") is not None
        up_to = self.whole(row, "up_to", 1, level) if has_up_to else None
        if up_to is not None and kind in sources.WORDS:
            self.errors[f"{self.path}.up_to"] = [_("This is only for a check or a project.")]
        if kind == Assessment.Source.CHECK:
            # Anyone can change a file, so it proves nothing to others: the level is the learner's own judgement until it is
            # checked here.
            kind, up_to = Assessment.Source.SELF, None
        split_from = self.split_from(row)
        return Assessment(
            event_id=self.event_id(row),
            skill_id=self.record(row, "skill", Kind.SKILL),
            level=level,
            kind=kind,
            up_to=up_to,
            project_id=project,
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
            split_from_id=split_from,
            is_copy=split_from is not None and row.get("is_copy") is True,
        )

    def split_from(self, row: Row) -> int | None:
        """Returns the skill from which a split moved the row; exports from before splits existed have none."""
        found: int | None = self.record(row, "split_from", Kind.SKILL, optional=True)
        return found

    def evidence(self, row: Row) -> Evidence:
        evidence = Evidence(
            event_id=self.event_id(row),
            kind=self.choice(row, "kind", Evidence.EvidenceKind.values)
            if "kind" in row
            else Evidence.EvidenceKind.WORK,
            skill_id=self.record(row, "skill", Kind.SKILL),
            project_id=self.record(row, "project", Kind.PROJECT, optional=True),
            url=self.url(row),
            text=self.text(row, "text", MAX_EVIDENCE),
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
            split_from_id=self.split_from(row),
        )
        if evidence.is_certificate:
            evidence.name, evidence.issuer = (self.public_line(row, name) for name in ("name", "issuer"))
            evidence.issued_on = self.day(row, "issued_on")
            if evidence.project_id is not None:
                self.errors[f"{self.path}.project_slug"] = [_("A certificate cannot belong to a project.")]
        elif evidence.url == "" and evidence.text is not None and not evidence.text.strip():
            self.errors.setdefault(f"{self.path}.url", [_("Give a link or describe it.")])
        return evidence

    def study_session(self, row: Row) -> StudySession:
        session = StudySession(
            event_id=self.event_id(row),
            skill_id=self.record(row, "skill", Kind.SKILL, optional=True),
            resource_id=self.record(row, "resource", Kind.RESOURCE, optional=True),
            minutes=self.whole(row, "minutes", 1, MINUTES_OF_A_DAY),
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
            split_from_id=self.split_from(row),
        )
        if session.skill_id is None and session.resource_id is None:
            self.errors.setdefault(f"{self.path}.skill_slug", [_("Enter what you studied.")])
        return session

    def ticked_resource(self, row: Row) -> ResourceState:
        return ResourceState(
            resource_id=self.record(row, "resource", Kind.RESOURCE),
            done_at=self.moment(row, "done_at"),
            on=self.day(row, "on"),
        )

    def ticked_unit(self, row: Row) -> UnitTick:
        tick = UnitTick(
            skill_id=self.record(row, "skill", Kind.SKILL),
            level=self.whole(row, "level", 1, MAX_LEVEL),
            key=self.filled_text(row, "key", MAX_UNIT_KEY),
            type=self.choice(row, "type", Unit.UnitType.values),
            text=self.filled_text(row, "text", MAX_TEXT),
            minutes=self.whole(row, "minutes", 0, MINUTES_OF_A_DAY),
            earlier=self.whole(row, "earlier", 0, MINUTES_OF_A_DAY) if "earlier" in row else 0,
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
            split_from_id=self.split_from(row),
        )
        if row.get("session__event_id") is not None:
            with self.at("session__event_id"):
                session = self._event_id(row["session__event_id"])
                self.sessions_of_ticks[tick.skill_id, tick.level, tick.key] = session
        return tick

    def project(self, row: Row) -> ProjectWork:
        return ProjectWork(
            project_id=self.record(row, "project", Kind.PROJECT),
            ticked=self.lines(row),
            url=self.url(row),
            updated_at=self.moment(row, "updated_at"),
            on=self.day(row, "on"),
        )

    def note(self, row: Row) -> Note:
        note = Note(
            skill_id=self.record(row, "skill", Kind.SKILL),
            text=self.text(row, "text", MAX_TEXT),
            updated_at=self.moment(row, "updated_at"),
        )
        if note.text is not None and not note.text.strip():
            self.errors.setdefault(f"{self.path}.text", [_("A note cannot be empty.")])
        return note

    def plan_change(self, row: Row) -> PlanOverride:
        return PlanOverride(
            skill_id=self.record(row, "skill", Kind.SKILL),
            kind=self.choice(row, "kind", PlanOverride.Override.values),
            at=self.moment(row, "at"),
        )

    def completed_milestone(self, row: Row) -> CompletedMilestone:
        return CompletedMilestone(
            milestone_id=self.record(row, "milestone", Kind.MILESTONE),
            project_id=self.record(row, "project", Kind.PROJECT, optional=True),
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
        )

    def path_wishes(self, row: Row) -> PathWishes:
        return PathWishes(
            choices=self.slug_table(row, "choices", None, Kind.SKILL),
            projects=self.slug_table(row, "projects", Kind.MILESTONE, Kind.PROJECT),
            milestone_order=self.slug_list(row, "milestone_order", Kind.MILESTONE),
            skipped_milestones=self.slug_list(row, "skipped_milestones", Kind.MILESTONE),
            shorter=row.get("shorter") is True,
        )

"""Import of an export (`account_data`) into an account: goals, days off, levels and where they came from, evidence, study
sessions, ticked resources and units, project work, notes and changes of the plan.

Nothing else is read. Name, login, consent to reminders and the proof page are not taken from a file: an import turns no reminder
on and shows nothing to others.
"""

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.kinds import MAX_LEVEL, MAX_UNIT_KEY
from guidance.catalog.models import (
    RECORD_MODELS,
    Kind,
    Redirect,
    Status,
    Unit,
)
from guidance.personal_data.account_data import FORMAT, TABLES
from guidance.progress import services, sources
from guidance.progress.models import (
    MAX_CERTIFICATE,
    MAX_EVIDENCE,
    MAX_TEXT,
    MAX_URL,
    MINUTES_OF_A_DAY,
    MINUTES_OF_A_WEEK,
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
    StudySession,
    UnitTick,
)
from guidance.progress.models.base import no_email_address, one_line
from guidance.progress.plan import MAX_HOURS, MIN_HOURS
from guidance.progress.services import History, ImportCounts

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 50_000
MAX_LINES = 100  # of a project's checklist
MAX_WISHES = 500  # of one kind
MAX_ERRORS = 50  # that are told
EARLIEST = date(2000, 1, 1)
LATEST = date(2199, 12, 31)  # of what is still to come
WEB = URLValidator(schemes=["http", "https"])
EVENT_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

type Row = Mapping[str, Any]


def load(text: bytes) -> Any:
    """The content of a file of JSON. Raises ValidationError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError(_("This is not a JSON file of an export.")) from None


def import_history(*, learner: User, data: Any, now: datetime, dry_run: bool = False) -> dict[str, ImportCounts]:
    """Import `data`, an export read from JSON, and return the counts by table; a dry run only counts. All of it is imported, or
    nothing.

    Raises ValidationError by path, such as `study_sessions[3].minutes`.
    """
    history = _Reader(learner.local_date(now), now).history(data)
    with transaction.atomic():
        counts = services.import_history(learner=learner, history=history, today=learner.local_date(now))
        if dry_run:
            transaction.set_rollback(True)
    return counts


def _no_moment() -> str:
    return _("This is not a moment such as 2026-11-25T12:00:00Z.")


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


class _InvalidError(Exception):
    """A value that is invalid, and why."""


@dataclass
class _Reader:
    today: date  # of the learner
    now: datetime
    errors: dict[str, list[str]] = field(default_factory=dict)
    path: str = ""
    ids: dict[Kind, dict[str, int]] = field(default_factory=dict)
    sessions_of_ticks: dict[tuple[int, int, str], uuid.UUID] = field(default_factory=dict)

    def history(self, data: Any) -> History:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValidationError({"format": [_("This is not an export of Waymark.")]})
        tables: dict[str, list[Any]] = {}
        readers: dict[str, Callable[[Row], Any]] = {
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
        # These are not imported, but in an export they look like this.
        if "made_at" in data and _moment(data["made_at"]) is None:
            raise ValidationError({"made_at": [_no_moment()]})
        for name in {table.name for table in TABLES} - rows.keys():
            if not isinstance(value := data.get(name, []), list) or not all(isinstance(row, dict) for row in value):
                raise ValidationError({name: [_("This is not a list of rows.")]})
        if sum(map(len, rows.values())) > MAX_ROWS:
            raise ValidationError(_("There are more than {count} rows in it.").format(count=f"{MAX_ROWS:,}"))
        for name, read in readers.items():
            tables[name] = list(self.table(name, rows[name], read))
        undoes = dict(self.undoes(rows["assessments"], tables["assessments"])) if not self.errors else {}
        for name in ("assessments", "evidence", "study_sessions"):
            self.once(name, [row.event_id for row in tables[name]])
        if self.errors:
            raise ValidationError(self.errors)
        return History(**tables, undoes=undoes, sessions_of_ticks=self.sessions_of_ticks)

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
            self.errors[name] = [_("An event is in it twice: {event_id}").format(event_id=twice[0])]

    def undoes(self, rows: list[Row], assessments: list[Assessment]) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
        """The event of each undoing assessment, and of the one that it undoes: an earlier one of the same skill."""
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
                    raise _InvalidError(_("This is no earlier assessment of the skill that could be undone."))
                yield undoing.event_id, event

    # Rows

    def goal(self, row: Row) -> Goal:
        return Goal(
            role_id=self.record(row, "role", Kind.ROLE),
            industry_id=self.record(row, "industry", Kind.INDUSTRY, optional=True),
            hours_per_week=self.number(row, "hours_per_week", MIN_HOURS, MAX_HOURS),
            weekdays=self.weekdays(row),
            deadline=self.day(row, "deadline", optional=True, latest=LATEST),
            weekly_target=self.whole(row, "weekly_target", 1, MINUTES_OF_A_WEEK),
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
        )

    def day_off(self, row: Row) -> DayOff:
        return DayOff(day=self.day(row, "day", latest=LATEST))

    def assessment(self, row: Row) -> Assessment:
        kind = self.choice(row, "kind", Assessment.Source.values)
        project = self.record(row, "project", Kind.PROJECT, optional=True)
        if project is not None and kind != Assessment.Source.PROJECT:
            self.errors[f"{self.path}.kind"] = [_("A project is named, so this has to be “project”.")]
        level = self.whole(row, "level", 0, MAX_LEVEL)
        has_up_to = level is not None and row.get("up_to") is not None
        up_to = self.whole(row, "up_to", 1, level) if has_up_to else None
        if up_to is not None and kind in sources.WORDS:
            self.errors[f"{self.path}.up_to"] = [_("This belongs to a check or a project only.")]
        if kind == Assessment.Source.CHECK:
            # A file can be changed, so it shows nothing to others: the level is what the learner says until it is checked here.
            kind, up_to = Assessment.Source.SELF, None
        return Assessment(
            event_id=self.event_id(row),
            skill_id=self.record(row, "skill", Kind.SKILL),
            level=level,
            kind=kind,
            up_to=up_to,
            project_id=project,
            at=self.moment(row, "at"),
            on=self.day(row, "on"),
        )

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
        )
        if evidence.is_certificate:
            evidence.name, evidence.issuer = (self.public_line(row, name) for name in ("name", "issuer"))
            evidence.issued_on = self.day(row, "issued_on")
            if evidence.project_id is not None:
                self.errors[f"{self.path}.project_slug"] = [_("A certificate belongs to no project.")]
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
            self.errors.setdefault(f"{self.path}.text", [_("A note says something.")])
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

    # Values. What is wrong is noted under its path, and the row is not made.

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        try:
            yield
        except _InvalidError as error:
            self.errors[f"{self.path}.{name}"] = [str(error)]

    def record(self, row: Row, name: str, kind: Kind, *, optional: bool = False) -> Any:
        """The id of a record that is published, or was."""
        slug = row.get(f"{name}_slug")
        if slug is None and optional:
            return None
        with self.at(f"{name}_slug"):
            return self._id(kind, slug)

    def slug_list(self, row: Row, name: str, kind: Kind) -> Any:
        """The ids of the records of a list of slugs."""
        with self.at(name):
            slugs = row.get(name, [])
            if not isinstance(slugs, list):
                raise _InvalidError(_("This is not a list of slugs."))
            return [self._id(kind, slug) for slug in slugs]

    def slug_table(self, row: Row, name: str, key: Kind | None, kind: Kind) -> Any:
        """The same of a mapping; its keys are slugs of records too where `key` says of which kind."""
        with self.at(name):
            slugs = row.get(name, {})
            if not isinstance(slugs, dict) or len(slugs) > MAX_WISHES:
                raise _InvalidError(_("This is not a mapping of slugs."))
            return {
                str(self._id(key, name_or_slug)) if key else name_or_slug[:80]: self._id(kind, slug)
                for name_or_slug, slug in slugs.items()
            }

    def _id(self, kind: Kind, slug: Any) -> int:
        pk = self._ids(kind).get(slug) if isinstance(slug, str) else None
        if pk is None:
            raise _InvalidError(_("No {kind} has this slug.").format(kind=kind.label))
        return pk

    def _ids(self, kind: Kind) -> dict[str, int]:
        if kind not in self.ids:
            records = RECORD_MODELS[kind].objects.filter(status__in=(Status.PUBLISHED, Status.RETIRED))
            known = dict(records.values_list("slug", "pk"))
            renamed = Redirect.objects.filter(kind=kind, record_id__in=known.values())
            self.ids[kind] = dict(renamed.values_list("slug", "record_id")) | known
        return self.ids[kind]

    def event_id(self, row: Row) -> Any:
        with self.at("event_id"):
            return self._event_id(row.get("event_id"))

    def _event_id(self, value: Any) -> uuid.UUID:
        if not isinstance(value, str) or not EVENT_ID.fullmatch(value):
            raise _InvalidError(_("This is not a UUID."))
        return uuid.UUID(value)

    def moment(self, row: Row, name: str) -> Any:
        with self.at(name):
            moment = _moment(row.get(name))
            if moment is None or moment.date() <= EARLIEST:
                raise _InvalidError(_no_moment())
            if moment > self.now + timedelta(days=1):
                raise _InvalidError(_("This has not come yet."))
            return moment

    def day(self, row: Row, name: str, *, optional: bool = False, latest: date | None = None) -> Any:
        """Up to `latest`, or else up to tomorrow, for it may be another day where it was written."""
        value = row.get(name)
        if value is None and optional:
            return None
        with self.at(name):
            try:
                day = date.fromisoformat(value) if isinstance(value, str) else None
            except ValueError:
                day = None
            if day is None or not EARLIEST <= day <= LATEST:
                raise _InvalidError(_("This is not a date such as 2026-11-25."))
            if day > (latest or self.today + timedelta(days=1)):
                raise _InvalidError(_("This day has not come yet."))
            return day

    def whole(self, row: Row, name: str, least: int, most: int) -> Any:
        with self.at(name):
            value = row.get(name)
            if type(value) is not int or not least <= value <= most:
                raise _InvalidError(
                    _("This is not a whole number from {least} to {most}.").format(least=least, most=most)
                )
            return value

    def number(self, row: Row, name: str, least: float, most: float) -> Any:
        with self.at(name):
            value = row.get(name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
                raise _InvalidError(_("This is not a number from {least} to {most}.").format(least=least, most=most))
            return value

    def weekdays(self, row: Row) -> Any:
        with self.at("weekdays"):
            value = row.get("weekdays")
            if not isinstance(value, list) or not 1 <= len(value) <= 7:
                raise _InvalidError(_("This is not a list of days from 1 to 7."))
            if not all(type(day) is int and 1 <= day <= 7 for day in value):
                raise _InvalidError(_("This is not a list of days from 1 to 7."))
            return sorted(set(value))

    def choice(self, row: Row, name: str, choices: Iterable[str]) -> Any:
        with self.at(name):
            value = row.get(name)
            if value not in list(choices):
                raise _InvalidError(_("Choose from {choices}.").format(choices=", ".join(choices)))
            return value

    def text(self, row: Row, name: str, longest: int) -> Any:
        with self.at(name):
            return self._text(row.get(name), longest)

    def filled_text(self, row: Row, name: str, longest: int) -> Any:
        with self.at(name):
            text = self._text(row.get(name), longest)
            if not text.strip():
                raise _InvalidError(_("This is empty."))
            return text

    def public_line(self, row: Row, name: str) -> Any:
        """One line that strangers may read."""
        with self.at(name):
            text = self._text(row.get(name), MAX_CERTIFICATE).strip()
            try:
                for check in (one_line(), no_email_address()):
                    check(text)
            except ValidationError as error:
                raise _InvalidError(error.messages[0]) from None
            return text

    def _text(self, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            raise _InvalidError(_("This is not a text."))
        if len(value) > longest:
            raise _InvalidError(_("This is longer than {longest} characters.").format(longest=f"{longest:,}"))
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise _InvalidError(_("There is a character in it that no text has."))
        return value

    def lines(self, row: Row) -> Any:
        with self.at("ticked"):
            value = row.get("ticked")
            if not isinstance(value, list) or len(value) > MAX_LINES:
                raise _InvalidError(_("This is not a list of at most {count} lines.").format(count=MAX_LINES))
            return [self._text(line, MAX_TEXT) for line in value]

    def url(self, row: Row) -> Any:
        with self.at("url"):
            value = services.web_address(self._text(row.get("url"), MAX_URL))
            if value:
                try:
                    WEB(value)
                except ValidationError:
                    raise _InvalidError(_("This is not a web address.")) from None
            return value

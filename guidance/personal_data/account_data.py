"""Exports and deletes all data that Waymark stores about a person, across all apps.

Every table with rows of a user is in `TABLES`, or in `DERIVED` if another table already contains the same information. A test
follows all relations and fails if a table is in neither.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet

from accounts import services as accounts
from accounts import sessions
from accounts.models import AccessToken, OutgoingMail, Session, User
from guidance.catalog import snapshot
from guidance.catalog.models import Kind, Version
from guidance.catalog.snapshot import Snapshot
from guidance.curation.models import (
    BulkEdit,
    Comment,
    HealthReview,
    Operation,
    PendingOperation,
    Proposal,
    ProposalEmail,
    ReaderReport,
)
from guidance.curation.models import Mapping as TaxonomyMapping
from guidance.matching import jsonresume
from guidance.matching.jsonresume import CertificateEntry, WorkEntry
from guidance.progress import services
from guidance.progress.learner_state import drop, learner_state
from guidance.progress.models import (
    AdMilestone,
    Assessment,
    CalendarFeed,
    CheckAnswer,
    CompletedMilestone,
    DayOff,
    Evidence,
    Goal,
    ItemReport,
    LearnerSkill,
    Note,
    PathWishes,
    PlanOverride,
    Progress,
    ProjectWork,
    ProofPage,
    ProofPageName,
    QuickCheck,
    ResourceState,
    SavedAd,
    SavedAdSkill,
    StoredResponse,
    StudyDay,
    StudySession,
    UnitTick,
)
from guidance.progress.proof_page import resume_sources, skills_on
from guidance.reminders.models import Delivery, Schedule, Suppression

FORMAT = "waymark-export/1"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")  # beginnings of text that a spreadsheet would execute


@dataclass(frozen=True, slots=True)
class AccountTable:
    """The rows of a model that belong to a user, as a named table. Records of the catalogue are identified by slug."""

    name: str
    model: type[Model]
    owner: str | Callable[[User], QuerySet[Any]]  # path to the user, or a function that returns a user's rows
    fields: tuple[str, ...]
    slugs: tuple[str, ...] = ()  # relations to catalogue records
    read: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)  # decoders of fields that are stored encoded

    def rows(self, user: User) -> Iterator[dict[str, Any]]:
        owner = self.owner
        records = self.model._default_manager.filter(**{owner: user.pk}) if isinstance(owner, str) else owner(user)
        slugs = {name: F(f"{relation}__slug") for name, relation in self._slugs()}
        for row in records.order_by("pk").values(*self.fields, **slugs).iterator():
            yield row | {name: read(row[name]) for name, read in self.read.items()}

    def columns(self) -> list[str]:
        return [*self.fields, *(name for name, _relation in self._slugs())]

    def _slugs(self) -> Iterable[tuple[str, str]]:
        # An annotation cannot have the name of a field of its model.
        return ((f"{relation}_slug", relation) for relation in self.slugs)


def operations_of(user: User) -> QuerySet[Operation]:
    """Returns operations that the user carried out, requested or undid."""
    return Operation.objects.filter(Q(by=user) | Q(asked_by=user) | Q(undone_by=user))


def pending_operations_of(user: User) -> QuerySet[PendingOperation]:
    """Returns pending operations that the user requested, or decided as the second person."""
    return PendingOperation.objects.filter(Q(asked_by=user) | Q(decided_by=user))


def bulk_edits_of(user: User) -> QuerySet[BulkEdit]:
    return BulkEdit.objects.filter(Q(author=user) | Q(undone_by=user))


def comments_of(user: User) -> QuerySet[Comment]:
    """Returns comments that the user wrote or resolved."""
    return Comment.objects.filter(Q(author=user) | Q(resolved_by=user))


def reports_worked_on(user: User) -> QuerySet[ReaderReport]:
    """Returns readers' reports that the user is working on or has handled."""
    return ReaderReport.objects.filter(Q(taken_by=user) | Q(done_by=user))


def _slug(kind: Kind, pk: int) -> str | None:
    """Returns the current slug of the record; None if it no longer exists."""
    return snapshot.current().slugs.get((kind, pk))


LOG_ENTRY = ("action_time", "action_flag", "content_type__model", "object_repr", "change_message")
TABLES = (
    AccountTable(
        "account",
        User,
        "pk",
        ("email", "name", "time_zone", "date_joined", "last_login", "is_active", "is_staff", "is_superuser"),
    ),
    AccountTable("email_addresses", EmailAddress, "user", ("email", "verified", "primary")),
    AccountTable(
        "browser_sessions",
        Session,
        "user_id",
        ("seen_at", "expire_date", "session_data"),  # the browser's name, and an unfinished plan
        read={"session_data": sessions.contents},
    ),
    AccountTable("two_step_login", Authenticator, "user", ("type", "created_at", "last_used_at")),
    AccountTable(
        "access_tokens",
        AccessToken,
        "owner",
        ("name", "scope", "prefix", "created_at", "renewed_at", "expires_at", "last_used_at"),
    ),
    AccountTable(
        "account_mails_to_be_sent", OutgoingMail, "user", ("kind", "address", "context", "created_at", "attempts")
    ),
    AccountTable("groups", User.groups.through, "user", ("group__name",)),
    AccountTable("permissions", User.user_permissions.through, "user", ("permission__codename",)),
    AccountTable(
        "goals",
        Goal,
        "learner",
        ("at", "on", "hours_per_week", "weekdays", "deadline", "weekly_target", "is_ad", "ad__event_id"),
        ("role", "industry"),
    ),
    AccountTable(
        "saved_ads",
        SavedAd,
        "learner",
        ("event_id", "at", "on", "title", "employer", "seniority", "text", "removed_at"),
        ("role",),
    ),
    AccountTable(
        "saved_ad_skills",
        SavedAdSkill,
        "ad__learner",
        ("ad__event_id", "level", "cue", "choice", "is_out"),
        ("skill",),
    ),
    AccountTable("saved_ad_milestones", AdMilestone, "ad__learner", ("ad__event_id", "at"), ("milestone",)),
    AccountTable("days_off", DayOff, "learner", ("day",)),
    AccountTable(
        "assessments",
        Assessment,
        "learner",
        ("event_id", "at", "on", "level", "kind", "up_to", "is_copy", "undoes__event_id"),
        ("skill", "project", "split_from"),
    ),
    AccountTable(
        "levels",
        LearnerSkill,
        "learner",
        (
            *("level", "stated", "kind", "checked_to", "shown_to", "since", "minutes", "total_minutes", "touched_on"),
            *("proved_on", "studied_on", "reviewed_on", "reviews_passed", "review_failed"),
        ),
        ("skill",),
    ),
    AccountTable(
        "evidence",
        Evidence,
        "learner",
        ("event_id", "at", "on", "kind", "url", "text", "name", "issuer", "issued_on"),
        ("skill", "project", "split_from"),
    ),
    AccountTable(
        "study_sessions",
        StudySession,
        "learner",
        ("event_id", "at", "on", "minutes"),
        ("skill", "resource", "split_from"),
    ),
    AccountTable("ticked_resources", ResourceState, "learner", ("done_at", "on"), ("resource",)),
    AccountTable(
        "ticked_units",
        UnitTick,
        "learner",
        ("level", "key", "type", "text", "minutes", "earlier", "session__event_id", "at", "on"),
        ("skill", "split_from"),
    ),
    AccountTable(
        "quick_checks",
        QuickCheck,
        "learner",
        ("level", "purpose", "items", "needed", "at", "on", "finished_at", "finished_on", "passed"),
        ("skill",),
    ),
    AccountTable(
        "check_answers", CheckAnswer, "learner", ("quick_check__at", "item", "answer", "right", "at"), ("skill",)
    ),
    AccountTable("reports_of_questions", ItemReport, "learner", ("item", "text", "at", "done_at"), ("skill",)),
    AccountTable("projects", ProjectWork, "learner", ("ticked", "url", "updated_at", "on"), ("project",)),
    AccountTable("notes", Note, "learner", ("text", "updated_at"), ("skill",)),
    AccountTable("plan_changes", PlanOverride, "learner", ("kind", "at"), ("skill",)),
    AccountTable("completed_milestones", CompletedMilestone, "learner", ("at", "on"), ("milestone", "project")),
    AccountTable(
        "path_wishes",
        PathWishes,
        "learner",
        ("choices", "projects", "milestone_order", "skipped_milestones", "shorter"),
        read={
            "choices": lambda chosen: {
                choice: slug for choice, pk in chosen.items() if (slug := _slug(Kind.SKILL, pk))
            },
            "projects": lambda chosen: {
                milestone: project
                for pk, project_pk in chosen.items()
                if (milestone := _slug(Kind.MILESTONE, int(pk))) and (project := _slug(Kind.PROJECT, project_pk))
            },
            "milestone_order": lambda ids: [slug for pk in ids if (slug := _slug(Kind.MILESTONE, pk))],
            "skipped_milestones": lambda ids: [slug for pk in ids if (slug := _slug(Kind.MILESTONE, pk))],
        },
    ),
    AccountTable("catalogue_seen", Progress, "learner", ("seen_revision", "credited")),
    AccountTable("calendar_addresses", CalendarFeed, "learner", ("created_at",)),
    AccountTable(
        "proof_page",
        ProofPage,
        "learner",
        ("name", "is_public", *services.SHOWN_ON_PROOF_PAGE, "updated_at", "taken_down_at"),
    ),
    AccountTable("proof_page_names", ProofPageName, "learner", ("digest",)),
    AccountTable(
        "reminders",
        Schedule,
        "learner",
        (
            "kind",
            "is_on",
            "consent_version",
            "consented_at",
            "at",
            "weekdays",
            "time_zone",
            "quiet_from",
            "quiet_until",
            "paused_until",
            "since",
            "next_at",
        ),
    ),
    AccountTable(
        "reminder_mails",
        Delivery,
        "learner",
        ("kind", "on", "due_at", "state", "reason", "attempts", "ambiguous", "sent_at", "code", "reply"),
    ),
    AccountTable("suppressed_addresses", Suppression, "learner", ("address", "code", "reply", "at")),
    AccountTable(
        "reports_of_catalogue",
        ReaderReport,
        "learner",
        ("kind", "record_id", "page", "topic", "text", "at", "state", "answer", "is_refused", "done_at"),
    ),
    AccountTable(
        "reports_worked_on",
        ReaderReport,
        reports_worked_on,
        ("kind", "record_id", "page", "answer", "is_refused", "done_at"),
    ),
    AccountTable("catalogue_edits", Version, "author", ("kind", "slug", "at", "source")),
    AccountTable(
        "catalogue_proposals",
        Proposal,
        "author",
        (
            "kind",
            "slug",
            "state",
            "document",
            "note",
            "words",
            "changed_at",
            "submitted_at",
            "decided_at",
            "publish_at",
        ),
    ),
    AccountTable(
        "catalogue_reviews", Proposal, "reviewer", ("kind", "slug", "state", "words", "decided_at", "publish_at")
    ),
    AccountTable("catalogue_edits_of_proposals", Proposal, "editor", ("kind", "slug", "state", "edited_at")),
    AccountTable(
        "catalogue_comments",
        Comment,
        comments_of,
        ("proposal__kind", "proposal__slug", "what", "field", "text", "at", "resolved_at"),
    ),
    AccountTable("emails_about_proposals", ProposalEmail, "user", ("is_on", "told_until")),
    AccountTable(
        "catalogue_operations",
        Operation,
        operations_of,
        ("what", "kind", "slug", "name", "into", "note", "at", "revision", "undone_at", "undone_revision"),
    ),
    AccountTable(
        "catalogue_operations_asked_for",
        PendingOperation,
        pending_operations_of,
        ("what", "kind", "name", "form", "note", "state", "asked_at", "words", "decided_at"),
    ),
    AccountTable(
        "catalogue_mappings",
        TaxonomyMapping,
        "proposed_by",
        ("entry__identifier", "status", "decided_at"),
        ("skill", "role"),
    ),
    AccountTable("catalogue_bulk_edits", BulkEdit, bulk_edits_of, ("title", "at", "undone_at")),
    AccountTable("catalogue_looks", HealthReview, "by", ("kind", "record_id", "at")),
    AccountTable("administration", LogEntry, "user", LOG_ENTRY),
    AccountTable("administration_of_account", LogEntry, accounts.log_entries_about, LOG_ENTRY),
)
DERIVED: Mapping[type[Model], str] = {
    StudyDay: "sums of study sessions",
    StoredResponse: "repeats the response to a request for a day",
}


def export(user: User, *, now: datetime) -> dict[str, Any]:
    """Returns everything about this user and no one else: {"format", "made_at", table: [row, …], …}."""
    return {"format": FORMAT, "made_at": now} | {table.name: list(table.rows(user)) for table in TABLES}


class Encoder(DjangoJSONEncoder):
    """Encodes times to the microsecond. Django's encoder drops three digits, and with them the order of events."""

    def default(self, o: Any) -> Any:
        return o.isoformat().replace("+00:00", "Z") if isinstance(o, datetime) else super().default(o)


def as_json(user: User, *, now: datetime) -> bytes:
    return json.dumps(export(user, now=now), cls=Encoder, ensure_ascii=False, indent=1).encode()


def as_csv(user: User, *, now: datetime) -> bytes:
    """Returns a ZIP file for spreadsheets with one CSV file per table: UTF-8 with a byte order mark, and no cell that a
    spreadsheet would execute."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            text = io.StringIO(newline="")
            writer = csv.writer(text)
            columns = table.columns()
            writer.writerow(columns)
            writer.writerows([cell(row[name]) for name in columns] for row in table.rows(user))
            entry = zipfile.ZipInfo(f"{table.name}.csv", date_time=now.timetuple()[:6])
            archive.writestr(entry, text.getvalue().encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def as_json_resume(user: User, *, now: datetime) -> bytes:
    """Returns the learner's levels, work and certificates, in the schema of jsonresume.org."""
    catalogue = snapshot.current()
    state = learner_state(user, snapshot=catalogue, now=now)
    role = catalogue.roles.get(state.goal.role or "") if state.goal else None
    shown = ProofPage(learner=user, skills=ProofPage.ShownSkills.ALL)
    best = sorted(skills_on(shown, state), key=lambda item: (-item.level, item.skill.slug))
    resume = jsonresume.write(
        name=user.name,
        email=user.email,
        label=role.name if role else "",
        levels=[(item.skill.name, item.level) for item in best],
        works=list(_works(user, catalogue)),
        certificates=list(_certificates(user)),
        now=now,
    )
    for entry, item in zip(resume["skills"], best, strict=True):
        entry["sources"] = resume_sources(item)
    return json.dumps(resume, ensure_ascii=False, indent=1).encode()


def _works(user: User, catalogue: Snapshot) -> Iterator[WorkEntry]:
    """Yields projects with a link to the work, and evidence. Evidence from a project is included in the project."""
    for work in user.projectworks.exclude(url="").order_by("pk"):
        project = catalogue.projects.get(catalogue.slugs.get((Kind.PROJECT, work.project_id), ""))
        if project is not None:
            shown = [catalogue.skills[slug].name for slug in project.proves]
            yield WorkEntry(project.name, project.summary, work.url, tuple(shown))
    for evidence in user.evidences.filter(project=None, kind=Evidence.EvidenceKind.WORK).order_by("pk"):
        skill = catalogue.skills.get(catalogue.slugs.get((Kind.SKILL, evidence.skill_id), ""))
        if skill is not None:
            yield WorkEntry(evidence.text[:80] or evidence.url, evidence.text, evidence.url, (skill.name,))


def _certificates(user: User) -> Iterator[CertificateEntry]:
    """Yields certificates. A certificate for several skills appears once."""
    rows = user.evidences.filter(kind=Evidence.EvidenceKind.CERTIFICATE).order_by("-issued_on", "issuer", "name", "url")
    for name, issuer, issued_on, url in rows.values_list("name", "issuer", "issued_on", "url").distinct():
        if issued_on is not None:  # the database has no certificate without a date
            yield CertificateEntry(name, issuer, issued_on, url)


FILES: Mapping[str, tuple[Callable[..., bytes], str]] = {
    "json": (as_json, "application/json"),
    "zip": (as_csv, "application/zip"),
    "resume.json": (as_json_resume, "application/json"),
}


def cell(value: Any) -> str:
    """Returns a value as text. A quote is added before anything that a spreadsheet would treat as a formula, and before a
    leading quote. So removing a leading quote always restores the original."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (dict, list, tuple)):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


@transaction.atomic
def erase(user: User) -> None:
    """Deletes the account and all its data, immediately and permanently. A curator's contributions to the catalogue stay,
    without the name. The names of the user's proof page stay taken, as hashes that identify no one."""
    learner = user.pk
    accounts.delete_account(user=user)
    drop(learner)

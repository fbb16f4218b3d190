"""The data that the privacy notice lists: a name for every personal field, why it is stored, and for how long.

`tests/web/catalogue/test_site.py` fails if a field of a table that is linked to a user is neither here nor in `PLAIN`, or if a
cookie has no line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessToken, OutgoingMail, Session, User
from guidance.catalog.models import Version
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
from guidance.reminders.models import Delivery, Schedule, Suppression
from guidance.web.account.privacy_periods import periods

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph of the notice. `fields` has the personal fields of each model, with their names in words."""

    title: Words
    why: Words
    kept: Words  # may contain the names in `periods()`
    fields: Mapping[type[Model], Mapping[str, Words]]

    @property
    def words(self) -> list[str]:
        """Returns the personal fields of the part in words, without duplicates."""
        return list(dict.fromkeys(str(word) for fields in self.fields.values() for word in fields.values()))

    @property
    def how_long(self) -> str:
        return str(self.kept).format(**periods())


# Numbers, links between rows and technical values, which reveal nothing about a person. Foreign keys to the user and to the catalogue are
# not listed.
PLAIN: Mapping[type[Model], set[str]] = {
    User: {"session_generation"},
    AccessToken: {"prefix"},
    OutgoingMail: {"not_before", "attempts"},
    Assessment: {"event_id", "undoes", "is_copy", "split_from"},
    Evidence: {"event_id", "split_from"},
    SavedAd: {"event_id"},
    SavedAdSkill: {"ad"},
    AdMilestone: {"ad"},
    StudySession: {"event_id", "split_from"},
    UnitTick: {"split_from"},
    StoredResponse: {"key", "digest", "status"},
    Schedule: {"time_zone", "since", "next_at", "next_on"},
    Delivery: {
        "due_at", "not_before", "expires_at", "attempts", "ambiguous", "lease_token", "lease_until", "message_id",
        "version", "planned_at",
    },
    Progress: {"version"},
    LearnerSkill: {"since_on"},
    LogEntry: {"object_id", "content_type"},
    Version: {"kind", "record_id", "number", "slug", "document", "source"},
    Proposal: {"kind", "record_id", "slug", "base", "restores", "state", "alone", "version", "seen_document"},
    PendingOperation: {"kind", "record_id", "name", "state", "operation", "what"},
    TaxonomyMapping: {"entry", "status", "score", "decided_at", "skill", "role"},
    Comment: {"proposal", "thread", "what", "field"},
    ProposalEmail: {"told_until"},
    Operation: {
        "kind", "record_id", "slug", "name", "into", "revision", "undone_revision", "touched", "redirects", "mended",
        "history",
    },
    BulkEdit: {"items"},
    HealthReview: {"kind", "record_id"},
    ReaderReport: {"event_id", "kind", "record_id", "page", "duplicate_of", "proposal"},
}  # fmt: skip

PERMISSIONS = _("what you are allowed to do")
UNTIL_DELETED = _("Until you delete it or your account.")

PARTS = (
    Part(
        _("Your account"),
        _("To log you in, to write to you, and to know which data is yours."),
        _("Until you delete your account. An unconfirmed sign-up is deleted after {unconfirmed}."),
        {
            User: {
                "email": _("email address"),
                "password": _("password, as an Argon2 hash"),
                "name": _("name"),
                "time_zone": _("time zone"),
                "date_joined": _("when you signed up"),
                "last_login": _("when you last logged in"),
                "is_active": PERMISSIONS,
                "is_staff": PERMISSIONS,
                "is_superuser": PERMISSIONS,
            },
            EmailAddress: {
                "email": _("email address"),
                "verified": _("whether the address is confirmed"),
                "primary": _("whether the address is confirmed"),
            },
            User.groups.through: {"group": PERMISSIONS},
            User.user_permissions.through: {"permission": PERMISSIONS},
        },
    ),
    Part(
        _("Where you’re logged in"),
        _("To keep you logged in, and to show you each login so that you can end it."),
        _(
            "{session} after the last change, or until you log out. If you started to sign up or log in but "
            "didn’t finish: {pending}."
        ),
        {
            Session: {
                "session_key": _("the key in your session cookie"),
                "session_data": _("the name of your browser and system, and a plan that you started before you logged in"),
                "expire_date": _("when the login ends"),
                "seen_at": _("when you last used it, to the hour"),
                "address_digest": _("until you are logged in, a keyed hash of the email address you typed"),
            }
        },
    ),
    Part(
        _("Two-factor authentication"),
        _("To ask for a second factor, if you turned it on."),
        _("Until you turn it off or delete your account."),
        {
            Authenticator: {
                "type": _("which second factors you use"),
                "data": _("their secrets, encrypted"),
                "created_at": _("when you set them up"),
                "last_used_at": _("when you last used them"),
            }
        },
    ),
    Part(
        _("Access tokens"),
        _("To let programs that you chose act for you, and to show you when they did."),
        _("Until you revoke the token, or {token} after it expires."),
        {
            AccessToken: {
                "name": _("what you named it"),
                "scope": _("what it may do"),
                "digest": _("a hash of the token"),
                "created_at": _("when you made it"),
                "renewed_at": _("when it was renewed"),
                "expires_at": _("when it expires"),
                "last_used_at": _("when it was last used, to the minute"),
            },
        },
    ),
    Part(
        _("Emails about your account"),
        _("To send what you asked for, such as a link to choose a new password, and to tell you of changes."),
        _("Until it is sent, and {outbox} at most. No link or code is stored with it."),
        {
            OutgoingMail: {
                "kind": _("which email is to be sent"),
                "address": _("the address it goes to"),
                "context": _("what it is about"),
                "created_at": _("when it was written"),
            },
        },
    ),
    Part(
        _("Answers to programs"),
        _("So that we don’t carry out a request twice if a program repeats it."),
        _("{answer}."),
        {
            StoredResponse: {
                "body": _("the answer to your API request"),
                "at": _("when it was given"),
            },
        },
    ),
    Part(
        _("Goal and plan"),
        _("To work out your plan, your forecast and your calendar."),
        UNTIL_DELETED,
        {
            Goal: {
                "role": _("the role you want"),
                "industry": _("the industry you chose"),
                **dict.fromkeys(("ad", "is_ad"), _("the saved job ad that is your goal")),
                "hours_per_week": _("your hours per week"),
                "weekdays": _("your study days"),
                "deadline": _("your deadline"),
                "weekly_target": _("your weekly target"),
                "at": _("when you set it"),
                "on": _("when you set it"),
            },
            DayOff: {"day": _("your days off")},
            PlanOverride: {
                "skill": _("skills you pinned, skipped or put off"),
                "kind": _("skills you pinned, skipped or put off"),
                "at": _("when you set it"),
            },
            PathWishes: {
                "choices": _("which of several skills you picked"),
                "projects": _("which project you picked for a milestone"),
                "milestone_order": _("milestones you moved or skipped"),
                "skipped_milestones": _("milestones you moved or skipped"),
                "shorter": _("whether you take the shorter path to your deadline"),
            },
            CalendarFeed: {
                "digest": _("a hash of your calendar address"),
                "created_at": _("when you made the calendar address"),
            },
            Progress: {
                "seen_revision": _("which changes to the catalogue you have seen"),
                "credited": _("whether the milestones your levels complete are stored"),
            },
        },
    ),
    Part(
        _("Saved job ads"),
        _("To plan for a job ad that you saved, and to show which of several ads is the closest. No one else sees them."),
        _("Until you delete the ad or your account. You can restore a deleted ad for {deleted_ad}. It is "
            "deleted permanently the following night."),
        {
            SavedAd: {
                **dict.fromkeys(("title", "employer", "seniority"), _("its title, employer and seniority")),
                "role": _("the closest role"),
                "text": _("its text, if you chose to store it"),
                **dict.fromkeys(("at", "on", "removed_at"), _("when you saved it, and when you deleted it")),
            },
            SavedAdSkill: dict.fromkeys(
                ("skill", "cue", "level", "choice", "is_out"), _("the skills it names, and at which level")
            ),
            AdMilestone: dict.fromkeys(("milestone", "at"), _("milestones you had completed when it became your goal")),
        },
    ),
    Part(
        _("Learning"),
        _("To work out your readiness and your pace, and to show you your history."),
        UNTIL_DELETED,
        {
            Assessment: {
                "skill": _("your levels"),
                "level": _("your levels"),
                **dict.fromkeys(("kind", "project", "up_to"), _("how each level is known")),
                "at": _("when you entered it"),
                "on": _("when you entered it"),
            },
            LearnerSkill: {
                "skill": _("your levels"),
                "level": _("your levels"),
                "stated": _("your levels"),
                **dict.fromkeys(("kind", "checked_to", "shown_to"), _("how each level is known")),
                "since": _("when you entered it"),
                "minutes": _("how long you studied"),
                "total_minutes": _("how long you studied"),
                "touched_on": _("when you last studied a skill"),
                "studied_on": _("when you last studied a skill"),
                "proved_on": _("your reviews: when, and whether you passed"),
                "reviewed_on": _("your reviews: when, and whether you passed"),
                "reviews_passed": _("your reviews: when, and whether you passed"),
                "review_failed": _("your reviews: when, and whether you passed"),
            },
            Evidence: {
                **dict.fromkeys(("skill", "project", "kind", "url", "text"), _("evidence: links and texts")),
                "name": _("certificates from others: name, issuer, date, link"),
                "issuer": _("certificates from others: name, issuer, date, link"),
                "issued_on": _("certificates from others: name, issuer, date, link"),
                "at": _("when you entered it"),
                "on": _("when you entered it"),
            },
            StudySession: {
                "skill": _("what you studied"),
                "resource": _("what you studied"),
                "minutes": _("how long you studied"),
                "at": _("when you entered it"),
                "on": _("the day you studied"),
            },
            StudyDay: {"on": _("the day you studied"), "minutes": _("how long you studied")},
            ResourceState: {
                "resource": _("resources you ticked"),
                **dict.fromkeys(("done_at", "on"), _("when you entered it")),
            },
            UnitTick: {
                **dict.fromkeys(("skill", "level", "key", "type", "text", "earlier"), _("units you ticked")),
                "minutes": _("how long you studied"),
                "session": _("how long you studied"),
                "at": _("when you entered it"),
                "on": _("when you entered it"),
            },
            QuickCheck: {
                **dict.fromkeys(
                    ("skill", "level", "purpose", "items", "needed", "passed"), _("your quick checks: the questions, your answers and the result")
                ),
                **dict.fromkeys(("at", "on", "finished_at", "finished_on"), _("when you entered it")),
            },
            CheckAnswer: {
                **dict.fromkeys(
                    ("quick_check", "skill", "item", "answer", "right"), _("your quick checks: the questions, your answers and the result")
                ),
                "at": _("when you entered it"),
            },
            ItemReport: {
                **dict.fromkeys(("skill", "item", "text", "done_at"), _("what you reported about a question")),
                "at": _("when you entered it"),
            },
            ProjectWork: {
                **dict.fromkeys(("project", "ticked", "url"), _("your projects: ticked items and links")),
                **dict.fromkeys(("updated_at", "on"), _("when you entered it")),
            },
            CompletedMilestone: {
                **dict.fromkeys(("milestone", "project"), _("milestones you completed")),
                **dict.fromkeys(("at", "on"), _("when you entered it")),
            },
            Note: {
                "skill": _("your notes"),
                "text": _("your notes"),
                "updated_at": _("when you entered it"),
            },
        },
    ),
    Part(
        _("Proof page"),
        _(
            "To show what you choose to everyone who has the address, while the page is turned on. We don’t "
            "count visitors. If someone reports a page, we store the text of their report and nothing else "
            "about them."
        ),
        _(
            "Until you delete your account. After that, we keep a hash of each name that your page had, "
            "without a link to you, so that the address never leads to someone else. A report is deleted when"
            " it is sent, after {outbox} at most."
        ),
        {
            ProofPage: {
                "name": _("the address of your page"),
                "is_public": _("whether it is on"),
                "display_name": _("the name you show there"),
                **dict.fromkeys(
                    ("shows_role", "shows_readiness", "skills", "shows_projects", "shows_certificates"), _("what it shows")
                ),
                "updated_at": _("when you changed it"),
                "taken_down_at": _("whether the operator took it down"),
            },
            ProofPageName: {"digest": _("a hash of each name that it had")},
        },
    ),
    Part(
        _("Reminders"),
        _("To send the reminders you turned on, at most one a day."),
        UNTIL_DELETED,
        {
            Schedule: {
                "kind": _("which reminders you turned on"),
                "is_on": _("which reminders you turned on"),
                "consent_version": _("when you agreed, and to which wording"),
                "consented_at": _("when you agreed, and to which wording"),
                **dict.fromkeys(
                    ("at", "weekdays", "quiet_from", "quiet_until", "paused_until"), _("the time, days, quiet hours and pause you set")
                ),
            },
        },
    ),
    Part(
        _("Reminders that were due"),
        _("To send no reminder twice, to send fewer when they don’t help, and to show you what was sent and why."),
        _("{ledger}, or longer if we still need it to decide whether to send the next reminder."),
        {
            Delivery: {
                "kind": _("which reminders were due on which day"),
                "on": _("which reminders were due on which day"),
                **dict.fromkeys(
                    ("state", "reason", "sent_at", "code", "reply"), _("whether each was sent, and what the mail server answered")
                ),
            },
        },
    ),
    Part(
        _("Addresses that refuse email"),
        _("To stop sending to an address that does not accept email."),
        _("Until you change your address or tell us that it works."),
        {
            Suppression: {
                **dict.fromkeys(("address", "code", "reply", "at"), _("an address that refuses email, and the answer")),
            },
        },
    ),
    Part(
        _("Corrections that you suggest"),
        _("To correct the catalogue, and to answer you. Curators read what you wrote; they see neither your name nor your address."),
        _(
            "Until {report} after a curator has dealt with it, or until you delete your account. A report "
            "that looks like spam and that no curator accepts: {held_report}."
        ),
        {
            ReaderReport: {
                **dict.fromkeys(("topic", "text"), _("what you reported about a page")),
                "email": _("the email address that you gave for an answer, if you have no account"),
                **dict.fromkeys(("at", "state", "done_at"), _("when you reported it, and when it was dealt with")),
                "answer": _("the answer"),
                "is_refused": _("whether it was rejected"),
            },
        },
    ),
    Part(
        _("Work of curators and administrators"),
        _("To show who changed the catalogue or an account, so that mistakes can be found and undone."),
        _("Permanently. When you delete your account, your name and address are removed from it."),
        {
            Version: {"at": _("which record you edited, and when")},
            Proposal: {
                "document": _("what you proposed"),
                "note": _("what you wrote about a change"),
                "words": _("what you wrote about a change"),
                **dict.fromkeys(
                    ("changed_at", "edited_at", "submitted_at", "decided_at", "publish_at"), _("which record you edited, and when")
                ),
            },
            Comment: {
                "text": _("what you wrote about a change"),
                **dict.fromkeys(("at", "resolved_at"), _("when you wrote or resolved a comment")),
            },
            PendingOperation: {
                **dict.fromkeys(("form", "note", "words"), _("what you wrote about a change")),
                **dict.fromkeys(("asked_at", "decided_at"), _("which record you edited, and when")),
            },
            TaxonomyMapping: {},
            ProposalEmail: {"is_on": _("whether you turned off emails about proposals")},
            Operation: {
                "what": _("which record you edited, and when"),
                "note": _("what you wrote about a change"),
                "at": _("which record you edited, and when"),
                "undone_at": _("which record you edited, and when"),
            },
            BulkEdit: {
                "title": _("what you wrote about a change"),
                "at": _("which record you edited, and when"),
                "undone_at": _("which record you edited, and when"),
            },
            HealthReview: {"at": _("which record you edited, and when")},
            LogEntry: {
                **dict.fromkeys(
                    ("action_time", "action_flag", "object_repr", "change_message"), _("what was done in the admin, and to which account or record")
                ),
            },
        },
    ),
)  # fmt: skip

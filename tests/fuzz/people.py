"""The accounts of a run: two that send requests, and one that only has rows in every table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from guidance.catalog.models import Project, Resource, Role, Skill
from guidance.personal_data import account_data
from guidance.progress import services
from guidance.progress.learner_rows import AdSkill
from guidance.reminders import services as reminders
from guidance.reminders.models import Delivery, ReminderKind
from guidance.reminders.services import ReminderSetting
from tests.fuzz.checks import SECRET, described

QUIET = "tomas"  # sends no requests
DAYS = 30


def make(names: Sequence[str], *, csrf: str) -> dict[str, Any]:
    """Make the accounts. Returns the headers of each by way of authentication, the schema, and the export of the quiet one."""
    now = timezone.now()
    people = {name: settle(name, now) for name in (*names, QUIET)}
    schema = described()
    return {
        "token": {name: by_token(people[name], now) for name in names},
        "session": {name: by_session(people[name], csrf) for name in names},
        "schema": schema,
        "operations": sum(len(methods) for methods in schema["paths"].values()),
        "quiet": account_data.export(people[QUIET], now=now),
    }


def settle(name: str, now: datetime) -> User:
    """A learner who has something in every table of a learner."""
    learner = User.objects.create_user(f"{name}-{SECRET}@example.org", name=name)
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    python = Skill.objects.get(slug="python")
    resource, project = Resource.objects.order_by("pk")[0], Project.objects.order_by("pk")[0]
    role = Role.objects.get(slug="ai-engineer")
    services.set_goal(learner=learner, role=role, hours_per_week=8, weekdays=[1, 3], now=now)
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.log_study(learner=learner, skill=python, resource=resource, minutes=50, on=now.date(), now=now)
    services.add_evidence(learner=learner, skill=python, text=f"By {name}", now=now)
    asked = [AdSkill("python", 2, "must")]
    services.save_ad(learner=learner, title=f"Of {name}", role=role, skills=asked, text=f"By {name}", now=now)
    services.write_note(learner=learner, skill=python, text=f"By {name}")
    services.tick_resource(learner=learner, resource=resource, done=True, now=now)
    services.save_project_work(learner=learner, project=project, ticked=[], url=f"https://{name}.example/", now=now)
    kinds = {ReminderKind.STUDY: ReminderSetting(True, *reminders.DEFAULT_TIMES[ReminderKind.STUDY])}
    reminders.set_schedules(learner=learner, settings=kinds, quiet=None, paused_until=None, now=now)
    times = {"due_at": now, "not_before": now, "expires_at": now, "sent_at": now}
    Delivery.objects.create(learner=learner, kind=ReminderKind.STUDY, on=now.date(), state="sent", **times)
    tokens.issue(owner=learner, name=f"Of {name}", scope="read", days=DAYS, now=now)
    return learner


def by_token(learner: User, now: datetime) -> dict[str, str]:
    _token, text = tokens.issue(owner=learner, name="fuzz", scope="write", days=DAYS, now=now)
    return {"Authorization": f"Bearer {text}"}


def by_session(learner: User, csrf: str) -> dict[str, str]:
    client = Client()
    client.force_login(learner)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
    return {"Cookie": cookie, "X-CSRFToken": csrf}


def touched(known: dict[str, Any]) -> list[str]:
    """The tables in which rows of the account that sends no requests have changed."""
    found = account_data.export(User.objects.get(email=f"{QUIET}-{SECRET}@example.org"), now=datetime.now(UTC))
    return [table for table in found if table != "made_at" and found[table] != known["quiet"][table]]

"""Every route for every role: what is public, what requires a login, and that no one sees data of anyone else.

A route that is in no list here fails, so that someone has to decide about each new one.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts import tokens as access
from accounts.models import User
from guidance.catalog.models import Project, Resource, Role, Skill
from guidance.personal_data import account_data
from guidance.progress import services
from guidance.progress.learner_rows import AdSkill
from guidance.reminders import services as reminders
from guidance.reminders import tokens
from guidance.reminders.models import Delivery, ReminderKind
from guidance.reminders.services import ReminderSetting
from tests import factories

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CANARY = "lena-canary"
ROLES = ("anonymous", "owner", "other", "curator", "admin")

# GET is for everyone; what a learner sees in addition is their own data.
PUBLIC = {
    "web:home", "web:skills", "web:skill-map", "web:skill", "web:roles", "web:compare", "web:role", "web:industries",
    "web:industry", "web:milestone", "web:projects", "web:project", "web:guides", "web:guide", "web:resources", "web:questions",
    "web:about-the-data", "web:search", "web:start", "web:start-cv", "web:start-questions", "web:start-placement", "web:start-levels",
    "web:start-goal", "web:start-plan", "web:start-keep", "web:start-discard", "web:match", "web:match-levels", "web:ad-save", "web:out", "web:set-theme", "web:favicon",
    "web:robots", "web:sitemap", "web:privacy", "web:security-txt", "web:correction",
}  # fmt: skip
# For logged-in learners, about themselves.
LEARNER = {
    "web:dashboard", "web:plan", "web:goal", "web:plan-adjust", "web:overrides", "web:override", "web:choice", "web:plan-milestones", "web:milestone-project", "web:calendar-address",
    "web:changes-seen", "web:calendar-revoke", "web:log", "web:restore-session", "web:history", "web:own-reports", "web:settings", "web:data", "web:export",
    "web:reminders", "web:reminder-history", "web:reminder-answer", "web:reminder-resume", "web:reminder-zone",
    "web:reminder-address", "web:reminder-test", "web:tokens", "web:new-token", "web:import", "web:logins", "web:end-login", "web:end-other-logins",
    "web:levels", "web:undo-levels", "web:check", "web:review", "web:erase", "web:assess", "web:tick-unit", "web:untick-unit", "web:add-evidence", "web:note", "web:tick-resource", "web:project-work", "web:prove", "web:disprove",
    "web:ads", "web:ad-leave", "web:add-certificate", "web:proof-settings", "web:proof-on", "web:proof-off", "web:proof-address",
}  # fmt: skip
# Rows of one learner; for everyone else they do not exist.
OWN = {
    "web:remove-session", "web:undo-assessment", "web:remove-evidence", "web:evidence", "web:revoke-token", "web:quick-check", "web:report-item",
    "web:ad", "web:ad-skills", "web:ad-goal", "web:ad-remove", "web:ad-restore",
}  # fmt: skip
# The secret in the URL gives access.
SECRET = {
    "web:calendar-feed",
    "web:unsubscribe",
    "web:reminder-done",
    "web:reminder-snooze",
    "web:proof",
    "web:proof-resume",
    "web:proof-report",
}
# Tested elsewhere: health, demo mail, accounts, administration, API.
ELSEWHERE = (
    "livez",
    "readyz",
    "metrics",
    "demo-mail",
    "mail-reports",
    "account_",
    "mfa_",
    "admin:",
    "curation:",
    "api:",
)


def routes() -> Iterator[str]:
    def walk(resolver: URLResolver, namespace: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield f"{namespace}{pattern.name}"

    return walk(get_resolver(), "")


def test_every_route_is_in_one_list():
    known = [*PUBLIC, *LEARNER, *OWN, *SECRET]
    assert len(known) == len(set(known))
    unknown = {name for name in routes() if not name.startswith(ELSEWHERE)}
    assert unknown == set(known)


@pytest.fixture
def world(db, settings):
    """A catalogue with one record of each kind, and a learner who has something in every table."""
    settings.DEMO = True  # staff without a second factor
    settings.SECURITY_CONTACT = "mailto:security@waymark.example"
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document(
            "python", prerequisites={"sql": 1}, units={1: [{"id": "ask", "do": "Ask ten questions.", "minutes": 60}]}
        ),
        factories.check_document("python"),
        factories.resource_document("documentation", skills={"python": [0, 2]}),
        factories.project_document("report", proves={"python": 2}),
        factories.milestone_document("first-program", steps=[("python", 1)], projects=["report"]),
        factories.role_document("ai-engineer", requirements={"python": (2, 5)}, milestones=["first-program"]),
        factories.industry_document("healthcare"),
        factories.starting_point_document("backend-developer", levels={"sql": 1}),
        factories.guide_document("daily-work"),
        factories.question_document(),
        factories.fact_document(),
    )
    users = {name: User.objects.create_user(f"{name}@example.com") for name in ("owner", "other", "curator")}
    users["admin"] = User.objects.create_superuser("admin@example.com")
    users["curator"].is_staff = True
    users["curator"].save()
    users["curator"].groups.add(Group.objects.get(name="Curator"))
    owner, python = users["owner"], Skill.objects.get(slug="python")
    resource = Resource.objects.get()
    services.set_goal(
        learner=owner, role=Role.objects.get(), hours_per_week=5, weekdays=[1], deadline=date(2199, 1, 1), now=NOW
    )
    level = services.assess(learner=owner, skill=python, level=1, now=NOW)
    session = services.log_study(learner=owner, skill=python, resource=resource, minutes=77, on=NOW.date(), now=NOW)
    evidence = services.add_evidence(learner=owner, skill=python, text=CANARY, now=NOW)
    services.write_note(learner=owner, skill=python, text=CANARY)
    services.tick_resource(learner=owner, resource=resource, done=True, now=NOW)
    services.tick_unit(learner=owner, skill=python, level=1, key="ask", minutes=0, now=NOW)
    services.save_project_work(
        learner=owner, project=Project.objects.get(), ticked=[], url=f"https://example.com/{CANARY}", now=NOW
    )
    owner.name = CANARY
    services.save_profile(learner=owner)
    kinds = {ReminderKind.STUDY: ReminderSetting(True, *reminders.DEFAULT_TIMES[ReminderKind.STUDY])}
    reminders.set_schedules(learner=owner, settings=kinds, quiet=None, paused_until=None, now=NOW)
    times = {"due_at": NOW, "not_before": NOW, "expires_at": NOW, "sent_at": NOW}
    page = services.save_proof_page(
        learner=owner, now=NOW, name="lena", is_public=True, display_name=f"{CANARY} on purpose"
    )
    mail = Delivery.objects.create(learner=owner, kind=ReminderKind.STUDY, on=NOW.date(), state="sent", **times)
    secrets = {
        "web:calendar-feed": services.make_calendar_address(learner=owner, now=NOW),
        "web:unsubscribe": tokens.for_unsubscribing(owner.pk, ReminderKind.STUDY),
        "web:reminder-done": tokens.for_delivery(mail.pk),
        "web:reminder-snooze": tokens.for_delivery(mail.pk),
        **dict.fromkeys(("web:proof", "web:proof-resume", "web:proof-report"), page.name),
    }
    clients = {"anonymous": Client()}
    for name, user in users.items():
        clients[name] = Client()
        clients[name].force_login(user)
    objects = {"web:remove-session": session.pk, "web:undo-assessment": level.pk, "web:remove-evidence": evidence.pk}
    objects["web:evidence"] = evidence.pk
    asked = [AdSkill("python", 2, "must")]
    ad = services.save_ad(learner=owner, title=CANARY, role=Role.objects.get(), skills=asked, now=NOW)
    objects |= {f"web:{name}": ad.pk for name in ("ad", "ad-skills", "ad-goal", "ad-remove", "ad-restore")}
    token, _text = access.issue(owner=owner, name=CANARY, scope="read", days=30, now=NOW)
    objects["web:revoke-token"] = token.pk
    begun = services.begin_check(learner=owner, skill=python, level=1, now=NOW)
    objects["web:quick-check"] = objects["web:report-item"] = begun.pk
    return clients, objects, secrets, resource.pk


SLUGS = {
    "skill": "python",
    "role": "ai-engineer",
    "milestone": "first-program",
    "milestone-project": "first-program",
    "industry": "healthcare",
    "project": "report",
    "guide": "daily-work",
    # These have URLs only in the API.
    "area": "programming",
    "resource": "documentation",
    "question": "what-do-they-do",
    "starting-point": "backend-developer",
    "fact": "pay-2024",
}


def address(name: str, objects: dict[str, int], secrets: dict[str, str], resource: int) -> str:
    if name in objects:
        return reverse(name, args=[objects[name]])
    if name in SECRET:
        return reverse(name, args=[secrets[name]])
    if name in {"web:out", "web:tick-resource"}:
        return reverse(name, args=[resource])
    if name in {"web:tick-unit", "web:untick-unit"}:
        return reverse(name, args=["python", 1, "ask"])
    if name == "web:export":
        return reverse(name, args=["json"])
    if name == "web:correction":
        return reverse(name, args=["skill", "python"])
    kind = name.removeprefix("web:")
    slug = SLUGS.get(kind) or ("report" if kind in {"project-work", "prove", "disprove"} else "python")
    for arguments in ([], [slug]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:  # the other form
            continue
    raise AssertionError(name)


def asks_for_login(response) -> bool:
    location = response.headers.get("Location", "")
    return response.status_code == 302 and location.startswith(("/accounts/login/", "/accounts/reauthenticate/"))


def test_pages_for_everybody_are_shown_to_everybody(world):
    clients, *known = world
    for name in sorted(PUBLIC):
        for role, client in clients.items():
            response = client.get(address(name, *known))
            assert response.status_code < 400 or response.status_code == 405, (name, role)
            assert not asks_for_login(response), (name, role)


def test_pages_of_learners_ask_for_a_login(world):
    clients, *known = world
    for name in sorted(LEARNER | OWN):
        for method in ("get", "post"):
            response = getattr(clients["anonymous"], method)(address(name, *known))
            assert asks_for_login(response), (name, method)
        for role in ("owner", "curator", "admin"):
            if name not in OWN and name not in {"web:export", "web:erase", "web:new-token"}:
                assert not asks_for_login(clients[role].get(address(name, *known))), (name, role)


def test_nobody_sees_anything_of_anybody_else(world):
    clients, *known = world
    seen_by_owner = 0
    for name in sorted(PUBLIC | LEARNER):
        for role, client in clients.items():
            body = b"".join(client.get(address(name, *known), follow=True))
            if role == "owner":
                seen_by_owner += CANARY.encode() in body
            else:
                assert CANARY.encode() not in body, (name, role)
                assert b"1 h 17 min" not in body, (name, role)
    assert seen_by_owner > 5  # the word does appear on pages


def test_rows_of_somebody_else_are_not_there(world):
    clients, *known = world
    for name in sorted(OWN):
        for role in ("other", "curator", "admin"):
            response = clients[role].post(address(name, *known), {"event_id": uuid.uuid4()})
            assert response.status_code == 404, (name, role)
    response = clients["owner"].post(address("web:evidence", *known), {"text": CANARY})
    assert response.status_code == 303
    for name in sorted(OWN - {"web:evidence", "web:quick-check", "web:ad"}):  # these have tests of their own
        response = clients["owner"].post(address(name, *known), {"event_id": uuid.uuid4()})
        assert response.status_code == 303, name


def test_writes_of_one_learner_leave_another_as_they_were(world, settings):

    clients, *known = world
    owner = User.objects.get(email="owner@example.com")
    before = account_data.export(owner, now=NOW)
    fields = {
        "event_id": uuid.uuid4(), "level": 3, "text": "x", "url": "https://example.com", "done": 0, "minutes": 5,
        "skill": "python", "kind": "skip", "role": "ai-engineer", "hours_per_week": 9, "weekdays": [2], "name": "x",
        "time_zone": "UTC", "ticked": [], "learner": owner.pk, "user": owner.pk, "id": owner.pk,
    }  # fmt: skip
    for name in sorted(PUBLIC | LEARNER | OWN):
        if name not in {"web:erase", "web:set-theme"}:
            response = clients["other"].post(address(name, *known), fields)
            assert response.status_code < 500, name
    assert account_data.export(owner, now=NOW) == before
    assert User.objects.get(email="other@example.com").assessments.count() > 0


def test_secret_address_needs_no_login_and_no_cookie(world):
    clients, *known = world
    for name in sorted(SECRET):
        for client in clients.values():
            response = client.get(address(name, *known))
            assert response.status_code == 200
            assert not response.cookies

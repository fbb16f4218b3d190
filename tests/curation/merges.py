"""Two skills to be merged, named wherever a skill can be named, and learners who have both."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection

from accounts.models import User
from guidance.catalog import pack, record_store, snapshot
from guidance.catalog.models import Redirect, Role, Skill
from guidance.curation import operations
from guidance.curation.models import Operation
from guidance.curation.operations import OperationPlan, plan_merge
from guidance.personal_data import account_data
from guidance.progress.models import Goal, PlanOverride, Progress, StudyDay
from tests.factories import (
    guide_document,
    industry_document,
    project_document,
    publish,
    resource_document,
    role_document,
    skill_document,
    starting_point_document,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


def publish_dockers() -> None:
    """Publish Docker and Docker Compose, and records that name both or only one of them wherever a skill can be named."""
    publish(
        skill_document("linux"),
        skill_document(
            "docker", name="Docker", prerequisites={"linux": 1}, aliases=["Moby"], external={"esco": ["e:1"]}
        ),
        skill_document(
            "docker-compose",
            name="Docker Compose",
            prerequisites={"docker": 2},
            aliases=["Compose", {"name": "DC", "needs": ["container"]}],
            external={"esco": ["e:2", "e:1"], "onet": ["o:1"]},
        ),
        skill_document(
            "kubernetes",
            "See [Compose](/skills/docker-compose/#levels).\n",
            prerequisites={"docker-compose": 2, "docker": 1},
        ),
        skill_document("helm", prerequisites={"docker-compose": 1, "kubernetes": 1}),
        resource_document("docs", skills={"docker": [1, 2], "docker-compose": [0, 3]}),
        resource_document("course", skills={"docker-compose": [0, 2]}),
        role_document(
            "mlops-engineer",
            requirements={"docker-compose": (3, 2), "linux": (2, 1), "docker": (2, 5), "kubernetes": (2, 3)},
        ),
        role_document("data-engineer", requirements={"docker-compose": (1, 4)}),
        industry_document("finance", emphases={"docker": 0.5, "docker-compose": 1.0}),
        project_document("stack", proves={"docker-compose": 2, "docker": 3}),
        starting_point_document("operator", levels={"docker-compose": 1, "docker": 2}),
        guide_document("daily-work", "## What\n\nRead [this](/skills/docker-compose/) and [that](/skills/docker/).\n"),
    )
    Redirect.objects.create(kind="skill", slug="fig", record_id=Skill.objects.get(slug="docker-compose").pk)
    record_store.commit([Skill.objects.get(slug="docker-compose")], source="pack")
    snapshot.forget()


def do(plan: OperationPlan, by: User, **more) -> Operation:
    found = operations.apply(plan.request, plan.digest, by=by, now=NOW, **more)
    snapshot.forget()
    return found


def undo(operation: Operation, by: User) -> Operation:
    found = operations.undo(operation, by=by, now=NOW)
    snapshot.forget()
    return found


def merge(by: User) -> Operation:
    return do(plan_merge("skill", "docker-compose", "docker"), by)


def exported(folder: Path) -> dict[str, str]:
    pack.export(folder)
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.md"))}


def said(learner: User) -> str:
    return json.dumps(account_data.export(learner, now=NOW), cls=account_data.Encoder)


# A level from 1 to 4 on the first skill and from 1 to 3 on the second, and then half an hour on each.
BOTH = """unnest(%(learners)s::bigint[]) WITH ORDINALITY AS learners (learner, n),
    unnest(%(skills)s::bigint[], ARRAY[4, 3]) AS skills (skill, most)"""
LEVEL = "1 + (n - 1) %% most"
ROWS = (
    (
        "progress_assessment",
        'learner_id, skill_id, level, kind, event_id, at, "on"',
        f"learner, skill, {LEVEL}, 'self', gen_random_uuid(), %(at)s, %(on)s",
    ),
    (
        "progress_studysession",
        'learner_id, skill_id, minutes, event_id, at, "on"',
        "learner, skill, 30, gen_random_uuid(), %(at)s + interval '1 hour', %(on)s",
    ),
    (
        "progress_learnerskill",
        "learner_id, skill_id, level, stated, kind, since, since_on, minutes, total_minutes, touched_on",
        f"learner, skill, {LEVEL}, TRUE, 'self', %(at)s, %(on)s, 30, 30, %(on)s",
    ),
)


def many_learners(number: int) -> list[User]:
    """Make this many learners with levels and hours on both skills, a goal and a pin, with rows like those the services write."""
    one, two = Skill.objects.get(slug="docker-compose"), Skill.objects.get(slug="docker")
    role = Role.objects.get(slug="mlops-engineer")
    users = User.objects.bulk_create(User(email=f"learner-{n}@example.org") for n in range(number))
    seen = snapshot.current().revision
    Progress.objects.bulk_create(Progress(learner=user, version=1, seen_revision=seen) for user in users)
    Goal.objects.bulk_create(
        Goal(learner=user, role=role, hours_per_week=7, weekdays=[1, 3, 5], weekly_target=420, at=NOW, on=TODAY)
        for user in users
    )
    both = {"learners": [user.pk for user in users], "skills": [one.pk, two.pk], "at": NOW, "on": TODAY}
    with connection.cursor() as cursor:
        for table, columns, values in ROWS:
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {BOTH}", both)
    StudyDay.objects.bulk_create(StudyDay(learner=user, on=TODAY, minutes=60) for user in users)
    PlanOverride.objects.bulk_create(PlanOverride(learner=user, skill=one, kind="pin", at=NOW) for user in users)
    return users

"""`seed_learners N [--sessions N] [--due-now]`: creates synthetic learners for benchmarks, with goals, levels, a history and,
if asked for, a reminder that is due. They cannot log in: they have no password, and their addresses end in `.invalid`."""

from argparse import ArgumentParser
from datetime import UTC, datetime, time, timedelta
from itertools import batched
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from config.demo import reminders
from config.demo.simulation import seeded
from guidance.catalog import snapshot as catalogue
from guidance.catalog.kinds import Role
from guidance.catalog.snapshot import Snapshot
from guidance.progress.models import Assessment, Goal, LearnerSkill, Progress, StudyDay, StudySession

PREFIX, DOMAIN = "learner-", "seed.waymark.invalid"
BATCH = 100  # number of learners written together
ROWS = 5_000  # number of rows per statement
A_DAY = 4  # maximum number of sessions
TIME_ZONES = ("Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC")


class Command(BaseCommand):
    help = "Create N synthetic learners for benchmarks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="N", help="how many learners")
        parser.add_argument(
            "--sessions", type=int, default=100, metavar="N", help="study sessions of each learner (100)"
        )
        parser.add_argument("--due-now", action="store_true", help="give each learner a reminder that is due now")

    def handle(self, *args: Any, count: int, sessions: int, due_now: bool = False, **options: Any) -> None:
        if count < 1 or sessions < 0:
            raise CommandError("Set the number of learners to 1 or more and the number of sessions to 0 or more.")
        snapshot = catalogue.current()
        if not snapshot.roles or not snapshot.starting_points:
            raise CommandError("The catalogue is empty. Run load_catalog first.")
        first = _highest() + 1
        done = 0
        for numbers in batched(range(first, first + count), BATCH):
            seed(numbers, sessions, snapshot, due_now=due_now)
            done += len(numbers)
            self.report(done, count)
        self.stdout.write(f"added {count}, changed 0, removed 0")

    def report(self, done: int, count: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {count}", ending="\n" if done == count else "")
        elif done % (10 * BATCH) == 0 and done < count:
            self.stderr.write(f"{done} of {count}")


def _highest() -> int:
    """Returns the highest number of a learner; learners with lower numbers may have been deleted."""
    made = User.objects.filter(email__startswith=PREFIX, email__endswith=f"@{DOMAIN}")
    last = made.aggregate(email=Max("email"))["email"]  # the numbers have equal length, so they sort correctly
    return int(last.removeprefix(PREFIX).removesuffix(f"@{DOMAIN}")) if last else 0


@transaction.atomic
def seed(numbers: tuple[int, ...], sessions: int, snapshot: Snapshot, *, due_now: bool = False) -> list[User]:
    """Creates learners with these numbers; the same number gives the same learner, apart from the date."""
    now = timezone.now()
    password = make_password(None)
    users = User.objects.bulk_create(
        User(
            email=f"{PREFIX}{number:08}@{DOMAIN}",
            name=f"Learner {number}",
            time_zone=TIME_ZONES[number % len(TIME_ZONES)],
            password=password,
        )
        for number in numbers
    )
    goals: list[Goal] = []
    assessments: list[Assessment] = []
    skills: list[LearnerSkill] = []
    studied: list[StudySession] = []
    days: list[StudyDay] = []
    for number, user in zip(numbers, users, strict=True):
        past = SyntheticHistory(number, user, snapshot, sessions, now)
        goals.append(past.goal())
        studied += past.studied
        days += past.days()
        for skill in past.skills():
            skills.append(skill)
            if skill.level:
                assessments.append(past.assessment(skill))
    Progress.objects.bulk_create(Progress(learner=user, version=1) for user in users)
    Goal.objects.bulk_create(goals, ROWS)
    Assessment.objects.bulk_create(assessments, ROWS)
    LearnerSkill.objects.bulk_create(skills, ROWS)
    StudySession.objects.bulk_create(studied, ROWS)
    StudyDay.objects.bulk_create(days, ROWS)
    if due_now:
        reminders.due_now(learners=users, now=now)
    return users


class SyntheticHistory:
    """The history of one synthetic learner: a few sessions a day on the skills of a role, ending yesterday."""

    def __init__(self, number: int, user: User, snapshot: Snapshot, sessions: int, now: datetime) -> None:
        self.user, self.snapshot = user, snapshot
        self.chance = seeded(number)
        roles = list(snapshot.roles.values())
        points = list(snapshot.starting_points.values())
        self.role: Role = roles[number % len(roles)]
        self.levels = points[number % len(points)].levels
        yesterday = user.local_date(now) - timedelta(days=1)
        self.studied: list[StudySession] = []
        ids = [snapshot.skills[slug].id for slug in self.role.skills]
        day = yesterday
        while len(self.studied) < sessions:
            for _number in range(min(self.chance.randint(1, A_DAY), sessions - len(self.studied))):
                at = datetime.combine(day, time(self.chance.randint(6, 20)), tzinfo=UTC)
                minutes = self.chance.randrange(15, 125, 5)
                self.studied.append(
                    StudySession(learner=user, skill_id=self.chance.choice(ids), minutes=minutes, on=day, at=at)
                )
            day -= timedelta(days=self.chance.choice((1, 1, 1, 2, 2, 3)))
        self.studied.reverse()
        self.begin = day

    def at(self) -> datetime:
        return datetime.combine(self.begin, time(5), tzinfo=UTC)

    def goal(self) -> Goal:
        hours = self.chance.choice((4, 6, 8, 10))
        return Goal(
            learner=self.user,
            role_id=self.role.id,
            hours_per_week=hours,
            weekdays=[1, 2, 4, 6],
            weekly_target=hours * 60,
            at=self.at(),
            on=self.begin,
        )

    def days(self) -> list[StudyDay]:
        minutes: dict[Any, int] = {}
        for session in self.studied:
            minutes[session.on] = minutes.get(session.on, 0) + session.minutes
        return [StudyDay(learner=self.user, on=on, minutes=total) for on, total in minutes.items()]

    def skills(self) -> list[LearnerSkill]:
        levels = {self.snapshot.skills[slug].id: level for slug, level in self.levels.items()}
        minutes = dict.fromkeys(levels, 0)
        touched = dict.fromkeys(levels, self.begin)
        for session in self.studied:
            assert session.skill_id is not None
            minutes[session.skill_id] = minutes.get(session.skill_id, 0) + session.minutes
            touched[session.skill_id] = session.on
        return [
            LearnerSkill(
                learner=self.user,
                skill_id=skill,
                level=levels.get(skill, 0),
                stated=skill in levels,
                since=self.at() if skill in levels else None,
                since_on=self.begin if skill in levels else None,
                minutes=total,
                total_minutes=total,
                touched_on=touched[skill],
                studied_on=touched[skill] if total else None,
            )
            for skill, total in minutes.items()
        ]

    def assessment(self, skill: LearnerSkill) -> Assessment:
        return Assessment(
            learner=self.user,
            skill_id=skill.skill_id,
            level=skill.level,
            kind=Assessment.Source.SELF,
            at=self.at(),
            on=self.begin,
        )

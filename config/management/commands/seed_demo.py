"""`seed_demo`: creates the demo's three accounts, half a year of the learner's history with its reminders, the curator's
proposals and readers' reports. It can run any number of times: it adds what is missing, and never changes what people have done
since."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.demo import reminders
from config.demo.simulation import PlannedLevel, ReachedLevel, StudiedMinutes, follow
from guidance.catalog import kinds
from guidance.catalog import snapshot as catalogue
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Area, Industry, Kind, Project, Resource, Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.curation import inbox, permissions, proposals, publishing, record_documents
from guidance.curation.models import Proposal, ReaderReport
from guidance.progress import checks, services
from guidance.progress.learner_state import learner_state, learner_states
from guidance.progress.step_advice import has_items

PASSWORD = "waymark-demo"  # noqa: S105  known to everybody, which is why this runs in a demo only
ACCOUNTS: dict[str, dict[str, Any]] = {
    "learner@waymark.example": {"name": "Lena Learner", "time_zone": "Europe/Zurich"},
    "curator@waymark.example": {"name": "Carl Curator", "is_staff": True},
    "admin@waymark.example": {"name": "Ada Admin", "is_staff": True, "is_superuser": True},
}
LEARNER = "learner@waymark.example"
BACKGROUND = "backend-developer"
GOAL = ("ai-engineer", "healthcare")
WEEKS = 26
HOURS_PER_WEEK, WEEKDAYS = 8.0, (1, 2, 4, 6)
WEEKLY_TARGET = 6 * 60
REVIEWED = timedelta(weeks=4)  # time since the learner's last review
HOLIDAY = (timedelta(weeks=9), 10)  # time after the start, and number of days
TIGHT = timedelta(days=17)  # time between the deadline and the end of the plan, so that there is something to decide
SEED = 7
CURATOR, ADMIN = "curator@waymark.example", "admin@waymark.example"
READER = "reader@waymark.example"  # without an account
NEW_QUESTION = (
    "do-you-need-a-cloud-certificate",
    "Do you need a cloud provider’s certificate?",
    "Rarely. Few ads ask for one, and a deployment that you can show says more. If an employer pays for it, take it:"
    " preparing for it is a guided tour of services that you will meet anyway.\n",
)


class Command(BaseCommand):
    help = "Create any missing demo accounts. Works only in demo mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: accounts whose password everyone knows are created only in a demo.")
        created = [email for email, fields in ACCOUNTS.items() if self.seed(email, fields)]
        self.seed_curators()
        self.seed_proposals()
        self.seed_reports()
        learner = User.objects.get(email=LEARNER)
        self.seed_history(learner)
        if learner.goals.exists():
            reminders.demo(learner=learner, now=timezone.now())
        self.stdout.write(f"Demo accounts: {len(created)} made, {len(ACCOUNTS) - len(created)} there already.")

    @transaction.atomic
    def seed(self, email: str, fields: dict[str, Any]) -> bool:
        """Creates an account without the password validators, which would reject a password that is meant to be easy to type."""
        user = User.objects.filter(email=email).first()
        created = user is None
        if user is None:
            user = User.objects.create_user(email, PASSWORD, **fields)
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        return created

    @transaction.atomic
    def seed_curators(self) -> None:
        Group.objects.get(name=permissions.CURATOR).user_set.add(User.objects.get(email=CURATOR))

    @transaction.atomic
    def seed_proposals(self) -> None:
        """Creates one proposal by the curator in each state that needs action, and the administrator's comments on two."""
        curator, admin = User.objects.get(email=CURATOR), User.objects.get(email=ADMIN)
        if Proposal.objects.filter(author=curator).exists() or not Area.objects.exists():
            return
        slug, name, text = NEW_QUESTION
        proposals.propose([Document(Kind.QUESTION, slug, {"name": name}, text)], author=curator, submit=True)
        self.propose(
            Kind.ROLE, GOAL[0], {"summary": "Turns models, data and code into something that people rely on."}, ""
        )
        self.propose(
            Kind.RESOURCE, "ai-index-report", {"hours": 8}, "I read it again: the chapters on policy take longer."
        )
        soon = timezone.now().replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=3)
        if proposal := self.propose(Kind.SKILL, "kubernetes", {"demand": 30}, "Recounted this month."):
            publishing.schedule(proposal, by=admin, at=soon)
        if proposal := self.propose(
            Kind.GUIDE, "staying-current", {"tldr": "Read the release notes, skip the rest."}, "Shorter."
        ):
            publishing.reject(proposal, by=admin, words="Too short: keep the reason why two hours are enough.")

    @transaction.atomic
    def seed_reports(self) -> None:
        """Creates reports by readers with and without an account; two of them report the same thing."""
        snapshot = catalogue.current()
        if ReaderReport.objects.exists() or "sql" not in snapshot.skills or not snapshot.resources_of.get("python"):
            return
        learner, python = User.objects.get(email=LEARNER), snapshot.skills["python"]
        book = snapshot.resources[snapshot.resources_of["python"][0]]
        reports = [
            (inbox.subject_of_record(book), "dead-link", "The page asks me to log in now.", None, READER),
            (inbox.subject_of_record(book), "dead-link", "", None, ""),
            (
                inbox.subject_of_record(python),
                "unclear",
                "Explain what a virtual environment is before you use one.",
                None,
                "",
            ),
            (
                inbox.subject_of_record(snapshot.skills["sql"]),
                "wrong",
                "Level 1 took me twice as many hours.",
                learner,
                "",
            ),
            (inbox.subject_of_page("skills"), "idea", "Let me show only skills that have a check.", None, READER),
        ]
        for number, (subject, topic, text, sender, email) in enumerate(reports):
            inbox.receive(
                subject=subject,
                topic=topic,
                text=text,
                learner=sender,
                email=email,
                event_id=uuid4(),
                is_held=False,
                now=timezone.now() - timedelta(hours=5 * (len(reports) - number)),
            )

    def propose(self, kind: str, slug: str, change: dict[str, Any], why: str) -> Proposal | None:
        """Creates a proposal by the curator: in review if it has a reason, otherwise as a draft."""
        record = RECORD_MODELS[kind].objects.published().filter(slug=slug).first()
        if record is None:
            return None
        document = record_documents.document_of(record)
        document = replace(document, data={**document.data, **change})
        author = User.objects.get(email=CURATOR)
        return proposals.propose([document], author=author, note=why, submit=bool(why))[0]

    @transaction.atomic
    def seed_history(self, learner: User) -> None:
        """Creates half a year on the path from backend developer to AI engineer in healthcare, ending yesterday."""
        snapshot = catalogue.current()
        if learner.goals.exists() or GOAL[0] not in snapshot.roles or BACKGROUND not in snapshot.starting_points:
            return
        now = timezone.now()
        history = DemoHistory(learner, snapshot, learner.local_date(now))
        history.begin()
        history.study()
        history.look_ahead(now)


def answer_to(item: kinds.CheckItem, *, right: bool) -> list[str]:
    """Returns a right or wrong answer in the form in which a page sends it."""
    if checks.is_typed(item):
        return [str(item.answer) if right else "-1"]
    if item.kind == "order":
        options = item.options if right else item.options[::-1]
    else:
        fitting = tuple(option for option in item.options if option.right == right)
        options = fitting[:1] if item.kind == "choice" else fitting
    return [checks.option_id(option) for option in options]


class DemoHistory:
    """The history of the demo's learner, written by the same services as for any learner."""

    def __init__(self, learner: User, snapshot: Snapshot, today: date) -> None:
        self.learner, self.snapshot = learner, snapshot
        self.start = today - timedelta(weeks=WEEKS)
        self.yesterday = today - timedelta(days=1)
        self.skills = {skill.slug: skill for skill in Skill.objects.published()}
        self.role = Role.objects.get(slug=GOAL[0])
        self.industry = Industry.objects.filter(slug=GOAL[1]).first()
        self.said = 0  # number of self-reported levels

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        wall = datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(self.learner.time_zone))
        return wall.astimezone(UTC)

    def set_goal(self, day: date, **changes: Any) -> None:
        fields: dict[str, Any] = {
            "hours_per_week": HOURS_PER_WEEK,
            "weekdays": WEEKDAYS,
            "weekly_target": WEEKLY_TARGET,
        }
        services.set_goal(
            learner=self.learner, role=self.role, industry=self.industry, now=self.at(day, 8), **fields | changes
        )

    def begin(self) -> None:
        levels = self.snapshot.starting_points[BACKGROUND].levels
        services.assess_all(
            learner=self.learner,
            levels={self.skills[slug].pk: level for slug, level in levels.items()},
            now=self.at(self.start, 8),
        )
        away = self.start + HOLIDAY[0]
        self.holiday = [away + timedelta(days=day) for day in range(HOLIDAY[1])]
        self.set_goal(self.start, hours_per_week=HOURS_PER_WEEK - 1, days_off=self.holiday)
        self.set_goal(self.start + timedelta(weeks=6))

    def study(self) -> None:
        state = learner_state(self.learner, snapshot=self.snapshot, now=self.at(self.start, 9))
        assert state.goal_state is not None
        steps, levels = state.goal_state.plan.steps, dict(state.levels)
        planned = [self.snapshot.projects[step.project] for step in steps if step.project is not None]
        happened = follow(
            [
                PlannedLevel(step.skill, step.to_level, round(step.hours * 60))
                for step in steps
                if step.skill is not None
            ],
            start=self.start,
            until=self.yesterday,
            hours_per_week=HOURS_PER_WEEK,
            weekdays=WEEKDAYS,
            days_off=self.holiday,
            seed=SEED,
        )
        starting, reviewing = self.starting_checks(), self.days_of_reviews()
        for number, happening in enumerate(happened):
            at = self.at(happening.on, 19, number % 60)
            while starting and starting[0][0] <= happening.on:
                day, slug, level = starting.pop(0)
                self.check(slug, level, self.at(day, 18))
            while reviewing and reviewing[0] <= happening.on:
                self.review(reviewing.pop(0), passed=bool(reviewing))
            match happening:
                case StudiedMinutes(on=day, skill=slug, minutes=minutes):
                    services.log_study(
                        learner=self.learner,
                        skill=self.skills[slug],
                        resource=self.resource(slug),
                        minutes=minutes,
                        on=day,
                        now=at,
                    )
                case ReachedLevel(skill=slug, level=level):
                    self.reach(slug, level, at)
                    levels[slug] = level
                    # nobody checks a level that they have passed
                    starting = [check for check in starting if check[1] != slug]
                    for project in planned:
                        is_last = project.proves.get(slug) == level
                        if is_last and all(levels.get(other, 0) >= n for other, n in project.proves.items()):
                            self.complete(project, at)

    def resource(self, slug: str) -> Resource | None:
        """Returns the resource that the learner uses: the first free one."""
        known = [self.snapshot.resources[name] for name in self.snapshot.resources_of[slug]]
        free = next((resource for resource in known if resource.cost == 0), None)
        return Resource(pk=free.id) if free else None

    def reach(self, slug: str, level: int, at: datetime) -> None:
        """Reaches the level with a project that proves exactly that level, otherwise by self-report."""
        project = next(
            (
                record
                for name in self.snapshot.projects_of[slug]
                if (record := self.snapshot.projects[name]).proves[slug] == level and level > 1
            ),
            None,
        )
        if project is None:
            services.assess(learner=self.learner, skill=self.skills[slug], level=level, now=at)
            self.said += 1
            if self.said % 4:
                self.check(slug, level, at + timedelta(minutes=5))
        else:
            row, url = self.complete(project, at)
            services.prove_by_project(
                learner=self.learner, project=row, levels={self.skills[slug].pk: level}, url=url, now=at
            )
        if resource := self.resource(slug):
            services.tick_resource(learner=self.learner, resource=resource, done=True, now=at)

    def starting_checks(self) -> list[tuple[date, str, int]]:
        """Returns one check a week (day, skill, level) of the levels that the learner started with, for five skills in six."""
        levels = self.snapshot.starting_points[BACKGROUND].levels
        can = [(slug, level) for slug, most in levels.items() if (level := self.level_to_check(slug, most))]
        chosen = [item for number, item in enumerate(can) if number % 6 != 5]
        weeks = (self.start + timedelta(weeks=number, days=2) for number in range(1, len(chosen) + 1))
        return [(day, slug, level) for day, (slug, level) in zip(weeks, chosen, strict=True)]

    def level_to_check(self, slug: str, most: int) -> int:
        """Returns the highest level up to `most` that has check items; 0 if none."""
        return max((n for n in range(1, most + 1) if has_items(slug, n, self.snapshot)), default=0)

    def check(self, slug: str, level: int, at: datetime) -> None:
        if has_items(slug, level, self.snapshot):
            services.pass_check(learner=self.learner, skill=self.skills[slug], level=level, now=at)

    def days_of_reviews(self) -> list[date]:
        """Returns the days on which the learner reviews: one a week, the last some weeks ago. Reviews that became due since are
        left open."""
        weeks = (self.start + timedelta(weeks=number, days=3) for number in range(1, WEEKS))
        return [day for day in weeks if day <= self.yesterday - REVIEWED]

    def review(self, day: date, *, passed: bool) -> None:
        """Reviews the skills that are due on that day."""
        now = self.at(day, 18, 30)
        due = learner_states([self.learner], snapshot=self.snapshot, now=now)[self.learner.pk].due_reviews
        for item in due:
            check = services.begin_review(learner=self.learner, skill=self.skills[item.skill], now=now)
            state = services.check_state(self.learner, check, self.snapshot)
            while (asked := state.current) is not None:
                given = answer_to(asked, right=passed)
                state = services.answer_item(learner=self.learner, check=check, item=asked.key, given=given, now=now)

    def complete(self, project: kinds.Project, at: datetime) -> tuple[Project, str]:
        """Completes a project. Returns its row and the URL of the learner's work."""
        row, url = Project.objects.get(pk=project.id), f"https://example.com/lena/{project.slug}"
        services.save_project_work(learner=self.learner, project=row, ticked=project.checklist, url=url, now=at)
        return row, url

    def look_ahead(self, now: datetime) -> None:
        """Adds future days off, a deadline that is a little too early, and a note on the current skill."""
        today = self.yesterday + timedelta(days=1)
        winter = date(today.year + (today > date(today.year, 12, 23)), 12, 24)
        self.set_goal(today, days_off=[winter + timedelta(days=day) for day in range(9)])
        goal_state = learner_state(self.learner, snapshot=self.snapshot, now=now).goal_state
        if goal_state is None or goal_state.plan.finish is None:
            return
        self.set_goal(today, deadline=max(goal_state.plan.finish - TIGHT, today))
        if learning := next((step.skill for step in goal_state.plan.steps if step.skill is not None), None):
            services.write_note(
                learner=self.learner,
                skill=self.skills[learning],
                text="Next time: work through the examples by hand first, then with the library.",
            )

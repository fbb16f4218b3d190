"""What the tests of the plan share: its day, the orders of `milestones`, and helpers."""

from datetime import UTC, date, datetime

from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from guidance.progress.learner_state import learner_state

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 11, 24)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
USUAL = [("git", 1), ("cobol", 1), ("sql", 1), ("python", 1), ("python", 2)]
SHORTER = [("git", 1), ("sql", 1), ("python", 1), ("python", 2), ("cobol", 1)]


def set_goal(learner, **changes):
    fields = {"role": Role.objects.get(slug="ai-engineer"), "hours_per_week": 7, "weekdays": EVERY_DAY, "now": NOW}
    return services.set_goal(learner=learner, **fields | changes)


def skill(slug):
    return Skill.objects.get(slug=slug)


def now_of(learner):
    return learner_state(learner, snapshot=snapshot.current(), now=datetime.now(UTC))


def rows(response):
    page = response.context["page"]
    return [(row.step.skill, row.step.to_level) for row in page.rows]

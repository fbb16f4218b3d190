from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from tests import factories
from tests.web.plan.plans import NOW


@pytest.fixture
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("noor@waymark.example", name="Noor Example")


@pytest.fixture
def client(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def catalogue():
    """Python needs SQL 1; Git is independent of them. Level 1 of a skill takes 4 hours, level 2 another 12."""
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("git", effort=[5, 12, 30, 60]),
        factories.skill_document("cobol"),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "git": (1, 1)}),
        factories.industry_document("healthcare", emphases={"python": 1.0}),
    )


@pytest.fixture
def milestones(catalogue):
    """Git, then Cobol, then Python, which has the largest weight. Of 33 hours, 26 fit before the deadline of `late`."""
    factories.publish(
        factories.skill_document("cobol", effort=[8, 12, 30, 60]),
        factories.milestone_document("shared-code", steps=[("git", 1)]),
        factories.milestone_document("old-code", steps=[("cobol", 1)]),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2)]),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (2, 5), "git": (1, 1), "cobol": (1, 1)},
            milestones=["shared-code", "old-code", "programs"],
            apply_after="old-code",
        ),
    )

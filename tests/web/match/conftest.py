import pytest

from accounts.models import User
from tests.factories import publish, role_document, skill_document


@pytest.fixture(autouse=True)
def catalogue(db):
    publish(
        skill_document("sql", name="SQL", kind="tool", effort=[5, 10, 20, 40]),
        skill_document("python", kind="tool", effort=[10, 20, 30, 40]),
        skill_document("java", kind="tool"),
        skill_document("kafka", kind="tool", effort=[4, 8, 16, 32], prerequisites={"sql": 2}),
        skill_document("spark", kind="tool", effort=[6, 12, 18, 24], prerequisites={"sql": 2}),
        role_document("data-engineer", requirements={"kafka": (3, 5), "python": (1, 3)}),
        role_document("analyst", requirements={"sql": (2, 5), "python": (2, 1)}),
    )


@pytest.fixture
def noor(signed_in) -> User:
    return User.objects.get()

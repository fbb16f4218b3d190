from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import is_logged_in, log_in

pytestmark = pytest.mark.django_db

NAMES = ["admin", "curator", "learner"]


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True


def test_seed_demo_makes_three_accounts_that_can_log_in():
    assert seed() == "Demo accounts: 3 made, 0 there already.\n"
    for name in NAMES:
        client = Client()
        log_in(client, f"{name}@waymark.example", "waymark-demo")
        assert is_logged_in(client)


def test_seed_demo_is_quick_when_nothing_is_missing(hashes):
    seed()
    hashes.clear()
    before = list(User.objects.order_by("email").values())
    assert seed() == "Demo accounts: 0 made, 3 there already.\n"
    assert hashes == []
    assert list(User.objects.order_by("email").values()) == before
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 3


def test_seed_demo_gives_least_rights():
    seed()
    rights = {user.email.partition("@")[0]: (user.is_staff, user.is_superuser) for user in User.objects.all()}
    assert rights == {"learner": (False, False), "curator": (True, False), "admin": (True, True)}
    curator = User.objects.get(email="curator@waymark.example")
    permissions = curator.get_all_permissions()
    assert "catalog.change_skill" in permissions
    assert not [name for name in permissions if ".delete_" in name or not name.startswith("catalog.")]


def test_seed_demo_keeps_a_changed_password():
    seed()
    learner = User.objects.get(email="learner@waymark.example")
    learner.set_password("changed since")
    learner.save()
    seed()
    learner.refresh_from_db()
    assert learner.check_password("changed since")


def test_seed_demo_refuses_outside_of_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        seed()
    assert User.objects.count() == 0

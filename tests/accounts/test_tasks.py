from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts import services, tasks
from accounts.models import Session, User

pytestmark = pytest.mark.django_db


def test_clear_expired_forgets_old_sessions_and_sign_ups_nobody_confirmed(make_user):
    now = timezone.now()
    for key, hours in (("old", -1), ("live", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(hours=hours))
    make_user("confirmed@example.org")
    make_user("recent@example.org", verified=False)
    old = make_user("old@example.org", verified=False)
    staff = make_user("staff@example.org", verified=False, is_staff=True)
    User.objects.filter(pk__in=[old.pk, staff.pk]).update(date_joined=now - timedelta(days=8))
    assert services.clear_expired(now=now) == (1, 1)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]
    assert not User.objects.filter(email="old@example.org").exists()
    assert User.objects.count() == 3
    assert EmailAddress.objects.count() == 3


def test_clear_expired_task_may_run_twice(make_user):
    make_user()
    tasks.clear_expired()
    tasks.clear_expired()
    assert User.objects.count() == 1

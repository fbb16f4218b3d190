from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.database import read_row
from accounts.models import Session, User

pytestmark = pytest.mark.django_db


def test_row_is_read_as_the_orm_reads_it(make_user):
    user = make_user("lena@example.com")
    user.last_login = timezone.now()
    user.save()
    Session.objects.create(
        session_key="abc", session_data="{}", expire_date=timezone.now() + timedelta(1), user_id=user.pk
    )
    for model, key in ((User, user.pk), (Session, "abc")):
        row, same = read_row(model, f"{model._meta.pk.column} = %s", key), model.objects.get(pk=key)
        assert vars(row).keys() == vars(same).keys()
        assert all(getattr(row, field.attname) == getattr(same, field.attname) for field in model._meta.concrete_fields)
    assert read_row(User, "id = %s", 0) is None

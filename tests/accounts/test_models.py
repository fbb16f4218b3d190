import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_user_email_is_stored_in_lower_case():
    assert User.objects.create_user(" Lena@Example.ORG ").email == "lena@example.org"


def test_user_email_is_unique_whatever_the_case():
    User.objects.create_user("lena@example.org")
    with pytest.raises(ValidationError, match="already an account"):
        User(email="LENA@example.org", password="x").full_clean()
    with pytest.raises(IntegrityError):
        User.objects.create_user("LENA@example.org")


def test_user_email_in_upper_case_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="user_email_in_lower_case"):
        User.objects.create(email="Lena@example.org")


def test_user_is_found_by_natural_key_whatever_the_case():
    user = User.objects.create_user("lena@example.org")
    assert User.objects.get_by_natural_key("Lena@Example.org") == user


@pytest.mark.parametrize("zone", ["Europe/Zurich", "UTC", "America/Argentina/Ushuaia"])
def test_user_time_zone_accepts_known_ones(zone):
    User(email="lena@example.org", password="x", time_zone=zone).full_clean()


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "europe/zurich"])
def test_user_time_zone_refuses_others(zone):
    with pytest.raises(ValidationError) as error:
        User(email="lena@example.org", password="x", time_zone=zone).full_clean()
    assert list(error.value.message_dict) == ["time_zone"]


def test_user_name_falls_back_to_the_address():
    assert str(User(email="lena@example.org")) == "lena@example.org"
    assert User(email="lena@example.org", name="Lena Learner").get_short_name() == "Lena"

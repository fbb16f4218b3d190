import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from config.checks import TAG, check_database_version, refuse_bad_environment

GOOD = {
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "SITE_URL": "https://waymark.example",
    "ALLOWED_HOSTS": ["waymark.example"],
    "TRUSTED_PROXY_COUNT": 1,
    "DEBUG": False,
    "DEMO": False,
    "LOG_LEVEL": "INFO",
    "METRICS_TOKEN": "",
    "MAIL_REPORT_TOKEN": "",
    "HSTS_PRELOAD": False,
    "HSTS_INCLUDE_SUBDOMAINS": False,
    "MAILERS": {"default": {"OPTIONS": {"host": "mail.example"}}},
}


def found(settings, **changes: object) -> list[str]:
    for name, value in {**GOOD, **changes}.items():
        setattr(settings, name, value)
    return [str(message.id) for message in run_checks(tags=[TAG])]


def test_checks_find_nothing_in_a_good_environment(settings):
    assert found(settings) == []


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"SECRET_KEY": "short"}, ["waymark.E001"]),
        ({"HSTS_PRELOAD": True}, ["waymark.E011"]),
        ({"HSTS_PRELOAD": True, "HSTS_INCLUDE_SUBDOMAINS": True}, []),
        ({"SECRET_KEY": "a" * 60}, ["waymark.E001"]),
        ({"SECRET_KEY": "django-insecure-" + "0123456789abcdefghij" * 3}, ["waymark.E001"]),
        ({"SECRET_KEY": "short", "DEBUG": True}, []),
        ({"SITE_URL": "waymark.example"}, ["waymark.E002"]),
        ({"SITE_URL": "ftp://waymark.example"}, ["waymark.E002"]),
        ({"SITE_URL": "https://waymark.example/path"}, ["waymark.E002"]),
        ({"SITE_URL": "https://user@waymark.example"}, ["waymark.E002"]),
        ({"SITE_URL": "https://waymark.example:port"}, ["waymark.E002"]),
        ({"SITE_URL": ""}, ["waymark.E002"]),
        ({"SITE_URL": "http://waymark.example"}, ["waymark.E003"]),
        ({"SITE_URL": "http://waymark.example", "DEBUG": True}, []),
        ({"SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": ["localhost"]}, ["waymark.W001"]),
        ({"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["127.0.0.1"]}, ["waymark.W001"]),
        ({"SITE_URL": "http://[::1]:8000", "ALLOWED_HOSTS": ["[::1]"]}, ["waymark.W001"]),
        ({"SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": ["localhost"], "DEMO": True}, []),
        ({"SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": ["localhost"], "DEBUG": True}, []),
        ({"ALLOWED_HOSTS": ["other.example"]}, ["waymark.E004"]),
        ({"ALLOWED_HOSTS": []}, ["waymark.E004"]),
        ({"ALLOWED_HOSTS": [".example"]}, []),
        ({"TRUSTED_PROXY_COUNT": 0}, ["waymark.I001"]),
        ({"TRUSTED_PROXY_COUNT": -1}, ["waymark.E005"]),
        ({"LOG_LEVEL": "LOUD"}, ["waymark.E006"]),
        ({"LOG_LEVEL": "DEBUG"}, []),
        ({"DEMO": True}, ["waymark.E009"]),
        ({"DEMO": True, "SITE_URL": "http://demo.local:8000", "ALLOWED_HOSTS": ["demo.local"]}, []),
        ({"DEMO": True, "SITE_URL": "http://192.168.1.7:8000", "ALLOWED_HOSTS": ["192.168.1.7"]}, []),
        ({"DEMO": True, "SITE_URL": "http://8.8.8.8:8000", "ALLOWED_HOSTS": ["8.8.8.8"]}, ["waymark.E009"]),
        ({"METRICS_TOKEN": "short"}, ["waymark.E010"]),
        ({"MAIL_REPORT_TOKEN": "short"}, ["waymark.E011"]),
        ({"MAILERS": {"default": {"OPTIONS": {"host": "localhost"}}}}, ["waymark.I002"]),
        ({"METRICS_TOKEN": "0123456789abcdefghij"}, []),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_checks_name_what_is_wrong(settings, changes, ids):
    assert found(settings, **changes) == ids


def test_checks_accept_the_database_of_the_tests(db):
    assert check_database_version(None, databases=["default"]) == []


def test_checks_refuse_an_old_database(db, monkeypatch):
    monkeypatch.setattr("config.checks.POSTGRESQL_VERSION", 99)
    assert [message.id for message in check_database_version(None, databases=["default"])] == ["waymark.E008"]


def test_checks_leave_the_database_alone_unless_asked(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert check_database_version(None, databases=None) == []


def test_refusal_says_everything_at_once(settings):
    found(settings, SECRET_KEY="short", LOG_LEVEL="LOUD")
    with pytest.raises(ImproperlyConfigured) as error:
        refuse_bad_environment()
    first, second = str(error.value).splitlines()
    assert first.startswith("SECRET_KEY is too easy to guess. Set it to 50 or more random characters")
    assert second == "LOG_LEVEL is 'LOUD'. Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL. (waymark.E006)"

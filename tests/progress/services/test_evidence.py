from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Evidence

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CERTIFICATE = {
    "name": " Python Programmer ",
    "issuer": "Example Institute",
    "issued_on": date(2026, 5, 31),
    "url": "HTTPS://example.com/42",
}


@pytest.fixture
def lena(db) -> User:
    return User.objects.create_user("lena@example.com")


def test_certificate_is_stored_as_what_it_is_and_raises_no_level(lena, python):
    made = services.add_certificate(learner=lena, skill=python, now=NOW, **CERTIFICATE)
    assert (made.kind, made.name, made.url, str(made)) == (
        "certificate",
        "Python Programmer",
        "https://example.com/42",
        "Python Programmer",
    )
    assert learner_state(lena, snapshot=snapshot.current(), now=NOW).levels == {}
    changed = CERTIFICATE | {"name": "Python Expert", "url": ""}
    services.change_certificate(learner=lena, certificate=made, now=NOW, **changed)
    assert lena.evidences.values_list("name", "url").get() == ("Python Expert", "")
    services.remove_evidence(learner=lena, evidence=made)
    assert not lena.evidences.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 121),
        ("name", "Mail lena@example.com"),
        ("issuer", ""),
        ("issuer", "two\nlines"),
        ("issued_on", date(2026, 11, 26)),
        ("url", "javascript:alert(1)"),
    ],
)
def test_what_a_certificate_cannot_be(lena, python, field, value):
    with pytest.raises(ValidationError) as error, transaction.atomic():
        services.add_certificate(learner=lena, skill=python, now=NOW, **CERTIFICATE | {field: value})
    assert list(error.value.message_dict) == [field]
    assert not Evidence.objects.exists()


def test_work_can_be_changed_but_says_something(lena, python):
    work = services.add_evidence(learner=lena, skill=python, text="A parser.", now=NOW)
    services.change_evidence(learner=lena, evidence=work, url="https://example.com", text="")
    assert lena.evidences.values_list("url", "text").get() == ("https://example.com", "")
    with pytest.raises(ValidationError), transaction.atomic():
        services.change_evidence(learner=lena, evidence=work, url="", text=" ")


def test_database_holds_what_each_kind_has(lena, python):
    day = {"learner": lena, "skill": python, "on": NOW.date()}
    for fields in (
        {"kind": "certificate", "name": "A", "issuer": "B"},
        {"kind": "certificate", "name": "A", "issued_on": NOW.date()},
        {"kind": "work", "text": "a", "name": "A"},
        {"kind": "diploma", "text": "a"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.create(**day, **fields)


def test_a_release_without_kinds_can_add_evidence_while_this_one_is_deployed(lena, python):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO progress_evidence (learner_id, skill_id, event_id, at, "on", url, text)
               VALUES (%s, %s, gen_random_uuid(), now(), now(), '', 'A parser.')""",
            [lena.pk, python.pk],
        )
    assert (lena.evidences.get().kind, lena.evidences.get().issued_on) == ("work", None)

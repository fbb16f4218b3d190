from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from guidance.personal_data import account_data
from guidance.progress import services
from guidance.progress.models import ProofPage, ProofPageName

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def lena(db) -> User:
    return User.objects.create_user("lena@example.com")


@pytest.fixture
def marek(db) -> User:
    return User.objects.create_user("marek@example.com")


def save(learner, name="lena", *, is_public=True, **shown):
    return services.save_proof_page(learner=learner, now=NOW, name=name, is_public=is_public, **shown)


def refusal(learner, name) -> tuple[list[str], str]:
    with pytest.raises(ValidationError) as error, transaction.atomic():
        save(learner, name)
    return list(error.value.message_dict), error.value.error_dict["name"][0].code


def test_page_is_at_its_name_while_it_is_on_and_the_account_is_active(lena):
    page = save(lena, "Lena-Example ")
    assert page.name == "lena-example"
    assert services.proof_page_at("LENA-example") == page
    assert services.revoke_proof_page(learner=lena, now=NOW)
    assert services.proof_page_at("lena-example") is None
    assert not services.revoke_proof_page(learner=lena, now=NOW)
    services.turn_on_proof_page(learner=lena, now=NOW)
    assert services.proof_page_at("lena-example") == page
    User.objects.filter(pk=lena.pk).update(is_active=False)
    assert services.proof_page_at("lena-example") is None


def test_page_is_off_until_it_is_turned_on(lena):
    save(lena, is_public=False)
    assert services.proof_page_at("lena") is None
    assert services.turn_on_proof_page(learner=User.objects.create_user("a@example.com"), now=NOW) is None


def test_a_name_once_used_is_never_given_to_anybody_else(lena, marek):
    save(lena, "first")
    save(lena, "second")
    assert refusal(marek, "first") == refusal(marek, "second") == (["name"], "taken")
    assert save(lena, "first").name == "first"
    services.revoke_proof_page(learner=lena, now=NOW)
    account_data.erase(lena)
    assert refusal(marek, "first") == refusal(marek, "second") == (["name"], "taken")
    assert not ProofPage.objects.exists()
    assert set(ProofPageName.objects.values_list("learner", flat=True)) == {None}


def test_a_name_that_is_refused_changes_nothing(lena, marek):
    save(marek, "marek")
    save(lena, "lena", display_name="Lena")
    with pytest.raises(ValidationError), transaction.atomic():
        save(lena, "marek", display_name="Marek")
    page = ProofPage.objects.get(learner=lena)
    assert (page.name, page.display_name) == ("lena", "Lena")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("admin", "reserved"),
        ("waymark-team", "reserved"),
        ("skills", "reserved"),
        ("fuck-you", "reserved"),
        ("a55", "reserved"),
        ("b-i-t-c-h", "reserved"),
        ("ab", "min_length"),
        ("a" * 41, "max_length"),
        ("lena_example", "invalid"),
        ("lena--example", "invalid"),
        ("-lena", "invalid"),
        ("läna", "invalid"),
        ("resume.json", "invalid"),
    ],
)
def test_names_that_nobody_gets(lena, name, code):
    assert refusal(lena, name) == (["name"], code)


def test_names_of_people_and_places_are_free(lena):
    for name in ("essex", "scunthorpe", "hancock", "dickens", "cassandra", "who-really"):
        assert save(lena, name).name == name


def test_without_a_name_the_address_is_secret_and_stays_until_a_new_one_is_made(lena):
    secret = save(lena, "").name
    assert services.has_secret_name(ProofPage.objects.get())
    assert len(secret) == 20
    assert save(lena, None).name == secret
    assert save(lena, "lena").name == "lena"
    assert save(lena, "").name not in {secret, "lena"}
    page = services.new_proof_address(learner=lena, now=NOW)
    assert services.proof_page_at(page.name) is not None
    assert services.proof_page_at(secret) is None


def test_no_email_address_gets_on_the_page(lena):
    for name in ("lena@example.com", "Lena (lena@example.com)"):
        with pytest.raises(ValidationError) as error, transaction.atomic():
            save(lena, display_name=name)
        assert list(error.value.message_dict) == ["display_name"]


def test_page_that_was_taken_down_cannot_be_turned_on(lena):
    page = save(lena)
    services.take_down_proof_page(page=page, now=NOW)
    assert services.proof_page_at("lena") is None
    with pytest.raises(ValidationError), transaction.atomic():
        services.turn_on_proof_page(learner=lena, now=NOW)
    with pytest.raises(ValidationError), transaction.atomic():
        save(lena)
    assert save(lena, is_public=False).name == "lena"
    services.take_down_proof_page(page=page, now=None)
    services.turn_on_proof_page(learner=lena, now=NOW)
    assert services.proof_page_at("lena") is not None


def test_database_refuses_what_is_no_name(lena):
    for name in ("Lena", "lena/example", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProofPage.objects.create(learner=lena, name=name)

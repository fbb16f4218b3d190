from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone

from accounts import emails, outbox, tokens
from accounts.models import OutgoingMail, User
from tests.accounts.conftest import link_in
from tests.accounts.test_signup import sign_up

pytestmark = pytest.mark.django_db
Kind = OutgoingMail.MailKind


@pytest.fixture
def lena(make_user) -> User:
    return make_user()


def written(user: User | None, kind: str, **context: object) -> OutgoingMail:
    outbox.write(kind=kind, user=user, address=user.email if user else "", **context)
    return OutgoingMail.objects.latest("created_at")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_words(kind):
    for part in ("subject", "message"):
        get_template(f"{kind}_{part}.txt")


def test_letter_is_of_the_site_and_the_same_in_every_attempt(lena, settings):
    settings.SITE_URL = "https://waymark.example:8443"
    mail = written(lena, Kind.PASSWORD_CHANGED)
    first, second = emails.compose(mail), emails.compose(mail)
    assert first.message()["Message-ID"] == second.message()["Message-ID"] == f"<{mail.pk}@waymark.example>"
    assert (first.to, first.from_email) == ([lena.email], settings.DEFAULT_FROM_EMAIL)


def test_notice_says_when_it_happened_and_not_when_it_is_sent(lena):
    mail = written(lena, Kind.EMAIL_CHANGED, from_email="old@example.org", to_email="new@example.org")
    OutgoingMail.objects.update(created_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    mail.refresh_from_db()
    text = emails.compose(mail).body
    assert "changed from old@example.org to new@example.org" in text
    assert "This happened on 1 March 2026, 12:30 UTC." in text


def test_token_is_told_of_after_it_is_gone(lena):
    token, _text = tokens.issue(
        owner=lena, name="Weekly <report>", scope="write", days=7, now=datetime(2026, 3, 1, 12, tzinfo=UTC)
    )
    token.delete()
    text = emails.compose(OutgoingMail.objects.get()).body
    assert f"“Weekly <report>” was created for your Waymark account. It starts with {token.prefix}" in text
    assert "expires on 8 March 2026. Anyone who has it can read and change your data." in text


def test_link_to_reset_is_made_when_the_mail_is(lena, client, time_machine):
    time_machine.move_to(timezone.now())
    mail = written(lena, Kind.RESET)
    time_machine.shift(timedelta(hours=3))
    link = link_in(emails.compose(mail))
    time_machine.shift(timedelta(minutes=59))
    assert "no longer works" not in client.get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (Kind.RESET, lambda user: User.objects.filter(pk=user.pk).update(is_active=False)),
        (Kind.RESET, lambda user: User.objects.filter(pk=user.pk).update(email="moved@example.org")),
        (Kind.CONFIRM_SIGN_UP, lambda user: EmailAddress.objects.update(verified=True)),
        (Kind.CONFIRM_ADDRESS, lambda user: EmailAddress.objects.all().delete()),
    ],
)
def test_what_is_over_is_not_written(make_user, kind, change):
    user = make_user(verified=False)
    mail = written(user, kind)
    assert emails.compose(mail)
    change(user)
    assert emails.compose(OutgoingMail.objects.get()) is None


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TAKEN])
def test_nothing_is_written_to_nobody(kind):
    assert emails.compose(written(None, kind)) is None


def test_letter_is_the_same_as_text_and_as_html(mailoutbox):
    sign_up(Client(), "lena@example.org")
    [(html, mimetype)] = mailoutbox[0].alternatives
    assert mimetype == "text/html"
    assert link_in(mailoutbox[0]) in html

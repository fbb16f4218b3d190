from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import AccessToken, Session, User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LIST, NEW = "/settings/tokens/", "/settings/tokens/new/"
ASKED = {"name": "Weekly report", "scope": "read", "days": "30"}


@pytest.fixture
def lena(db) -> User:
    user = User.objects.create_user("lena@example.org", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def client(lena) -> Client:
    """A browser that logged in some time ago."""
    client = Client()
    client.force_login(lena)
    return client


@pytest.fixture
def trusted(client) -> Client:
    """A browser in which the password was entered a moment ago."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def make(owner, **asked):
    return tokens.issue(owner=owner, **{"name": "Report", "scope": "read", "days": 30, "now": timezone.now(), **asked})


def test_page_without_tokens_says_what_they_are_for(client, problems_of):
    page = client.get(LIST)
    assert "You have no tokens." in page.text
    assert f'href="{NEW}"' in page.text
    assert problems_of(page.text) == []


def test_making_a_token_asks_for_the_password(client):
    for asked in (client.get(NEW), client.post(NEW, ASKED)):
        assert asked.status_code == 302
        assert asked.headers["Location"].startswith("/accounts/reauthenticate/?next=%2Fsettings%2Ftokens%2Fnew%2F")
    assert not AccessToken.objects.exists()
    page = client.post("/accounts/reauthenticate/?next=" + NEW, {"password": PASSWORD, "next": NEW}, follow=True)
    assert page.status_code in (200, 201)


def test_token_is_shown_once_and_kept_nowhere(trusted, lena, problems_of, mailoutbox):
    assert problems_of(trusted.get(NEW).text) == []
    page = trusted.post(NEW, ASKED)
    assert page.status_code == 201
    assert "no-store" in page.headers["Cache-Control"]
    assert problems_of(page.text) == []
    text = page.context["text"]
    token = tokens.find(text, now=timezone.now())
    assert (token.owner, token.name, token.scope) == (lena, "Weekly report", "read")
    assert token.expires_at - token.created_at == timedelta(days=30)
    assert f'value="{text}" readonly autofocus' in page.text
    listed = trusted.get(LIST)
    assert "Weekly report" in listed.text
    assert token.prefix in listed.text
    assert text not in listed.text
    assert text not in trusted.get(NEW).text
    assert all(text not in str(session.get_decoded()) for session in Session.objects.all())
    (mail,) = mailoutbox
    assert mail.to == [lena.email]
    assert mail.subject == "An access token was created"
    assert f"“Weekly report” was created for your Waymark account. It starts with {token.prefix}" in mail.body
    assert "Anyone who has it can read your data." in mail.body
    assert text not in str(mail.message())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Give it a name."),
        ({"name": "two\nlines"}, "Write it on one line."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "\0"}, "Null characters are not allowed."),
        ({"scope": "admin"}, "Select a valid choice"),
        ({"days": "91"}, "Select a valid choice"),
        ({"days": ""}, "This field is required"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_made(trusted, wrong, said, problems_of):
    page = trusted.post(NEW, ASKED | wrong)
    assert page.status_code == 422
    assert said in page.text
    assert problems_of(page.text) == []
    assert not AccessToken.objects.exists()


def test_too_many_tokens_are_refused_with_a_reason(trusted, lena):
    for _ in range(tokens.MAX_TOKENS):
        make(lena)
    page = trusted.post(NEW, ASKED)
    assert page.status_code == 422
    assert "You already have 20 tokens, the maximum. Revoke one first." in page.text


def test_names_are_escaped(trusted):
    trusted.post(NEW, ASKED | {"name": "<script>x</script>"})
    page = trusted.get(LIST)
    assert "<script>x" not in page.text
    assert "&lt;script&gt;x" in page.text


def test_page_tells_of_each_token_what_it_does_and_did(client, lena, problems_of):
    now = timezone.now()
    make(lena, name="Old", days=7, now=now - timedelta(days=8))
    used, _text = make(lena, name="Log", scope="write")
    tokens.mark_used(used, now=now)
    page = client.get(LIST)
    assert page.text.index("Log") < page.text.index("Old")
    for said in ("read and write", "Last used on", "Not used yet.", "expired"):
        assert page.text.count(said) == 1
    assert problems_of(page.text) == []


def test_revoking_asks_once_more_and_ends_the_token(client, lena, problems_of):
    token, text = make(lena)
    path = f"/settings/tokens/{token.pk}/revoke/"
    page = client.get(path)
    assert "Revoke “Report”" in page.text
    assert problems_of(page.text) == []
    assert tokens.find(text, now=timezone.now()) == token
    page = client.post(path, follow=True)
    assert page.redirect_chain == [(LIST, 303)]
    assert "Token “Report” revoked." in page.text
    assert tokens.find(text, now=timezone.now()) is None
    assert client.post(path).status_code == 404


def test_tokens_of_somebody_else_are_not_there(lena):
    token, _text = make(lena)
    other = Client()
    other.force_login(User.objects.create_user("marek@example.org"))
    assert "Report" not in other.get(LIST).text
    for answer in (other.get, other.post):
        assert answer(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    assert AccessToken.objects.count() == 1


def test_settings_lead_to_the_tokens(client):
    assert f'href="{LIST}"' in client.get("/settings/").text


def test_list_costs_the_same_for_one_and_for_many(client, lena, queries):
    make(lena)
    with queries(3):
        client.get(LIST)
    for _ in range(5):
        make(lena)
    with queries(3):
        client.get(LIST)

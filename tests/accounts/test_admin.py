import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles, tokens
from accounts.models import AccessToken, Session, User
from tests.accounts.conftest import logged_in_client

pytestmark = pytest.mark.django_db

MODELS = [
    model._meta.label_lower
    for model in admin.site._registry
    if model._meta.app_label in {"accounts", "auth", "account", "mfa"}
]


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # without second factor; that has tests of its own


def make_token(owner: User) -> AccessToken:
    return tokens.issue(owner=owner, name="Weekly report", scope="read", days=7, now=timezone.now())[0]


def addresses(label: str) -> list[str]:
    app, model = label.split(".")
    pk = apps.get_model(label).objects.values_list("pk", flat=True)[0]
    name = f"admin:{app}_{model}"
    found = [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
    found += [reverse(f"{name}_{action}", args=[pk]) for action in ("change", "delete", "history")]
    return [*found, f"/admin/{app}/"]


@pytest.mark.parametrize("label", MODELS)
def test_curators_see_nothing_of_users_whatever_their_permissions(make_user, label):
    curator = make_user("curator@example.org", is_staff=True)
    curator.user_permissions.set(Permission.objects.all())
    curator.groups.set(Group.objects.all())
    make_token(curator)
    client = logged_in_client(curator)
    answers = {client.get(address).status_code for address in addresses(label)}
    answers |= {client.post(address, {}).status_code for address in addresses(label)}
    assert answers <= {403, 404}
    index = client.get("/admin/").content.decode()
    assert "/admin/accounts/" not in index
    assert "/admin/auth/" not in index


def test_curators_cannot_change_a_password_of_others(make_user):
    curator = make_user("curator@example.org", is_staff=True)
    curator.user_permissions.set(Permission.objects.all())
    victim = make_user("admin@example.org", is_superuser=True)
    response = logged_in_client(curator).post(
        f"/admin/accounts/user/{victim.pk}/password/",
        {"password1": "a new long password", "password2": "a new long password"},
    )
    assert response.status_code == 403


def test_models_under_test_are_those_of_users_and_rights():
    assert sorted(MODELS) == ["account.emailaddress", "accounts.accesstoken", "accounts.user", "auth.group"]


@pytest.fixture
def administrator(make_user) -> Client:
    return logged_in_client(make_user("admin@example.org", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("label", [label for label in MODELS if label != "accounts.accesstoken"])
def test_administrators_see_users(administrator, label):
    Group.objects.get_or_create(pk=User.objects.get().pk, defaults={"name": "Readers"})
    app, model = label.split(".")
    assert administrator.get(reverse(f"admin:{app}_{model}_changelist")).status_code == 200
    assert administrator.get(reverse(f"admin:{app}_{model}_add")).status_code == 200


def test_administrators_look_at_tokens_and_no_more(administrator, make_user):
    lena = make_user()
    token = make_token(lena)
    page = administrator.get("/admin/accounts/accesstoken/?q=LENA")
    assert token.prefix in page.text
    assert "Weekly report" in page.text
    row = f"/admin/accounts/accesstoken/{token.pk}/"
    assert token.digest not in page.text + administrator.get(f"{row}change/").text
    for path in ("/admin/accounts/accesstoken/add/", f"{row}change/", f"{row}delete/"):
        assert administrator.post(path, {"name": "x", "post": "yes"}).status_code == 403
    administrator.post(f"/admin/accounts/user/{lena.pk}/delete/", {"post": "yes"})
    assert not AccessToken.objects.exists()


def test_administrators_add_and_change_users(administrator):
    data = {"email": "New@Example.org", "usable_password": "false"}
    assert administrator.post("/admin/accounts/user/add/", data).status_code == 302
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    address = f"/admin/accounts/user/{user.pk}/change/"
    assert administrator.get(address).status_code == 200
    data = {
        "email": "new@example.org",
        "name": "Nora New",
        "time_zone": "Europe/Oslo",
        "is_active": "on",
        "role": "learner",
    }
    assert administrator.post(address, data).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.time_zone, user.session_generation) == ("Nora New", "Europe/Oslo", 0)


def change(administrator: Client, user: User, **more: object):
    data = {"email": user.email, "name": user.name, "time_zone": "UTC", "is_active": "on"}
    return administrator.post(f"/admin/accounts/user/{user.pk}/change/", data | more)


def test_one_choice_gives_all_that_a_role_needs(administrator, make_user):
    lena = make_user("lena@example.org")
    page = administrator.get(f"/admin/accounts/user/{lena.pk}/change/").text
    assert "Reviewer: a curator who also decides" in page
    assert "user_permissions" not in page
    for role, enters, groups in (
        ("reviewer", True, ["Reviewer"]),
        ("curator", True, ["Curator"]),
        ("administrator", True, []),
        ("learner", False, []),
    ):
        assert change(administrator, lena, role=role).status_code == 302
        lena = User.objects.get(pk=lena.pk)
        assert (roles.role_of(lena), lena.is_staff) == (role, enters)
        assert [group.name for group in lena.groups.all()] == groups
        listed = administrator.get("/admin/accounts/user/", {"role": role, "q": "lena"})
        assert f'<td class="field-role">{role.capitalize()}</td>' in listed.text
        other = "curator" if role == "reviewer" else "reviewer"
        assert "lena@" not in administrator.get("/admin/accounts/user/", {"role": other}).text


def test_other_groups_and_rights_that_fit_no_role_stay_until_one_is_chosen(administrator, make_user):
    readers = Group.objects.create(name="Readers")
    lena = make_user("lena@example.org")
    lena.groups.set([Group.objects.get_or_create(name="Reviewer")[0], readers])  # without access
    assert change(administrator, lena, role="other", groups=[readers.pk]).status_code == 302
    assert {group.name for group in lena.groups.all()} == {"Reviewer", "Readers"}
    assert not User.objects.get(pk=lena.pk).is_staff
    assert change(administrator, lena, role="curator", groups=[readers.pk]).status_code == 302
    assert {group.name for group in lena.groups.all()} == {"Curator", "Readers"}


def test_last_administrator_stays_one(administrator):
    admin = User.objects.get(email="admin@example.org")
    assert "This is the only administrator." in change(administrator, admin, role="learner").text
    disabled = change(administrator, admin, role="administrator", is_active="")
    assert "This is the only administrator." in disabled.text
    assert User.objects.get(pk=admin.pk).is_superuser
    assert User.objects.get(pk=admin.pk).is_active


def test_administrators_find_users_by_address(administrator, make_user):
    make_user("lena@example.org", name="Lena")
    page = administrator.get("/admin/accounts/user/?q=LENA").content.decode()
    assert "lena@example.org" in page


def test_a_user_form_says_whether_there_is_a_password_and_not_how_it_is_hashed(administrator, make_user):
    user = make_user("lena@example.org")
    page = administrator.get(f"/admin/accounts/user/{user.pk}/change/").text
    assert ("A password is set." in page, 'href="../password/"' in page, "algorithm" in page) == (True, True, False)
    user.set_unusable_password()
    user.save()
    assert "No password is set." in administrator.get(f"/admin/accounts/user/{user.pk}/change/").text


def log() -> list[tuple[int, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("action_flag", "object_repr"))


def test_the_log_names_users_by_number(administrator):
    administrator.post("/admin/accounts/user/add/", {"email": "new@example.org", "usable_password": "false"})
    user = User.objects.get(email="new@example.org")
    address = f"/admin/accounts/user/{user.pk}/"
    administrator.post(
        f"{address}change/", {"email": user.email, "name": "Nora New", "time_zone": "UTC", "role": "learner"}
    )
    passwords = {"usable_password": "true", "password1": "a new long password", "password2": "a new long password"}
    administrator.post(f"{address}password/", {**passwords, "set-password": "1"})
    administrator.post(f"{address}delete/", {"post": "yes"})
    name = f"user {user.pk}"
    assert log() == [(ADDITION, name), (CHANGE, name), (CHANGE, name), (DELETION, name)]


def test_the_log_names_addresses_by_number(administrator, make_user):
    user = make_user()
    fields = {"user": user.pk, "email": "second@example.org"}
    administrator.post("/admin/account/emailaddress/add/", fields)
    second = EmailAddress.objects.get(email="second@example.org")
    address = f"/admin/account/emailaddress/{second.pk}/"
    administrator.post(f"{address}change/", {**fields, "verified": "on"})
    administrator.post(f"{address}delete/", {"post": "yes"})
    name = f"email address {second.pk}"
    assert log() == [(ADDITION, name), (CHANGE, name), (DELETION, name)]


def test_administrators_delete_users_with_their_sessions(administrator, make_user):
    one, two, three = (make_user(f"{name}@example.org") for name in ("one", "two", "three"))
    for user in (one, two, three):
        logged_in_client(user)
    administrator.post(f"/admin/accounts/user/{one.pk}/delete/", {"post": "yes"})
    action = {"action": "delete_selected", "_selected_action": [two.pk, three.pk], "post": "yes"}
    administrator.post("/admin/accounts/user/", action)
    left = User.objects.get()
    assert left.is_superuser
    assert [session.user_id for session in Session.objects.all()] == [left.pk]
    # The two that went together are logged in either order, and numbers sort as text: "user 100" before "user 99".
    assert sorted(log()) == sorted((DELETION, f"user {user.pk}") for user in (one, two, three))

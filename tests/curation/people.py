"""Curators and reviewers, and their browsers."""

from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from guidance.curation import permissions


def person(name: str, group: str | None = permissions.CURATOR, **fields: object) -> User:
    """A member of staff; `group` is None for one without a group."""
    user = User.objects.create_user(f"{name}@example.org", name=name.capitalize(), is_staff=True, **fields)
    if group is not None:
        user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client

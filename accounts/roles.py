"""Four roles, which decide what a user can do in the admin. The database stores a role as two flags and two groups."""

from django.contrib.auth.models import Group
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User

CURATOR, REVIEWER = "Curator", "Reviewer"  # groups; the curation app declares their permissions


class UserRole(TextChoices):
    LEARNER = "learner", _("Learner")
    CURATOR = "curator", _("Curator")
    REVIEWER = "reviewer", _("Reviewer")
    ADMINISTRATOR = "administrator", _("Administrator")
    OTHER = "other", _("Other")


EXPLAINED = {
    UserRole.LEARNER: _("Learner: uses the site and has no access to the administration."),
    UserRole.CURATOR: _("Curator: writes and submits changes to the catalogue. Others decide on them."),
    UserRole.REVIEWER: _(
        "Reviewer: a curator who also decides what is published, and merges, splits and retires records."
    ),
    UserRole.ADMINISTRATOR: _("Administrator: a reviewer who also manages users, their roles and outgoing email."),
    UserRole.OTHER: _("Other: has access to the administration, with the permissions of other groups only."),
}

_GROUPS = {UserRole.CURATOR: CURATOR, UserRole.REVIEWER: REVIEWER}


def role_of(user: User) -> UserRole:
    """Returns the role of a user; OTHER if flags and groups together match no role."""
    groups = {group.name for group in user.groups.all()} & {CURATOR, REVIEWER}
    match user.is_staff, user.is_superuser:
        case False, False if not groups:
            return UserRole.LEARNER
        case True, True:
            return UserRole.ADMINISTRATOR
        case True, False if groups:
            return UserRole.REVIEWER if REVIEWER in groups else UserRole.CURATOR
    return UserRole.OTHER


def with_role(users: QuerySet[User], role: UserRole) -> QuerySet[User]:
    users = users.filter(is_staff=role != UserRole.LEARNER, is_superuser=role == UserRole.ADMINISTRATOR)
    match role:
        case UserRole.REVIEWER:
            return users.filter(groups__name=REVIEWER)
        case UserRole.CURATOR:
            return users.filter(groups__name=CURATOR).exclude(groups__name=REVIEWER)
    return users


def other_groups() -> QuerySet[Group]:
    """Returns the groups that administrators created."""
    return Group.objects.exclude(name__in=_GROUPS.values())


def role_groups(user: User) -> QuerySet[Group]:
    return user.groups.filter(name__in=_GROUPS.values())


def set_flags(user: User, role: UserRole) -> None:
    """Sets the flags of a role without saving the user."""
    user.is_staff = role != UserRole.LEARNER
    user.is_superuser = role == UserRole.ADMINISTRATOR


def set_group(user: User, role: UserRole) -> None:
    """Sets the group of a role. Groups that belong to no role stay."""
    user.groups.remove(*Group.objects.filter(name__in=_GROUPS.values()))
    if role in _GROUPS:
        user.groups.add(Group.objects.get_or_create(name=_GROUPS[role])[0])


def is_last_administrator(user: User) -> bool:
    others = User.objects.filter(is_active=True, is_staff=True, is_superuser=True).exclude(pk=user.pk)
    return role_of(user) == UserRole.ADMINISTRATOR and not others.exists()

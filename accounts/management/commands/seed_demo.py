"""`seed_demo`: the three accounts of the demo. Run as often as you like; it makes what is missing."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from accounts.models import User

PASSWORD = "waymark-demo"  # noqa: S105  known to everybody, which is why this runs in a demo only
ACCOUNTS: dict[str, dict[str, Any]] = {
    "learner@waymark.example": {"name": "Lena Learner", "time_zone": "Europe/Zurich"},
    "curator@waymark.example": {"name": "Carl Curator", "is_staff": True},
    "admin@waymark.example": {"name": "Ada Admin", "is_staff": True, "is_superuser": True},
}
CURATORS = "Curator"
CURATOR_MAY = ("view", "add", "change")


class Command(BaseCommand):
    help = "Make the demo accounts that are missing. Only in demo mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: accounts whose password everybody knows are not made here.")
        made = [email for email, fields in ACCOUNTS.items() if self.seed(email, fields)]
        self.seed_curators()
        self.stdout.write(f"Demo accounts: {len(made)} made, {len(ACCOUNTS) - len(made)} there already.")

    @transaction.atomic
    def seed(self, email: str, fields: dict[str, Any]) -> bool:
        """The validators are not asked: they would refuse the password, and it is meant to be easy to type."""
        user = User.objects.filter(email=email).first()
        made = user is None
        if user is None:
            user = User.objects.create_user(email, PASSWORD, **fields)
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        return made

    @transaction.atomic
    def seed_curators(self) -> None:
        group, _made = Group.objects.get_or_create(name=CURATORS)
        allowed = Q()
        for verb in CURATOR_MAY:
            allowed |= Q(codename__startswith=f"{verb}_")
        group.permissions.set(Permission.objects.filter(allowed, content_type__app_label="catalog"))
        group.user_set.add(User.objects.get(email="curator@waymark.example"))

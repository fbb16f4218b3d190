# mypy: disallow_subclassing_any=False
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's, which hashes for unknown addresses too; but an address logs in to the one account that bears it.

    allauth would also try every account that merely asked to change to that address.
    """

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        user = User.objects.filter(email=email.lower()).first()
        checked: AbstractBaseUser | None = self._check_password(user, password)
        return checked

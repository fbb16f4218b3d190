# mypy: disallow_subclassing_any=False
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.database import read_row
from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """allauth's backend, which hashes the password even if the address is unknown. Here, an address lets people log in only to
    the account that has it: allauth would also try every account with an unconfirmed change to that address.
    """

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        user = User.objects.filter(email=email.lower()).first()
        checked: AbstractBaseUser | None = self._check_password(user, password)
        return checked

    def get_user(self, user_id: int) -> User | None:
        user = read_row(User, "id = %s", user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

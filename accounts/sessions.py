"""Django's sessions in the database, each with the user it belongs to, so that they can go with the account: what allauth
notes in a session has the e-mail address in it."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils.http import base36_to_int

PENDING_LOGIN = "account_login"  # where allauth notes a login that waits for something, such as a confirmed address
SIGNED_UP = "account_signed_up"  # the number of the account that was made in this session
AUTHENTICATION = ("_", "account_", "mfa.")  # how the keys of Django, of allauth and of this module begin


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session  # Django imports this module before models can be

        return Session

    def create_model_instance(self, data: Any) -> Any:
        session: Any = super().create_model_instance(data)
        session.user_id = owner(data)
        return session


def owner(data: Any) -> int | None:
    """The number of the user who is logged in, or about to be, or who signed up here: what they said before and after
    that is theirs even when they never come back to confirm it."""
    if SESSION_KEY in data:
        return int(data[SESSION_KEY])
    pending = data.get(PENDING_LOGIN)
    if pending and pending["user_pk"]:  # a login that only pretends has none
        return base36_to_int(pending["user_pk"])
    number: int | None = data.get(SIGNED_UP)
    return number


def contents(session_data: str) -> dict[str, Any]:
    """What a stored session says besides who is logged in and how; none of the secrets."""
    data = SessionStore().decode(session_data)
    return {key: value for key, value in data.items() if not key.startswith(AUTHENTICATION)}

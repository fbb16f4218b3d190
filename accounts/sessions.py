"""Django's sessions in the database, each with the user it belongs to, so that they can go with the account: what allauth
notes in a session has the e-mail address in it."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils.http import base36_to_int

PENDING_LOGIN = "account_login"  # where allauth notes a login that waits for something, such as a confirmed address


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
    """The number of the user who is logged in, or about to be."""
    try:
        if SESSION_KEY in data:
            return int(data[SESSION_KEY])
        return base36_to_int(data[PENDING_LOGIN]["user_pk"])
    except (KeyError, TypeError, ValueError):  # nobody's, or of a login without a user
        return None

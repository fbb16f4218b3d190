"""What is encrypted with SECRET_KEY: the second factors. The keys in SECRET_KEY_FALLBACKS can still read it."""

import base64
from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

ENCRYPTED = ("secret", "seed", "migrated_codes")  # of allauth's `Authenticator.data`; the last is a list


def fernet(keys: Sequence[str] | None = None) -> MultiFernet:
    """Encrypts with the first of the keys; without any given, with those of the settings."""
    keys = keys or (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    # The salt is older than this module, and cannot change: what is stored was encrypted with it.
    return base64.urlsafe_b64encode(
        salted_hmac("accounts.adapter.MFAAdapter", "", secret=key, algorithm="sha256").digest()
    )


def is_current(data: dict[str, Any]) -> bool:
    """Whether the present key alone can read it."""
    try:
        for text in _encrypted(data):
            fernet([settings.SECRET_KEY]).decrypt(text)
    except InvalidToken:
        return False
    return True


@transaction.atomic
def renew(number: int) -> bool:
    """Encrypt a second factor with the present key: whether it was not yet. Raises InvalidToken when no key can read it."""
    authenticator = Authenticator.objects.select_for_update().filter(pk=number).first()
    if authenticator is None or is_current(authenticator.data):
        return False
    rotate = fernet().rotate
    for name in ENCRYPTED:
        value = authenticator.data.get(name)
        if isinstance(value, list):
            authenticator.data[name] = [rotate(text).decode() for text in value]
        elif value is not None:
            authenticator.data[name] = rotate(value).decode()
    Authenticator.objects.filter(pk=number).update(data=authenticator.data)
    return True


def _encrypted(data: dict[str, Any]) -> list[str]:
    values = [data[name] for name in ENCRYPTED if name in data]
    return [text for value in values for text in (value if isinstance(value, list) else [value])]

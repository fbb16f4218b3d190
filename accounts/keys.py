"""Encryption of second factors with SECRET_KEY. The keys in SECRET_KEY_FALLBACKS can still decrypt them."""

import base64
from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

ENCRYPTED = ("secret", "seed", "migrated_codes")  # keys of allauth's `Authenticator.data`; the last is a list


def fernet(keys: Sequence[str] | None = None) -> MultiFernet:
    """Returns a cipher that encrypts with the first key and decrypts with any of them. By default, the keys come from the
    settings."""
    keys = keys or (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    # The salt is older than this module. It cannot change, because stored data is encrypted with it.
    return base64.urlsafe_b64encode(
        salted_hmac("accounts.adapter.MFAAdapter", "", secret=key, algorithm="sha256").digest()
    )


def is_current(data: dict[str, Any]) -> bool:
    """Returns whether the current key alone can decrypt the data."""
    try:
        for text in _encrypted(data):
            fernet([settings.SECRET_KEY]).decrypt(text)
    except InvalidToken:
        return False
    return True


@transaction.atomic
def renew(number: int) -> bool:
    """Encrypts a second factor with the current key and returns whether that was necessary. Raises InvalidToken if no key can
    decrypt it."""
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

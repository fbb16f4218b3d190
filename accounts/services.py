"""Every write to accounts that is not allauth's own."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F

from accounts.models import Session, User

UNCONFIRMED_FOR = timedelta(days=7)


def end_sessions(*, user: User) -> None:
    """All of them, on every device, at their next request. `user` is up to date afterwards."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db(fields=["session_generation"])


def discard_password(*, user: User) -> None:
    """For an account whose password somebody else may have chosen."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


@transaction.atomic
def discard_unverified_accounts(*, email: str, keep: User) -> int:
    """Sign-ups with this address that nobody ever confirmed give way to the one who can read its mail."""
    squatters = (
        User.objects.filter(email=email, last_login=None, is_staff=False, emailaddress__email=email)
        .exclude(pk=keep.pk)
        .exclude(emailaddress__verified=True)
    )
    count = squatters.count()
    squatters.delete()
    return count


@transaction.atomic
def reset_password(*, user: User, password: str) -> User:
    """The new password comes from the owner of the address; nothing else that was pending need come from them."""
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user=user)
    address, _created = EmailAddress.objects.get_or_create(user=user, email=user.email)
    EmailAddress.objects.filter(user=user, verified=False).exclude(pk=address.pk).delete()
    if not address.verified and address.set_verified():
        address.set_as_primary()
    return user


@transaction.atomic
def delete_account(*, user: User) -> None:
    """The user and everything of theirs, sessions on all devices included."""
    Session.objects.filter(user_id=user.pk).delete()
    user.delete()


def clear_expired(*, now: datetime) -> tuple[int, int]:
    """Forget sessions that have run out, and sign-ups nobody confirmed within a week: (sessions, accounts)."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    forgotten = User.objects.filter(
        date_joined__lt=now - UNCONFIRMED_FOR, last_login=None, is_staff=False, emailaddress__isnull=False
    ).exclude(emailaddress__verified=True)
    accounts = forgotten.count()
    forgotten.delete()
    return sessions, accounts

"""All writes to accounts except those of allauth."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts import database, sessions
from accounts.models import Session, User

UNCONFIRMED_FOR = timedelta(days=7)


def end_sessions(*, user: User) -> None:
    """Ends all sessions of the user, on every device, at their next request. `user` is up to date afterwards."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db(fields=["session_generation"])


def discard_password(*, user: User) -> None:
    """Makes the password of an account unusable if someone else may have chosen it."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


@transaction.atomic
def discard_unverified_accounts(*, email: str, keep: User) -> int:
    """Deletes unconfirmed sign-ups with this address, except the account whose owner can read its emails. Returns how
    many."""
    squatters = (
        User.objects.filter(email=email, last_login=None, is_staff=False, emailaddress__email=email)
        .exclude(pk=keep.pk)
        .exclude(emailaddress__verified=True)
    )
    return delete_accounts(users=squatters)


def reset_password(*, user: User, password: str) -> User:
    """Sets a password that the owner of the address has chosen. Sessions and pending changes of address end, because they may
    come from someone else."""
    # Hashed before the transaction, which would hold a connection while the hash waits for its turn.
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        end_sessions(user=user)
        address, _created = EmailAddress.objects.get_or_create(user=user, email=user.email)
        EmailAddress.objects.filter(user=user, verified=False).exclude(pk=address.pk).delete()
        if not address.verified and address.set_verified():
            address.set_as_primary()
    return user


@transaction.atomic
def delete_accounts(*, users: QuerySet[User]) -> int:
    """Deletes the users and all their data, including sessions on all devices. Returns how many there were."""
    numbers = set(users.values_list("pk", flat=True))  # the query's result may change in the meantime
    doomed = User.objects.filter(pk__in=numbers)
    addresses = {
        *doomed.values_list("email", flat=True),
        *EmailAddress.objects.filter(user__in=numbers).values_list("email", flat=True),
    }
    # After a sign-up with a taken address, there is a session with that address and without a user.
    theirs = Q(user_id__in=numbers) | Q(address_digest__in=sessions.digests(addresses))
    Session.objects.filter(theirs).delete()
    for records in _logged(doomed):
        # The text that the admin writes today; older entries may differ.
        text = Concat(Value(f"{records.model._meta.verbose_name} "), "object_id", output_field=CharField())
        _entries_about(records).update(object_repr=text, change_message="")
    doomed.delete()
    return len(numbers)


def delete_account(*, user: User) -> None:
    delete_accounts(users=User.objects.filter(pk=user.pk))


def log_entries_about(user: User) -> QuerySet[LogEntry]:
    """Returns the admin's log entries about the account and its addresses."""
    account, addresses = map(_entries_about, _logged(User.objects.filter(pk=user.pk)))
    return account | addresses


def _logged(users: QuerySet[User]) -> tuple[QuerySet[Any], ...]:
    """Returns the records of the users that the admin's log can refer to."""
    return users, EmailAddress.objects.filter(user__in=users)


def _entries_about(records: QuerySet[Any]) -> QuerySet[LogEntry]:
    meta = records.model._meta
    return LogEntry.objects.filter(
        content_type__app_label=meta.app_label,
        content_type__model=meta.model_name,
        object_id__in=records.values_list(Cast("pk", TextField())),
    )


def clear_expired(*, now: datetime) -> tuple[int, int]:
    """Deletes expired sessions, and sign-ups that were not confirmed within a week. Returns how many there were (sessions,
    accounts)."""
    ended = database.delete_in_batches(Session.objects.filter(expire_date__lt=now))
    forgotten = User.objects.filter(
        date_joined__lt=now - UNCONFIRMED_FOR, last_login=None, is_staff=False, emailaddress__isnull=False
    ).exclude(emailaddress__verified=True)
    return ended, delete_accounts(users=forgotten)

import threading
import time
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, transaction

from accounts import outbox
from accounts.models import OutgoingMail
from accounts.outbox import Courier
from config.celery import app

Kind = OutgoingMail.MailKind


def soon(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """What a courier does, in order: "call" a worker, or "send" itself."""
    log: list[str] = []
    monkeypatch.setattr(outbox, "call_worker", lambda: log.append("call") is None)
    monkeypatch.setattr(outbox, "send_waiting", lambda: log.append("send") is not None)
    monkeypatch.setattr(outbox, "WORKER_PATIENCE", 0.3)
    monkeypatch.setattr(outbox, "LOOK_AGAIN", 0.2)
    return log


def test_courier_calls_a_worker_and_sends_what_none_has_taken(told):
    Courier().wake()
    assert soon(lambda: bool(told))
    assert told == ["call"]
    assert soon(lambda: len(told) > 1)
    time.sleep(0.5)
    assert told == ["call", "send"]


def test_courier_sends_at_once_when_nobody_can_be_called(told, monkeypatch):
    monkeypatch.setattr(outbox, "call_worker", lambda: False)
    monkeypatch.setattr(outbox, "WORKER_PATIENCE", 60)
    Courier().wake()
    assert soon(lambda: told == ["send"])


def test_courier_looks_again_while_something_waits(told, monkeypatch):
    monkeypatch.setattr(outbox, "send_waiting", lambda: told.append("send") is None and told.count("send") < 3)
    Courier().wake()
    assert soon(lambda: told.count("send") == 3)
    time.sleep(0.5)
    assert told == ["call", "send", "send", "send"]


def test_courier_is_one_thread_and_hears_each_call(told):
    carrier = Courier()
    carrier.wake()
    assert soon(lambda: bool(told))
    [thread] = [found for found in threading.enumerate() if found is carrier._thread]
    for _number in range(3):
        carrier.wake()
        assert soon(lambda: not carrier._wanted.is_set())
    assert carrier._thread is thread
    assert told.count("call") == 4
    assert soon(lambda: told[-1] == "send")


@pytest.mark.django_db  # the first import of the tasks checks the models
def test_worker_is_called_with_the_real_settings():
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1)
        queue = broker.SimpleQueue("celery")
        queue.clear()
        assert outbox.call_worker()
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.headers["task"] == outbox.TASK
    app.loader.import_default_modules()
    assert outbox.TASK in app.tasks
    assert django_settings.CELERY_BEAT_SCHEDULE["account-mail"]["task"] == outbox.TASK


def test_worker_cannot_be_called_without_a_broker(monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(app, "send_task", fail)
    assert not outbox.call_worker()


@pytest.mark.django_db(transaction=True)
def test_mail_is_handed_over_when_the_transaction_is_over(make_user, monkeypatch):
    woken = []
    monkeypatch.setattr(outbox.courier, "wake", lambda: woken.append(OutgoingMail.objects.count()))
    lena = make_user()
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.hand_over(kind=Kind.RESET, user=lena, address=lena.email)
        raise RuntimeError
    assert woken == []
    with transaction.atomic():
        outbox.hand_over(kind=Kind.RESET, user=lena, address=lena.email)
        assert woken == []
    assert woken == [1]


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_sent_by_a_thread_of_the_process(make_user, mailoutbox, monkeypatch):
    monkeypatch.setattr(outbox, "call_worker", lambda: False)
    lena = make_user()
    outbox.hand_over(kind=Kind.RESET, user=lena, address=lena.email)
    Courier().wake()
    assert soon(lambda: not OutgoingMail.objects.exists())
    assert [mail.to for mail in mailoutbox] == [[lena.email]]


@pytest.mark.django_db
def test_what_waits_is_told_also_when_the_database_is_away(monkeypatch):
    def fail() -> None:
        raise OperationalError

    monkeypatch.setattr(outbox.connection, "close", lambda: None)
    assert not outbox.send_waiting()
    monkeypatch.setattr(outbox, "drain", fail)
    assert outbox.send_waiting()

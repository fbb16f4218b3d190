"""Delivery reports and complaints: which addresses they suppress, and which reports are not believed."""

import io
import sys
import uuid

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from guidance.reminders import reports, services
from guidance.reminders.models import Delivery, Suppression
from guidance.reminders.reports import ReportOutcome
from tests.reminders.learners import DAY, NOW, make_learner, owe

pytestmark = pytest.mark.django_db
SITE = "testserver"
TOKEN = "a-token-for-mail-reports"
ADDRESS = "lena@example.org"


@pytest.fixture
def lena(settings):
    settings.SITE_URL = f"https://{SITE}"
    return make_learner(ADDRESS)


def mailed(learner, at=NOW, **fields) -> Delivery:
    return owe(learner, on=at.date(), due_at=at, **{"state": "sent", "sent_at": at, "attempts": 1} | fields)


def headers_of(mail: Delivery | None, to: str = ADDRESS) -> str:
    number = mail.message_id if mail else uuid.uuid4()
    return f"From: Waymark <hello@waymark.example>\nTo: {to}\nSubject: Next step\nMessage-ID: <{number}@{SITE}>\n"


def report(kind: str, machine: str, returned: str | None) -> bytes:
    parts = [("text/plain", "I could not deliver your mail.\n"), (f"message/{kind}", machine)]
    if returned is not None:
        parts.append(("text/rfc822-headers", returned))
    body = "".join(f"--edge\nContent-Type: {name}\n\n{text}\n" for name, text in parts)
    head = "From: MAILER-DAEMON@mx.example.org\nTo: hello@waymark.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
    return f'{head}Content-Type: multipart/report; report-type={kind}; boundary="edge"\n\n{body}--edge--\n'.encode()


def bounce(mail: Delivery | None, *, status="5.1.1", action="failed", address=ADDRESS, to=ADDRESS, more="") -> bytes:
    machine = f"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n{more}"
    return report("delivery-status", machine, headers_of(mail, to))


def complaint(mail: Delivery | None, *, kind="abuse", fields="", to=ADDRESS) -> bytes:
    machine = f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n{fields}"
    return report("feedback-report", machine, headers_of(mail, to))


def suppressed() -> list[tuple[str, int]]:
    return list(Suppression.objects.values_list("address", "code"))


# What suppresses


def test_bounce_of_a_missing_mailbox_suppresses_the_address(lena):
    diagnostic = "Diagnostic-Code: smtp; 550 5.1.1 <lena@example.org>:\n no such user\n"
    assert reports.process(bounce(mailed(lena), more=diagnostic), now=NOW) == ReportOutcome.SUPPRESSED
    assert suppressed() == [(ADDRESS, 550)]
    assert Suppression.objects.get().reply == "smtp; 550 5.1.1 <lena@example.org>: no such user"


@pytest.mark.parametrize("kind", ["abuse", "fraud"])
def test_complaint_suppresses_the_address(lena, kind):
    assert reports.process(complaint(mailed(lena), kind=kind), now=NOW) == ReportOutcome.SUPPRESSED
    assert suppressed() == [(ADDRESS, 0)]


def test_complaint_whose_addresses_were_taken_out_is_known_by_its_message(lena):
    assert reports.process(complaint(mailed(lena), to="redacted"), now=NOW) == ReportOutcome.SUPPRESSED


def test_bounce_that_returns_the_whole_mail_is_read(lena):
    content = bounce(mailed(lena)).replace(b"text/rfc822-headers", b"message/rfc822")
    assert reports.process(content, now=NOW) == ReportOutcome.SUPPRESSED


def test_bounce_of_a_forwarded_mail_is_known_by_where_we_sent_it(lena):
    assert reports.process(bounce(mailed(lena), address="lena@elsewhere.example"), now=NOW) == ReportOutcome.SUPPRESSED
    assert suppressed() == [(ADDRESS, 550)]


def test_status_that_says_nothing_is_read_from_the_answer(lena):
    more = "Diagnostic-Code: smtp; 550 5.1.1 unknown user\n"
    assert reports.process(bounce(mailed(lena), status="5.0.0", more=more), now=NOW) == ReportOutcome.SUPPRESSED


def test_report_without_the_mail_is_known_by_an_address_that_was_mailed_lately(lena):
    mailed(lena)
    machine = "Reporting-MTA: dns; mx\n\nOriginal-Recipient: rfc822;Lena@Example.org\nAction: failed\nStatus: 5.1.1\n"
    assert reports.process(report("delivery-status", machine, None), now=NOW) == ReportOutcome.SUPPRESSED


def test_report_that_comes_twice_is_one(lena):
    content = bounce(mailed(lena))
    assert {reports.process(content, now=NOW) for _ in range(2)} == {ReportOutcome.SUPPRESSED}
    assert len(suppressed()) == 1


# What does not


@pytest.mark.parametrize(
    "known",
    [
        {"status": "4.2.2", "action": "delayed"},
        {"status": "4.1.1"},
        {"status": "5.2.2"},  # a full mailbox
        {"status": "5.7.1"},  # the server rejects us
        {"status": "2.0.0", "action": "delivered"},
        {"status": "5.0.0"},
        {"status": "nonsense"},
    ],
)
def test_what_may_pass_or_is_not_about_the_address_changes_nothing(lena, known):
    assert reports.process(bounce(mailed(lena), **known), now=NOW) == ReportOutcome.PASSING
    assert suppressed() == []


@pytest.mark.parametrize("kind", ["not-spam", "virus", ""])
def test_other_feedback_changes_nothing(lena, kind):
    assert reports.process(complaint(mailed(lena), kind=kind), now=NOW) == ReportOutcome.PASSING


def test_forged_report_changes_nothing(lena):
    """Its Message-ID is not one of ours, and the address got no email lately."""
    marek = make_learner("marek@example.org")
    mailed(lena, NOW - 15 * DAY)
    owe(marek, state="cancelled", reason="nothing")
    for forged in (bounce(None), bounce(None, address="marek@example.org", to="marek@example.org"), complaint(None)):
        assert reports.process(forged, now=NOW) == ReportOutcome.UNKNOWN
    assert suppressed() == []


def test_report_about_one_learners_mail_does_not_suppress_another(lena):
    marek = make_learner("marek@example.org")
    report_of_lenas = bounce(mailed(lena), address=marek.email, to=marek.email)
    mailed(marek)
    assert reports.process(report_of_lenas, now=NOW) == ReportOutcome.UNKNOWN


def test_report_about_an_old_address_does_not_suppress_the_new_one(lena):
    content = bounce(mailed(lena))
    type(lena).objects.update(email="new@example.org")
    assert reports.process(content, now=NOW) == ReportOutcome.UNKNOWN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: Re: Next step\n\nThanks, but I lost my job at 5.1.1 today.\n",
        b"Content-Type: multipart/report\n\nno parts\n",
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n" * 5_000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\xff\xfe\n--x--\n",
        b"Content-Type: message/rfc822\n\n" * 2_000,
    ],
)
def test_what_is_no_report_is_none(lena, content):
    assert reports.process(content, now=NOW) in {ReportOutcome.NO_REPORT, ReportOutcome.PASSING}


@given(cut=st.integers(0, 900), noise=st.binary(max_size=40))
def test_reading_never_fails(cut, noise):
    content = bounce(None)
    reports.read(content[:cut] + noise + content[cut:])


# How reports arrive


def test_command_reads_what_the_mail_server_pipes(lena, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bounce(mailed(lena)) + b"x" * 2**20)))
    call_command("take_mail_report")
    assert capsys.readouterr().out == "suppressed\n"
    assert sys.stdin.buffer.read() == b""


def test_command_asks_to_try_again_without_the_database(lena, monkeypatch):
    def away(**kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(services, "suppress", away)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bounce(mailed(lena)))))
    with pytest.raises(CommandError) as raised:
        call_command("take_mail_report")
    assert raised.value.returncode == 75


def post(client, content: bytes, token: str = TOKEN):
    return client.post("/mail-reports/", content, "message/rfc822", headers={"Authorization": f"Bearer {token}"})


def test_endpoint_takes_reports_of_who_has_the_token(lena, settings, client):
    settings.MAIL_REPORT_TOKEN = TOKEN
    response = post(client, bounce(mailed(lena)))
    assert (response.status_code, response.json()) == (200, {"outcome": "suppressed"})
    assert suppressed() == [(ADDRESS, 550)]


def test_endpoint_refuses_others_and_is_off_without_a_token(lena, settings, client):
    content = bounce(mailed(lena))
    settings.MAIL_REPORT_TOKEN = TOKEN
    assert post(client, content, "another").status_code == 401
    assert client.post("/mail-reports/", content, "message/rfc822").status_code == 401
    assert post(client, b"x" * (reports.LIMIT_BYTES + 1)).status_code == 413
    settings.MAIL_REPORT_TOKEN = ""
    assert post(client, content, "").status_code == 404
    assert suppressed() == []

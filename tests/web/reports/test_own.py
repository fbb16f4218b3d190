"""“Your reports”: what happened to a learner's reports."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.curation import inbox, permissions, proposals, publishing
from guidance.curation.models import ReaderReport
from guidance.progress.models import ItemReport
from tests import factories
from tests.curation.people import person
from tests.curation.test_proposals import changed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("lena@example.com")


@pytest.fixture
def client(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def send(learner):
    factories.publish(factories.skill_document("python"))
    subject = inbox.subject_of_record(snapshot.current().skills["python"])

    def send(text: str, by: User | None = learner, **more) -> ReaderReport:
        values = {"subject": subject, "topic": "wrong", "email": "", "event_id": uuid4(), "is_held": False, "now": NOW}
        return inbox.receive(**{**values, "text": text, "learner": by, **more})

    return send


def page(client) -> str:
    return " ".join(client.get("/settings/reports/").text.split())


def test_who_reported_nothing_is_told_how(client, problems_of):
    response = client.get("/settings/reports/")
    assert "Nothing yet. Every page of the catalogue has a link to report a mistake." in response.text
    assert problems_of(response.text) == []


def test_each_report_says_what_became_of_it(client, learner, send, problems_of):
    cora = person("Cora")
    inbox.answer(send("Answered."), "It is right as it is.", by=cora, now=NOW)
    inbox.answer(send("Refused."), "", by=cora, now=NOW, is_refused=True)
    inbox.take(send("Taken."), by=cora)
    send("Waits.")
    send("Fast.", is_held=True)
    send("Of somebody else.", by=None)
    ItemReport.objects.create(learner=learner, skill=Skill.objects.get(), item="sums", text="Two are right.", at=NOW)
    html = page(client)
    for text in (
        "Answered on 25 November 2026.",
        "It is right as it is.",
        "Closed on 25 November 2026, without a change.",
        "Open: a curator is working on it.",
        "Open: no curator has taken it yet.",
        "Stored. A curator first checks whether it is genuine.",
        "Open: no curator has closed it yet.",
        "A question about Python",
        "Two are right.",
        "Answers also go to lena@example.com.",
    ):
        assert text in html, text
    assert "Of somebody else." not in html
    assert problems_of(html) == []


def test_page_of_many_reports_asks_the_database_as_often_as_that_of_one(client, send, django_assert_max_num_queries):
    for n in range(5):
        send(f"Typo {n}.")
    with django_assert_max_num_queries(6):
        assert page(client).count("Open: no curator") == 5


def test_report_that_led_to_a_correction_says_so(client, send):
    carl, rita, python = person("carl"), person("rita", permissions.REVIEWER), Skill.objects.get
    inbox.take(send("Write more."), by=carl)
    proposal = proposals.save_proposal(python(), changed(python(), summary="Write programs."), author=carl)
    publishing.publish([proposals.submit(proposal, by=carl)], by=rita)
    assert "A correction was published on " in page(client)
    assert "changed again" not in page(client)
    # Restores the earlier text.
    proposal = proposals.save_proposal(python(), changed(python(), summary="Another."), author=carl)
    publishing.publish([proposals.submit(proposal, by=carl)], by=rita)
    html = page(client)
    assert "A correction was published on " in html
    assert "The record has changed again since." in html

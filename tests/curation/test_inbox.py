"""Readers' reports: merged, taken, answered, reopened, and closed when the change they led to is published."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import emails
from accounts.models import OutgoingMail, User
from guidance.catalog.models import Resource, Skill
from guidance.curation import inbox, permissions, proposals, publishing
from guidance.curation.inbox import Subject
from guidance.curation.models import ReaderReport
from guidance.personal_data import account_data, retention
from tests import factories
from tests.curation.people import person
from tests.curation.test_proposals import changed

pytestmark = pytest.mark.django_db
State = ReaderReport.ReportState
NOW = timezone.now()


@pytest.fixture(autouse=True)
def python() -> Skill:
    factories.publish(
        factories.skill_document("python"), factories.resource_document("book", skills={"python": [0, 2]})
    )
    return Skill.objects.get()


def report(record=None, text="Level 2 has a typo.", topic="wrong", email="", learner=None, **more) -> ReaderReport:
    record = record or Skill.objects.get()
    values = {"event_id": uuid4(), "is_held": False, "now": timezone.now(), **more}
    subject = Subject(record.name, record.get_absolute_url(), record.KIND, record.pk)
    return inbox.receive(subject=subject, topic=topic, text=text, email=email, learner=learner, **values)


def fresh(row: ReaderReport) -> ReaderReport:
    return ReaderReport.objects.get(pk=row.pk)


def sent() -> list[tuple[str, str]]:
    return [(mail.address, emails.compose(mail).body) for mail in OutgoingMail.objects.order_by("address")]


def listed(**asked) -> list[tuple[str, int]]:
    return [(source, readers) for source, _pk, _item, _at, readers in inbox.rows(with_questions=True, **asked)]


def test_same_report_twice_is_stored_once(python):
    key = uuid4()
    assert report(event_id=key).pk == report(event_id=key).pk
    assert ReaderReport.objects.count() == 1


def test_reports_that_say_the_same_are_one_entry(python):
    first = report()
    assert report(text="level 2 HAS a typo.").duplicate_of == first
    assert report(text="Something else.").duplicate_of is None
    book = Resource.objects.get()
    dead = report(book, "404", topic="dead-link")
    assert report(book, "", topic="dead-link").duplicate_of == dead
    assert listed(state=State.OPEN) == [("report", 2), ("report", 1), ("report", 2)]
    assert listed(state=State.OPEN, topic="dead-link") == [("report", 2)]
    assert listed(state=State.OPEN, query="HAS a") == [("report", 2)]
    assert inbox.count_waiting(with_questions=True)["open"] == 3


def test_answer_reaches_everyone_who_can_be_reached_once(python):
    lena = User.objects.create_user("lena@example.com")
    first = report(learner=lena)
    report(email="ada@example.com")
    report(email="ADA@example.com")
    report()
    assert inbox.answer(first, "Fixed.\n", by=person("carl"), now=NOW) == 2
    assert set(ReaderReport.objects.values_list("state", "answer")) == {(State.DONE, "Fixed.")}
    (ada, to_ada), (_lena, to_lena) = sent()
    assert ada == "ada@example.com"
    assert "“Python”:\n> Level 2 has a typo." in to_ada
    assert "\n\nFixed.\n\n" in to_ada
    assert "/skills/python/" in to_ada
    assert "You won’t get another email" in to_ada
    assert "You won’t get another email" not in to_lena
    with pytest.raises(ValidationError):
        inbox.answer(first, "Again.", by=person("cora"), now=NOW)
    assert OutgoingMail.objects.count() == 2


def test_email_about_an_answer_is_plain_text_and_links_to_our_page_alone(python):
    page = Subject("R & D <b>", "/skills/python/", "skill", python.pk)
    text = "Look:\nhttp://testserver/phish"
    row = inbox.receive(
        subject=page,
        topic="wrong",
        text=text,
        learner=None,
        email="ada@example.com",
        event_id=uuid4(),
        is_held=False,
        now=NOW,
    )
    factories.publish(factories.skill_document("python", name="R & D"))
    inbox.answer(row, "Fixed & done.", by=person("carl"), now=NOW)
    mail = emails.compose(OutgoingMail.objects.get())
    assert mail.subject == "Your report about R & D"
    assert "Fixed & done." in mail.body
    html = mail.alternatives[0].content
    assert 'href="http://testserver/phish"' not in html
    assert 'href="http://testserver/skills/python/"' in html


def test_report_closed_without_words_sends_nothing_and_opens_again(python):
    first = report(email="ada@example.com")
    assert inbox.answer(first, " ", by=person("carl"), now=NOW) == 0
    assert not OutgoingMail.objects.exists()
    assert listed(state=State.DONE) == [("report", 1)]
    inbox.reopen(first)
    assert (fresh(first).state, fresh(first).done_at) == (State.OPEN, None)


def test_publication_of_what_a_report_led_to_closes_it_and_tells_the_sender(python):
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    mine, other = report(email="ada@example.com"), report(text="Another thing.", email="bob@example.com")
    inbox.take(mine, by=carl)
    proposal = proposals.save_proposal(python, changed(python, summary="Write programs."), author=carl)
    assert (fresh(mine).proposal, fresh(other).proposal) == (proposal, None)
    publishing.publish([proposals.submit(proposal, by=carl)], by=rita)
    assert (fresh(mine).state, fresh(mine).done_by, fresh(other).state) == (State.DONE, rita, State.OPEN)
    ((address, text),) = sent()
    assert address == "ada@example.com"
    assert "The correction is public now. Thank you." in text


def test_report_that_someone_works_on_is_not_taken_by_another(python):
    carl, cora = person("carl"), person("cora")
    first = report()
    proposal = proposals.save_proposal(python, changed(python, summary="Begun before."), author=carl)
    inbox.take(first, by=carl)
    assert fresh(first).proposal == proposal
    with pytest.raises(ValidationError, match="Carl is working on this report"):
        inbox.take(first, by=cora)
    inbox.release(first)
    inbox.take(first, by=cora)
    assert (fresh(first).taken_by, fresh(first).proposal) == (cora, None)


@pytest.mark.django_db(transaction=True)
def test_report_that_two_take_at_once_is_taken_by_one(python, monkeypatch):
    people, first = [person("carl"), person("cora")], report()
    both, update = threading.Barrier(2), inbox._update

    def meet(*reports, **values) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(1)  # the other one only comes here if both may take it
        update(*reports, **values)

    def take(curator: User) -> list[str]:
        try:
            inbox.take(first, by=curator)
        except ValidationError as error:
            return error.messages
        finally:
            connection.close()
        return []

    monkeypatch.setattr(inbox, "_update", meet)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, people))
    assert sorted(said) == [[], [f"{fresh(first).taken_by} is working on this report."]]


def test_reports_are_merged_and_separated(python):
    first, second = report(text="One."), report(text="Two.")
    third = report(text="two.")
    inbox.merge(second, first)
    assert set(first.duplicates.all()) == {second, third}
    inbox.separate(third)
    assert set(first.duplicates.all()) == {second}
    for into, why in ((second, "already merged"), (report(Resource.objects.get()), "same page")):
        with pytest.raises(ValidationError, match=why):
            inbox.merge(fresh(first), fresh(into))
    inbox.merge(first, fresh(third))  # under a later one, which takes in the next as well
    inbox.merge(report(text="Four."), fresh(second))
    assert list(third.duplicates.order_by("pk").values_list("text", flat=True)) == ["One.", "Two.", "Four."]


def test_what_is_held_back_is_in_no_entry_until_it_is_admitted(python):
    held = report(is_held=True)
    report(text="Spam", is_held=True)
    assert listed(state=State.OPEN) == []
    inbox.admit(held)
    assert listed(state=State.OPEN) == [("report", 1)]
    assert inbox.close_held(until=timezone.now(), by=person("carl"), now=NOW) == 1
    assert listed(state=State.HELD) == []


def test_account_has_its_reports_in_the_export_and_takes_them_along_when_it_is_deleted(python):
    lena = User.objects.create_user("lena@example.com")
    first, second = report(learner=lena), report(email="ada@example.com")
    (row,) = account_data.export(lena, now=NOW)["reports_of_catalogue"]
    assert (row["text"], row["topic"], row["state"]) == ("Level 2 has a typo.", "wrong", "open")
    account_data.erase(lena)
    assert list(ReaderReport.objects.all()) == [second]
    assert fresh(second).duplicate_of is None
    assert not ReaderReport.objects.filter(pk=first.pk).exists()


def test_old_reports_are_deleted(python):
    done, held = report(), report(text="Spam", is_held=True)
    kept = report(text="Open for a year.", now=NOW - timedelta(days=365))
    inbox.answer(done, "", by=person("carl"), now=NOW)
    retention.tidy(now=NOW + inbox.HELD_FOR + timedelta(days=1))
    assert not ReaderReport.objects.filter(pk=held.pk).exists()
    retention.tidy(now=NOW + inbox.KEPT_FOR + timedelta(days=1))
    assert list(ReaderReport.objects.all()) == [kept]


@pytest.mark.django_db(transaction=True)
def test_hundreds_of_copies_at_once_are_one_report(python):
    key = uuid4()

    def send(_number: int) -> None:
        try:
            report(event_id=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(100)))
    assert ReaderReport.objects.count() == 1


def test_database_refuses_a_report_about_nothing_or_without_words(python):
    first = report()
    for wrong in ({"kind": ""}, {"text": ""}, {"state": State.DONE}, {"topic": "praise"}, {"duplicate_of": first}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReaderReport.objects.filter(pk=first.pk).update(**wrong)

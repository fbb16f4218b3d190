"""The inbox in the admin, from the list to the answer."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.curation.models import ReaderReport
from guidance.progress.models import ItemReport
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_inbox import State, fresh, report
from tests.curation.test_records_admin import form_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/curation/reports/"


@pytest.fixture(autouse=True)
def python(settings) -> Skill:
    settings.DEMO = True  # staff without a second factor
    factories.publish(
        factories.skill_document("python"),
        factories.check_document("python"),
        factories.resource_document("book", skills={"python": [0, 2]}),
    )
    return Skill.objects.get()


@pytest.fixture
def carl() -> Client:
    return browser(person("carl"))


def url(row: ReaderReport) -> str:
    return reverse("curation:report", args=[row.pk])


def act(client: Client, row: ReaderReport, action: str, **more: object) -> str:
    return client.post(url(row), {"action": action, **more}, follow=True).text


def test_list_has_reports_of_pages_and_of_questions_the_latest_first(carl, python, django_assert_max_num_queries):
    lena = User.objects.create_user("lena@example.com", name="Lena")
    report(learner=lena, now=timezone.now() - timedelta(hours=1))
    ItemReport.objects.create(learner=lena, skill=python, item="item-1-2", text="Two fit.")
    ReaderReport.objects.create(page="skills", topic="idea", text="Sort by <b>hours</b>.")
    snapshot.current()  # as in a process that has served a page
    with django_assert_max_num_queries(14):
        page = carl.get(PAGE)
    texts = [row.text for row in page.context["rows"]]
    assert texts == ["Sort by <b>hours</b>.", "Two fit.", "Level 2 has a typo."]
    assert "on Python, skill" in page.text
    assert "on Skills, page" in page.text
    assert "Sort by &lt;b&gt;hours&lt;/b&gt;." in page.text
    assert "Lena" not in page.text
    question = page.context["rows"][1].url
    assert "What comes after 2?" in carl.get(question).text
    assert [row.text for row in carl.get(PAGE, {"topic": "question"}).context["rows"]] == ["Two fit."]
    assert [row.text for row in carl.get(PAGE, {"q": "pyth", "topic": "wrong"}).context["rows"]] == texts[2:]
    assert "No reports match these filters." in carl.get(PAGE, {"q": "perl"}).text
    assert carl.get(PAGE, {"state": "x", "topic": "<b>", "page": "-1"}).status_code == 200


def test_first_page_shows_the_latest_and_how_many_there_are(carl, python):
    for number in range(6):
        report(text=f"Typo {number}.")
    page = carl.get("/admin/").text
    assert [f"“Typo {number}.”" in page for number in range(6)] == [False, True, True, True, True, True]
    assert '<span class="badge quiet">6</span>' in page
    assert "on Python, skill" in page


def test_questions_are_for_those_who_may_see_their_keys(python):
    ItemReport.objects.create(
        learner=User.objects.create_user("lena@example.com"), skill=python, item="item-1-2", text="Two fit."
    )
    reader = User.objects.create_user("reader@example.org", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="change_skill"))
    assert "Two fit." not in browser(reader).get(PAGE).text
    learner = browser(User.objects.create_user("marek@example.com"))
    assert learner.get(PAGE).status_code == 302


def test_curator_answers_and_opens_again(carl):
    row = report(email="ada@example.com")
    page = carl.get(url(row)).text
    assert "sent by email to 1 reader" in page
    assert "ada@example.com" not in page
    done = act(carl, row, "answer", text="Fixed, thank you.")
    assert "Your answer will be sent to 1 reader." in done
    assert "No open reports." in done
    assert "Answer: “Fixed, thank you.”" in carl.get(PAGE, {"state": "done"}).text
    assert OutgoingMail.objects.get().context["answer"] == "Fixed, thank you."
    assert "someone else has already dealt with this report" in act(carl, row, "answer", text="Twice.").lower()
    assert "The report is open again." in act(carl, row, "reopen")
    assert fresh(row).state == State.OPEN


def test_refused_corrected_and_closed_are_told_apart_with_who_did_it(carl):
    refused, closed, held = report(email="ada@example.com"), report(text="Two"), report(text="Three", is_held=True)
    home = carl.get("/admin/").text
    assert "Reports held back" in home
    assert "1 held back" in home
    said = act(carl, refused, "refuse", text="It is right as it is.")
    assert "Report rejected. Your answer will be sent to 1 reader." in said
    assert OutgoingMail.objects.get().context["answer"] == "It is right as it is."
    assert "Report closed. No email is sent." in act(carl, closed, "close")
    rows = {
        row.text: (row.outcome, row.answer, str(row.done_by))
        for row in carl.get(PAGE, {"state": "done"}).context["rows"]
    }
    assert rows[refused.text] == ("rejected", "It is right as it is.", "Carl")
    assert rows["Two"] == ("closed without an answer", "", "Carl")
    act(carl, refused, "reopen")
    assert not fresh(refused).is_refused
    act(carl, held, "admit")
    assert "Reports held back" not in carl.get("/admin/").text


@pytest.mark.parametrize(("text", "message"), [(" ", "Write your answer"), ("a" * 2_001, "has 2,001 characters")])
def test_wrong_answer_is_told_at_its_field_and_kept(carl, text, message):
    row = report(email="ada@example.com")
    response = carl.post(url(row), {"action": "answer", "text": text})
    assert response.status_code == 422
    assert message in response.text
    assert text.strip() in response.text
    assert fresh(row).state == State.OPEN


def test_curator_goes_from_the_report_to_the_form_which_shows_it(carl, python):
    row = report()
    response = carl.post(url(row), {"action": "take"})
    assert response["Location"] == reverse("admin:catalog_skill_change", args=[python.pk])
    form = carl.get(response["Location"]).text
    assert "1 open reader report" in form
    assert "Level 2 has a typo." in form
    cora = browser(person("cora"))
    assert "Carl is working on it" in cora.get(PAGE).text
    assert "Carl is working on this report" in act(cora, row, "take")
    act(cora, row, "release")
    assert fresh(row).taken_by is None


def test_refusing_without_a_word_asks_first_if_the_reader_hopes_for_one(carl):
    row = report(email="ada@example.com")
    assert "the reader will not get one" in act(carl, row, "refuse")
    assert fresh(row).state == State.OPEN
    assert "Report rejected. No email is sent." in act(carl, row, "refuse", sure="1")
    assert "Report rejected." in act(carl, report(text="No address."), "refuse")


@pytest.mark.parametrize(
    ("text", "why"), [("http://a.example http://b.example http://c.example", "2 links"), ("Typo.", "faster than")]
)
def test_report_that_is_held_back_says_why(carl, text, why):
    assert why in carl.get(url(report(text=text, is_held=True))).text


def test_change_in_the_form_answers_the_report_that_is_ticked(carl, python):
    row, other = report(), report(text="Another.")
    address = reverse("admin:catalog_skill_change", args=[python.pk])
    assert f'value="{row.pk}"' in carl.get(address).text
    change = {"summary": "Better words.", "answers_report": [row.pk], "_save": ""}
    assert "Proposal for" in carl.post(address, {**form_of(carl, python), **change}, follow=True).text
    assert fresh(row).proposal.author == fresh(row).taken_by == User.objects.get(email__startswith="carl")
    assert fresh(other).proposal is None


def test_duplicates_are_merged_and_separated(carl):
    first, second = report(text="One."), report(text="Two.")
    assert "The two reports are merged." in act(carl, second, "merge", into=first.pk)
    assert carl.get(url(second))["Location"] == url(first)
    assert "The reports are separate again." in act(carl, second, "separate")
    ReaderReport.objects.filter(pk=first.pk).update(state=State.HELD)
    assert "One. (held back)" in " ".join(carl.get(url(second)).text.split())
    assert "The two reports are merged." in act(carl, second, "merge", into=first.pk)
    assert fresh(first).state == State.OPEN
    act(carl, second, "separate")
    for into in ("", "x", "999999"):
        assert carl.post(url(second), {"action": "merge", "into": into}).status_code == 404


def test_flood_is_held_back_and_closed_with_a_click(carl):
    report()
    ReaderReport.objects.bulk_create(
        ReaderReport(page="skills", topic="idea", text=f"Spam {number}", state=State.HELD) for number in range(500)
    )
    assert len(carl.get(PAGE).context["rows"]) == 1
    held = carl.get(PAGE, {"state": "held"})
    assert len(held.context["rows"]) == 25
    late = ReaderReport.objects.create(page="skills", topic="idea", text="Later", state=State.HELD)
    closed = carl.post(reverse("curation:close-held-reports"), {"until": held.context["until"]}, follow=True).text
    assert "500 reports closed without an answer." in closed
    assert "Later" in closed
    assert "The report is in the inbox." in act(carl, late, "admit")
    assert carl.post(reverse("curation:close-held-reports"), {"until": "never"}).status_code == 404


def test_unknown_report_or_action_is_not_there(carl):
    assert carl.get(f"{PAGE}999999/").status_code == 404
    assert carl.post(url(report()), {"action": "praise"}).status_code == 404

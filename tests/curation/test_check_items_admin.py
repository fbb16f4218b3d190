"""The pages of check items: who has access, what they show about learners, and what their buttons do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import emails
from accounts.models import OutgoingMail, User
from guidance.catalog import snapshot
from guidance.catalog.models import Check
from guidance.curation import check_items, item_statistics, permissions
from guidance.curation.models import Proposal
from guidance.progress.checks import shown_options
from guidance.progress.models import ItemReport
from tests.curation.answers import NOW, answered, give, learners
from tests.curation.people import browser, person
from tests.curation.test_records_admin import form_of
from tests.factories import check_document, choice_item, make_check, make_skill, publish, skill_document

pytestmark = pytest.mark.django_db
PAGE, REPORTS = "/admin/curation/items/", "/admin/curation/item-reports/"
KEYS = [f"item-1-{number}" for number in range(1, 6)]


@pytest.fixture(autouse=True)
def check(settings) -> Check:
    settings.DEMO = True  # staff without a second factor
    item_statistics.forget()
    make_skill("python")
    return make_check("python")


@pytest.fixture
def answers(check):
    """Answers by which item 1 is easy, item 2 correlates negatively with the rest, and the others positively."""
    for number, learner in enumerate(learners(40)):
        right = [True, number < 20, *((number * 7 + item * 5) % 40 < number for item in range(3))]
        right[1] = not right[3]
        give(learner, check.skill, {key: answered(right[item], item + 1) for item, key in enumerate(KEYS)})


@pytest.fixture
def curator():
    return browser(person("carl"))


@pytest.fixture
def reviewer():
    return browser(person("rita", permissions.REVIEWER))


def keys(page) -> list[str]:
    return [row.shown.item.key for row in page.context["rows"]]


def test_list_begins_with_what_misleads_most_and_is_filtered(curator, answers):
    page = curator.get(PAGE)
    assert keys(page)[:1] == ["item-1-2"]
    assert len(keys(page)) == 5
    assert "Negative correlation." in page.text
    assert "5 of the 20 questions in use have statistics." in page.text
    assert keys(curator.get(PAGE, {"finding": "easy"})) == ["item-1-1"]
    assert 'href="?finding=easy&amp;skill=python"' in curator.get(PAGE, {"skill": "python"}).text
    assert keys(curator.get(PAGE, {"skill": "nothing", "finding": "<script>", "page": "-1"})) == []
    assert "No questions match these filters." in curator.get(PAGE, {"skill": "sql"}).text


def test_page_names_no_learner_and_nothing_of_fewer_than_thirty(curator, check, answers):
    for learner in User.objects.filter(email__startswith="learner-")[:29]:
        give(learner, check.skill, {"item-1-9": answered(True, 9)}, at=NOW + timedelta(days=2))
    page = curator.get(PAGE).text
    assert "learner-" not in page
    assert "item-1-9" not in page


def test_list_without_answers_says_when_there_will_be_some(curator):
    assert "No question has been answered by 30 learners yet." in curator.get(PAGE).text
    assert "No question is withdrawn." in curator.get(PAGE, {"finding": "withdrawn"}).text
    assert "No open reports." in curator.get(REPORTS).text
    assert "No reports have been dealt with yet." in curator.get(REPORTS, {"state": "done"}).text


def test_only_reviewer_withdraws_with_a_click_and_puts_back_from_the_list_of_the_withdrawn(reviewer, check, answers):
    to = f"{PAGE}?finding=reversed"
    address = reverse("curation:withdraw-item", args=[check.pk, "item-1-2"])
    assert f'action="{address}"' in reviewer.get(to).text
    done = reviewer.post(address, {"next": to}, follow=True)
    assert done.redirect_chain == [(to, 302)]
    assert "Question item-1-2 withdrawn." in done.text
    assert keys(done) == []
    assert "item-1-2" not in {item.key for item in snapshot.newest().items_of["python", 1]}
    withdrawn = reviewer.get(PAGE, {"finding": "withdrawn"})
    back = reverse("curation:put-back-item", args=[check.pk, "item-1-2"])
    assert keys(withdrawn) == ["item-1-2"]
    assert f'action="{back}"' in withdrawn.text
    assert "Question item-1-2 restored." in reviewer.post(back, follow=True).text
    assert keys(reviewer.get(to)) == ["item-1-2"]


def test_curator_proposes_and_the_list_says_so_to_others(curator, reviewer, check, answers):
    address = reverse("curation:withdraw-item", args=[check.pk, "item-1-2"])
    done = curator.post(address, {"next": "https://elsewhere.example/"})
    assert done.headers["Location"] == PAGE
    assert "You proposed to withdraw question item-1-2." in curator.get(PAGE).text
    assert keys(curator.get(PAGE))[:1] == ["item-1-2"]
    page = reviewer.get(PAGE).text
    assert "Its withdrawal is proposed" in page
    assert reverse("admin:curation_proposal_change", args=[Proposal.objects.get().pk]) in page
    assert f'action="{address}"' not in page  # only Carl can change it
    assert "Carl has a proposal for these questions" in reviewer.post(address, follow=True).text


def test_who_may_not_change_items_reads_and_who_may_not_see_them_does_not(check, answers):
    reader = User.objects.create_user("reader@example.org", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_check", "change_skill"]))
    client, learner = browser(reader), browser(User.objects.create_user("lena@example.org"))
    assert "Withdraw</button>" not in client.get(PAGE).text
    posts = [
        reverse("curation:withdraw-item", args=[check.pk, "item-1-2"]),
        reverse("curation:put-back-item", args=[check.pk, "item-1-2"]),
        reverse("curation:close-item-reports", args=[check.skill_id, "item-1-2"]),
        reverse("curation:reopen-item-reports", args=[check.skill_id, "item-1-2"]),
    ]
    for address in posts:
        assert client.post(address, {"until": NOW.isoformat()}).status_code == 403
        assert learner.post(address).status_code == 302
        assert client.get(address).status_code == 405
    reader.user_permissions.set(Permission.objects.filter(codename="change_skill"))
    for address in (PAGE, REPORTS):
        assert browser(User.objects.get(pk=reader.pk)).get(address).status_code == 403
        assert learner.get(address).status_code == 302


def test_unknown_check_item_or_moment_is_not_there(curator, check):
    assert curator.post(reverse("curation:withdraw-item", args=[0, "item-1-2"])).status_code == 404
    unknown = curator.post(reverse("curation:withdraw-item", args=[check.pk, "nothing"]), follow=True)
    assert "There is no such question." in unknown.text
    close = reverse("curation:close-item-reports", args=[check.skill_id, "item-1-2"])
    for until in ("", "yesterday", "2026-13-01T00:00:00+00:00", "2026-11-25T12:00:00"):
        assert curator.post(close, {"until": until}).status_code == 404


@pytest.fixture
def reported(check):
    for learner in learners(2):
        ItemReport.objects.create(
            learner=learner, skill=check.skill, item="item-1-2", text="<b>Two</b> fit.\nSee there.", at=NOW
        )


def test_report_is_shown_with_its_question_and_without_the_learner(curator, check, reported):
    page = curator.get(REPORTS).text
    assert "2 learners reported this question." in page
    assert "&lt;b&gt;Two&lt;/b&gt; fit." in page
    assert "What comes after 2?" in page
    assert "That is what 2 does." in page
    assert "learner-" not in page
    form = reverse("admin:catalog_check_change", args=[check.pk])
    assert f'href="{form}#question-item-1-2"' in page
    assert 'id="item-item-1-2"' in curator.get(form).text
    assert reverse("curation:withdraw-item", args=[check.pk, "item-1-2"]) in page
    assert "2 open reports" in curator.get("/admin/curation/health/").text


def test_options_stand_as_the_learner_saw_them_beside_the_answer(curator, check):
    item = snapshot.current().items_of["python", 1][1]
    for number, learner in enumerate(learners(2)):
        asked = give(learner, check.skill, {item.key: (number > 0, [item.options[number].label])})
        later = NOW + timedelta(minutes=number)
        ItemReport.objects.create(learner=learner, skill=check.skill, item=item.key, text=f"No. {number}", at=later)
        give(learner, check.skill, {item.key: (True, ["Since then"])}, at=NOW + timedelta(days=90))
        seen = [option.label for option in shown_options(item, asked.pk)]
        page = curator.get(REPORTS)
        shown = page.context["rows"][0].said[0]
        assert [option.label for option in shown.options] == seen
        assert [option.label for option in shown.options if option.is_yours] == [item.options[number].label]
        options = page.text[page.text.index("as the learner of the latest report saw them") :]
        assert sorted(seen, key=options.index) == seen
    assert page.text.count("Their answer:") == 2
    assert "The options as this learner saw them" in page.text
    assert "Since then" not in page.text
    other = [{"text": f"Other {place}", "why": "So.", **({} if place else {"right": True})} for place in range(4)]
    publish(check_document("python", items=[choice_item(1, 2, options=other)]))
    assert "The options have changed since then." in curator.get(REPORTS).text


def test_answer_about_a_question_goes_to_the_learners(curator, check, reported):
    row = curator.get(REPORTS).context["rows"][0]
    long = curator.post(row.action, {"until": row.until, "text": "a" * 2_001})
    assert long.status_code == 422
    assert "Your answer has 2,001 characters." in long.text
    assert "a" * 2_001 in long.text
    done = curator.post(row.action, {"until": row.until, "text": "Two is right."}, follow=True).text
    assert "2 reports marked as resolved. Your answer will be sent to 2 learners." in done
    body = emails.compose(OutgoingMail.objects.first()).body
    assert "“a question about Python”" in body
    assert "Two is right." in body
    again = curator.post(row.action, {"until": row.until, "text": "Twice."}, follow=True).text
    assert "Nothing was changed" in again
    assert OutgoingMail.objects.count() == 2


def test_report_is_dealt_with_and_opened_again(curator, check, reported):
    page = curator.get(REPORTS)
    row = page.context["rows"][0]
    done = curator.post(row.action, {"until": row.until}, follow=True)
    assert "2 reports marked as resolved." in done.text
    assert "No open reports." in done.text
    row = curator.get(REPORTS, {"state": "done"}).context["rows"][0]
    again = curator.post(row.action, {"until": row.until}, follow=True)
    assert "2 reports are open again." in again.text
    assert check_items.open_reports().count() == 2
    assert "Nothing was changed" in curator.post(row.action, {"until": row.until}, follow=True).text


def test_report_about_a_question_that_is_gone_can_still_be_dealt_with(curator, check, reported):
    publish(check_document("python", items=[]))
    page = curator.get(REPORTS)
    assert "This question is no longer in the catalogue." in page.text
    assert page.context["rows"][0].action in page.text


def test_pages_cost_few_queries_however_much_they_show(curator, check, answers):
    slugs = [f"skill-{number}" for number in range(12)]
    publish(*(document for slug in slugs for document in (skill_document(slug), check_document(slug))))
    people = list(User.objects.filter(email__startswith="learner-"))
    for number, key in enumerate(KEYS[:3]):
        ItemReport.objects.create(learner=people[number], skill=check.skill, item=key, text="Wrong.")
    few = []
    for address in (PAGE, REPORTS):
        curator.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert curator.get(address).status_code == 200
        few.append(len(queries))
    assert max(few) <= 17
    for row in Check.objects.exclude(pk=check.pk).select_related("skill"):
        for number, person_ in enumerate(people):
            give(person_, row.skill, {key: answered(number % 2 == 0) for key in KEYS[:2]})
        ItemReport.objects.create(learner=people[0], skill=row.skill, item=KEYS[0], text="Wrong.")
    for address, before in zip((PAGE, REPORTS), few, strict=True):
        with CaptureQueriesContext(connection) as queries:
            page = curator.get(address)
        assert len(page.context["rows"]) >= 15
        assert len(queries) <= before + 1  # once a second the revision of the catalogue is queried


def test_items_are_led_to_from_the_health_page_and_the_index(curator):
    for address in ("/admin/", "/admin/curation/health/"):
        assert f'href="{PAGE}"' in curator.get(address).text


def test_code_of_an_item_stays_as_it_is_written(curator, check):
    code = {"id": "code", "level": 1, "kind": "output", "question": "What: “a # b”?", "answer": "[1, 2]", "why": "So."}
    code["code"] = "for n in range(2):\n    print(n)  # 'n'\n"
    publish(check_document("python", items=[code, *check_document().data["items"]]))
    address = reverse("admin:catalog_check_change", args=[check.pk])
    sent = form_of(curator, check)
    assert "What comes after 2?" in curator.get(address).text
    typed = {**sent, "items-0-code": code["code"].replace("\n", "\r\n")}  # as browsers send it
    assert "Nothing was changed." in curator.post(address, typed, follow=True).text
    changed = {**sent, "items-2-question": "What comes after two?"}
    assert " saved. " in curator.post(address, changed, follow=True).text
    assert "What comes after two?" in curator.get(address).context["items"][2].question

"""The home page of the admin: open work for each user, problems, scheduled publications and recent events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.curation import health, inbox, operations, permissions, proposals, publishing
from guidance.curation.admin import home
from guidance.curation.admin.activity import latest_events
from guidance.curation.models import Operation, PendingOperation, Proposal, ReaderReport
from guidance.progress.models import ItemReport
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_proposals import changed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True  # staff without a second factor
    health.forget()
    yield
    health.forget()


def propose(slug: str, author: User, *, submit: bool = True, **values: object) -> Proposal:
    skill = Skill.objects.get(slug=slug)
    (proposal,) = proposals.propose([changed(skill, **values or {"summary": "Mine."})], author=author, submit=submit)
    return proposal


def test_reviewer_sees_what_waits_the_oldest_first_with_what_it_changes_and_what_was_checked():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    person("mina", permissions.REVIEWER)
    factories.publish(*(factories.skill_document(name) for name in ("python", "sql", "git")))
    new, old = propose("python", carl, effort=[400, 1, 1, 1]), propose("sql", carl)
    Proposal.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=3))
    propose("git", rita)
    page = browser(rita).get("/admin/")
    lines = page.context["review"]
    assert [(line.proposal.pk, line.fields) for line in lines] == [(old.pk, "summary"), (new.pk, "hours")]
    assert "2 proposals are waiting for you" in page.text
    assert "the oldest for 3 days" in page.text
    assert f'href="/admin/curation/proposal/{old.pk}/change/">Review the next one' in page.text.replace(
        "\n        >", ">"
    )
    assert [line.proposal.slug for line in page.context["submitted"]] == ["git"]


def test_curator_sees_drafts_and_what_is_in_review_and_no_queue_of_others():
    carl, cora = person("carl"), person("cora")
    factories.publish(*(factories.skill_document(name) for name in ("python", "sql", "git")))
    propose("python", carl, submit=False)
    propose("sql", carl)
    propose("git", cora, submit=False)
    new = replace(factories.skill_document("rust"), data={**factories.skill_document("rust").data, "status": "draft"})
    proposals.propose([new], author=carl)
    page = browser(carl).get("/admin/")
    assert [line.proposal.slug for line in page.context["drafts"]] == ["python"]
    assert [line.proposal.slug for line in page.context["submitted"]] == ["sql"]
    assert [draft.name for draft in page.context["new_drafts"]] == [Skill.objects.get(slug="rust").name]
    assert "no proposals are waiting for you" in page.text
    assert "2 drafts of yours" in page.text
    assert "All of yours in review, 1" in page.text
    address = f"/admin/catalog/skill/{Skill.objects.get(slug='rust').pk}/change/"
    assert address in browser(carl).get("/admin/curation/proposal/?state=draft&author=me").text
    assert "drafts of yours" not in browser(cora).get("/admin/").text
    assert "Waiting for your review" not in page.text
    assert "/admin/catalog/skill/add/" in page.text


def test_empty_home_says_so():
    page = browser(person("rita", permissions.REVIEWER)).get("/admin/").text
    for sentence in (
        "No proposals are waiting for your review.",
        "You have no drafts.",
        "Nothing is wrong with the published catalogue.",
        "Nothing is scheduled.",
        "No one has changed anything yet.",
    ):
        assert sentence in page


def test_health_shows_the_gravest_faults_with_an_example():
    factories.make_skill("a")
    factories.make_skill("b", prerequisites={"a": 1})
    page = browser(person("carl")).get("/admin/")
    lines = page.context["health_lines"]
    counts = page.context["health"].counts
    assert [line.fault for line in lines] == [fault.value for fault, count in counts.items() if count][
        : home.MAX_FAULTS
    ]
    assert f"All {len(page.context['health'].findings)} findings" in page.text
    assert f'?fault={lines[0].fault}"' in page.text


def test_activity_joins_what_one_person_did_at_one_moment():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    factories.publish(*(factories.skill_document(name) for name in ("python", "sql", "git")))
    rows = [propose(slug, carl) for slug in ("python", "sql", "git")]
    at = timezone.now() - timedelta(hours=1)
    Proposal.objects.update(submitted_at=at)
    publishing.schedule(rows[0], by=rita, at=timezone.now() + timedelta(days=1))
    publishing.publish([rows[1]], by=rita)
    Operation.objects.create(what="retire", kind="skill", record_id=1, slug="r", name="R", touched=[], by=rita, at=at)
    events = [(str(event.who), event.did, event.name, event.more) for event in latest_events(8)]
    assert {("Rita", "published"), ("Rita", "scheduled")} == {event[:2] for event in events[:2]}
    assert ("Rita", "retired", "R", 0) in events
    assert next(event for event in events if event[1] == "submitted")[3] == 2  # all three
    page = browser(rita).get("/admin/")
    submitted = next(event for event in page.context["events"] if event.did == "submitted")
    assert {subject.name for subject in (submitted.subject, *submitted.others)} == {"Python", "Sql", "Git"}
    assert {subject.kind for subject in submitted.others} == {"skill"}
    for subject in submitted.others:
        assert f'<a href="{subject.address}">{subject.name}</a>' in page.text
    assert [proposal.slug for proposal in page.context["scheduled"]] == ["python"]
    assert "approved by Rita" in page.text


def test_activity_has_a_page_by_day_and_person_that_forgets_no_decision():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    factories.publish(factories.skill_document("python"))
    proposal = propose("python", carl)
    Proposal.objects.update(submitted_at=timezone.now() - timedelta(hours=1))
    reviewer = browser(rita)

    def decide(decision: str, **more: str) -> None:
        address = f"/admin/curation/proposal/{proposal.pk}/change/"
        seen = reviewer.get(address).context["seen"]
        assert reviewer.post(address, {"decision": decision, "seen": seen, **more}).status_code == 302

    decide("schedule", at=(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    decide("unschedule")
    decide("send-back", words="Name the source.")
    proposals.submit(Proposal.objects.get(), by=carl)
    assert [event.did for event in latest_events(8)].count(
        "submitted"
    ) == 2  # once before and once after it was sent back
    LogEntry.objects.update(action_time=timezone.now() - timedelta(days=1))
    page = reviewer.get("/admin/curation/activity/")
    days = [[(str(event.who), event.did) for event in day.events] for day in page.context["days"]]
    assert {("Rita", "scheduled"), ("Rita", "took off the schedule"), ("Rita", "sent back")} <= set(days[1])
    assert ("Carl", "submitted") in days[0]
    page = browser(carl).get("/admin/curation/activity/", {"who": rita.pk})
    assert {event.who for day in page.context["days"] for event in day.events} == {rita}
    assert browser(person("nobody", None)).get("/admin/curation/activity/").status_code == 403
    assert "/admin/curation/activity/" in reviewer.get("/admin/").text


def test_activity_has_what_was_done_with_reports():
    factories.publish(factories.skill_document("python"))
    cora = person("cora")
    curator = browser(cora)
    about = {"kind": "skill", "record_id": Skill.objects.get().pk, "topic": "wrong"}
    first, second, third = [ReaderReport.objects.create(**about, text=text) for text in ("One.", "Two.", "Three.")]
    for report, action in ((first, {"action": "take"}), (second, {"action": "close"})):
        assert curator.post(reverse("curation:report", args=[report.pk]), action).status_code == 302
    inbox.answer(third, "It is right.", by=cora, now=timezone.now())
    said = {(str(event.who), event.did, event.name) for event in latest_events(8)}
    assert said == {
        ("Cora", "took a report about", "Python"),
        ("Cora", "closed a report about", "Python"),
        ("Cora", "answered a report about", "Python"),
    }
    learner = User.objects.create_user("lena@example.com")
    ItemReport.objects.create(learner=learner, skill=Skill.objects.get(), item="sums", text="Two are right.")
    until = timezone.now().isoformat()
    address = reverse("curation:close-item-reports", args=[Skill.objects.get().pk, "sums"])
    assert curator.post(address, {"until": until}).status_code == 302
    assert latest_events(1)[0].did == "closed reports about a question of"


def test_activity_says_what_was_undone():
    rita = person("rita", permissions.REVIEWER)
    factories.publish(
        factories.skill_document("python"), factories.resource_document("book", skills={"python": [0, 1]})
    )
    plan = operations.plan_rename("skill", "python", "python-3", "Python 3")
    operation = operations.apply(plan.request, plan.digest, by=rita, now=timezone.now() - timedelta(hours=1))
    operations.undo(operation, by=rita, now=timezone.now())
    assert [(event.did, event.name) for event in latest_events(2)] == [
        ("undid the renaming of", "Python"),
        ("renamed", "Python"),
    ]


def test_author_sees_what_came_back_with_the_comments():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    factories.publish(*(factories.skill_document(name) for name in ("python", "sql")))
    sent, edited = propose("python", carl), propose("sql", carl)
    publishing.send_back(sent, by=rita, words="Name the source.")
    document = changed(Skill.objects.get(slug="sql"), summary="Rita’s.")
    proposals.save_proposal(Skill.objects.get(slug="sql"), document, author=rita, may_be_others=True)
    page = browser(carl).get("/admin/")
    assert [item.line.proposal.pk for item in page.context["returned"]] == [sent.pk, edited.pk]
    assert "“Name the source.”" in page.text
    assert "Edited by Rita (" in page.text
    assert "Sent back to you" not in browser(rita).get("/admin/").text


def test_more_that_came_back_than_is_shown_is_counted_and_linked():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    names = [f"skill-{number}" for number in range(home.MAX_LINES + 1)]
    factories.publish(*(factories.skill_document(name) for name in names))
    for name in names:
        publishing.send_back(propose(name, carl), by=rita, words="Name the source.")
    page = browser(carl).get("/admin/")
    assert len(page.context["returned"]) == home.MAX_LINES
    assert 'Sent back to you <span class="badge">6</span>' in page.text
    assert "All sent back to you, 6" in page.text


def test_what_waits_for_others_stays_in_sight_and_what_waits_for_a_second_person_is_counted():
    carl, rita, mina = person("carl"), person("rita", permissions.REVIEWER), person("mina", permissions.REVIEWER)
    factories.publish(*(factories.skill_document(name) for name in ("python", "sql")))
    proposal = propose("python", carl)
    Proposal.objects.filter(pk=proposal.pk).update(editor=rita, edited_at=timezone.now(), seen_document="x")
    sql = Skill.objects.get(slug="sql")
    PendingOperation.objects.create(what="retire", kind="skill", record_id=sql.pk, name="SQL", form={}, asked_by=rita)
    asked, seconds = browser(rita).get("/admin/"), browser(mina).get("/admin/")
    assert [line.proposal.slug for line in asked.context["edited"]] == ["python"]
    assert "Carl has been asked to agree to your changes" in asked.text
    assert "Requested by you, for someone else to confirm" in asked.text
    assert "1 merge, split or retirement to confirm" in seconds.text
    assert ">1 merge, split" not in asked.text
    assert '<span class="badge">2</span>' in seconds.text.partition('class="bell"')[2][:300]


def test_what_the_only_reviewer_asked_for_waits_for_that_reviewer():
    rita = person("rita", permissions.REVIEWER)
    sql = factories.make_skill("sql")
    PendingOperation.objects.create(what="retire", kind="skill", record_id=sql.pk, name="SQL", form={}, asked_by=rita)
    page = browser(rita).get("/admin/")
    assert "1 merge, split or retirement to confirm" in page.text
    assert [row.name for row in page.context["waiting_operations"]] == ["SQL"]
    assert page.context["own_operations"] == []


def test_home_costs_few_queries_however_much_waits():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    factories.publish(*(factories.skill_document(f"skill-{number}") for number in range(8)))
    client, counts = browser(rita), []
    for number in range(8):
        propose(f"skill-{number}", carl, submit=number > 3)
        if number in (4, 7):
            client.get("/admin/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/admin/")
            counts.append(len(queries))
    assert counts[0] <= 40
    assert abs(counts[1] - counts[0]) <= 2  # once a second the revision of the catalogue is queried


def test_staff_without_the_catalogue_get_the_lists_of_the_admin():
    staff = User.objects.create_user("staff@example.org", is_staff=True)
    page = browser(staff).get("/admin/")
    assert page.status_code == 200
    assert "You don’t have permission to view or edit anything." in page.text


@pytest.mark.parametrize(("hour", "words"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")])
def test_greeting_goes_with_the_hour(hour, words):
    assert words in home.greeting(hour)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(0), "today, 12:00"),
        (timedelta(days=1), "yesterday, 12:00"),
        (-timedelta(days=1), "tomorrow, 12:00"),
        (timedelta(days=400), "23 Oct 2025, 12:00"),
    ],
)
def test_moments_are_told_as_people_say_them(ago, words, monkeypatch):
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    template = engines["django"].from_string("{% load newsroom %}{{ at|moment }}")
    assert template.render({"at": now - ago}) == words

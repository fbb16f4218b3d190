"""The page of curriculum health: what it shows, to whom, with how many queries, and the links to fix things."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Revision, Version
from guidance.curation import health, tasks
from guidance.curation.admin.activity import latest_events
from guidance.curation.health import TITLES, Fault
from guidance.curation.models import HealthReview
from tests.curation.people import browser, person
from tests.factories import make_catalogue, make_resource, make_role, make_skill, publish, skill_document

pytestmark = pytest.mark.django_db
PAGE = "/admin/curation/health/"


@pytest.fixture
def curator(settings):
    settings.DEMO = True  # staff without a second factor
    health.forget()
    yield browser(person("carl"))
    health.forget()


def test_findings_are_grouped_counted_and_lead_to_their_fix(curator):
    a = make_skill("a", name="Skill a")
    make_skill("b", name="Skill b", prerequisites={"a": 1})
    make_skill("c", name="Skill c", prerequisites={"a": 1, "b": 1})
    make_role("engineer", requirements={"c": (2, 5)})
    page = curator.get(PAGE)
    counts = {fault: count for fault, _title, count in page.context["counts"]}
    assert (counts["redundant"], counts["orphans"]) == (1, 0)
    assert counts["resources"] >= 3
    assert f'href="{reverse("curation:graph", args=["c"])}">Skill c</a>' in page.text
    assert f'href="{reverse("admin:catalog_skill_change", args=[a.pk])}">Skill a</a>' in page.text
    assert "“Skill a” is implied by another prerequisite." in page.text


def test_findings_are_filtered_by_fault_kind_and_name(curator):
    make_skill("python")
    make_skill("sql", prerequisites={"python": 1})
    page = curator.get(PAGE, {"fault": "orphans", "q": "PYTH"})
    assert [line.finding.slug for group in page.context["groups"] for line in group.lines] == ["python"]
    assert "1 finding" in page.text
    assert "No problems found." in curator.get(PAGE, {"fault": "cycles"}).text
    assert "No problems found." in curator.get(PAGE, {"kind": "guide"}).text
    assert curator.get(PAGE, {"fault": "<script>", "kind": "x", "page": "-1"}).status_code == 200


def test_links_that_were_not_checked_are_told_and_what_to_do(curator):
    make_resource("book")
    page = curator.get(PAGE).text
    assert "The link of 1 resource hasn’t been checked yet" in page


def test_every_fault_has_a_title_a_meaning_and_a_remedy():
    assert set(TITLES) == set(health.MEANINGS) == set(health.REMEDIES) == set(Fault)


def test_page_of_a_hundred_costs_few_queries_and_not_more_the_second_time(curator):
    make_catalogue(60)
    Version.objects.update(at=timezone.now() - timedelta(days=100))
    snapshot.current()
    for most in (26, 16):
        with CaptureQueriesContext(connection) as queries:
            page = curator.get(PAGE)
        assert len(queries) <= most
    assert sum(len(group.lines) for group in page.context["groups"]) == 60
    second = curator.get(PAGE, {"page": 2})
    assert "Page 2 of" in second.text


def test_record_that_is_still_right_is_marked_without_a_version(curator):
    python = make_skill("python")
    Version.objects.update(at=timezone.now() - timedelta(days=100))
    page = curator.get(PAGE, {"fault": "stale"})
    address = reverse("curation:looked", args=["skill", python.pk])
    assert f'action="{address}"' in page.text
    revisions = Revision.objects.count()
    done = curator.post(address, {"next": f"{PAGE}?fault=stale"}, follow=True)
    assert "Marked as reviewed today: Python." in done.text
    assert done.redirect_chain == [(f"{PAGE}?fault=stale", 302)]
    assert "python" not in {line.finding.slug for group in done.context["groups"] for line in group.lines}
    assert HealthReview.objects.get().by.email == "carl@example.org"
    assert Revision.objects.count() == revisions
    assert curator.get(address).status_code == 405
    assert curator.post(reverse("curation:looked", args=["skill", 0])).status_code == 404
    assert curator.post(reverse("curation:looked", args=["nothing", 1])).status_code == 404
    elsewhere = curator.post(address, {"next": "https://elsewhere.example/"})
    assert elsewhere.headers["Location"] == PAGE


def test_two_that_are_named_alike_are_told_apart_with_a_way_back(curator):
    first, second = (
        make_skill("vector-database", name="Vector database"),
        make_skill("vector-databases", name="Vector databases"),
    )
    asked = {"fault": "duplicates"}
    row = curator.get(PAGE, asked).context["groups"][0].lines[0]
    assert row.apart in curator.get(PAGE, asked).text
    back = {"next": f"{PAGE}?fault=duplicates"}
    done = curator.post(row.apart, back, follow=True)
    assert "are marked as different. Health will not list them again" in done.text
    assert done.context["groups"] == []
    [message] = done.context["messages"]
    assert f'action="{row.apart}"' in message.message  # its “Undo” undoes
    LogEntry.objects.log_actions(
        User.objects.get().pk, [first], CHANGE, "Proposed a change."
    )  # this log entry alone is no event
    curator.post(row.apart, back)  # a second time has no effect
    [event] = latest_events(8)
    assert (event.did, first.name in event.name, second.name in event.name) == ("noted:", True, True)
    [pair] = done.context["told_apart"]
    assert pair.who == User.objects.get(email="carl@example.org")
    assert len(curator.post(pair.undo, {**back, "undo": "1"}, follow=True).context["groups"]) == 1
    assert curator.post(reverse("curation:told-apart", args=["skill", first.pk, first.pk])).status_code == 404
    assert curator.post(reverse("curation:told-apart", args=["nothing", 1, 2])).status_code == 404


def test_who_may_not_change_the_record_marks_nothing(curator):
    python = make_skill("python")
    carl = User.objects.get(email="carl@example.org")
    group = carl.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="change_skill"))
    assert curator.post(reverse("curation:looked", args=["skill", python.pk])).status_code == 403
    assert browser(User.objects.create_user("lena@example.org")).get(PAGE).status_code == 302


def test_page_is_led_to_from_the_index(curator):
    assert f'href="{PAGE}"' in curator.get("/admin/").text


def test_number_in_the_menu_stays_after_a_publication_until_the_worker_has_counted_again(curator):
    make_skill("a", name="Skill a")
    cache.clear()
    assert health.known_count() is None
    first = health.recount(now=timezone.now())
    assert (health.known_count(), health.recount(now=timezone.now())) == (first, None)
    publish(skill_document("b", demand=30))
    assert health.known_count() == first
    tasks.count_findings()
    assert health.known_count() > first

"""The list and the page of resources show what the link check found."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import Resource
from guidance.curation import link_checks
from guidance.curation.links import LinkProblem, LinkResponse
from guidance.curation.models import LinkCheck
from tests.factories import publish, resource_document

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
RESOURCES = "/admin/catalog/resource/"


def client_of(*permissions: str) -> Client:
    user = User.objects.create_user(f"{len(permissions)}@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="catalog"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def curator(settings) -> Client:
    settings.DEMO = True  # staff without a second factor
    return client_of("view_resource", "change_resource")


@pytest.fixture
def checked():
    """A resource for each outcome, by name of the outcome."""
    publish(*[resource_document(outcome) for outcome in ("ok", "redirected", "unclear", "failed", "dead", "unchecked")])
    link_checks.enrol(now=NOW)
    told = {
        "ok": {"status": 200},
        "redirected": {"status": 200, "address": "https://moved.example/"},
        "unclear": {"problem": LinkProblem.NO_ANSWER},
        "failed": {"status": 404},
        "dead": {"status": 410},
    }
    for slug, answer in told.items():
        for number in range(3 if slug == "dead" else 1):
            check = LinkCheck.objects.get(resource__slug=slug)
            at = NOW + timedelta(days=number)
            link_checks.record(check, LinkResponse(**{"address": check.address, "host": "x", **answer}), now=at)
    return {check.resource.slug: check for check in LinkCheck.objects.select_related("resource")}


def slugs(response):
    return {resource.slug for resource in response.context["cl"].result_list}


@pytest.mark.parametrize("outcome", LinkCheck.LinkOutcome.values)
def test_list_is_filtered_by_what_was_found(curator, checked, outcome):
    assert slugs(curator.get(RESOURCES, {"link": outcome})) == {outcome}


def test_list_without_a_filter_or_with_an_unknown_one_has_all(curator, checked):
    assert slugs(curator.get(RESOURCES)) == set(checked)
    assert slugs(curator.get(RESOURCES, {"link": "odd"})) == set(checked)


def test_list_says_what_was_found_and_when(curator, checked):
    page = curator.get(RESOURCES).text
    days = {"works": 25, "works elsewhere": 25, "unclear": 25, "fails": 25, "dead": 27}
    for words in ("not checked yet", *(f"{words}, {day} Nov 2026" for words, day in days.items())):
        assert f'<td class="field-link">{words}</td>' in page


def page_of(client, slug):
    return client.get(reverse("admin:catalog_resource_change", args=[Resource.objects.get(slug=slug).pk])).text


def test_page_of_a_resource_says_what_was_found(curator, checked):
    assert "The address has not been checked yet." in page_of(curator, "unchecked")
    assert "permanently moved to https://moved.example/" in page_of(curator, "redirected")
    assert "The host responds with 404. This has happened on 1 day." in page_of(curator, "failed")
    assert "View on site" in page_of(curator, "ok")
    dead = page_of(curator, "dead")
    assert "View on site" not in dead
    for text in (
        "Dead since 27 Nov 2026, 12:00.",
        "Learners do not see the resource",
        "on 3 days in a row",
        "Checked 27 Nov 2026, 12:00, next 29 Nov 2026, 12:00.",
    ):
        assert text in dead


def test_what_was_found_at_another_address_is_not_said_of_this_one(curator, checked):
    publish(resource_document("dead", url="https://new.example/"))
    assert "The address has not been checked yet." in page_of(curator, "dead")
    assert slugs(curator.get(RESOURCES, {"link": "dead"})) == set()
    assert slugs(curator.get(RESOURCES, {"link": "unchecked"})) == {"dead", "unchecked"}


def act(client, *slugs):
    chosen = list(Resource.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    return client.post(RESOURCES, {"action": "check_links", "_selected_action": chosen}, follow=True)


def test_links_are_checked_next_when_asked_for(curator, checked):
    publish(resource_document("draft", status="draft"))
    assert "2 links will be checked next." in act(curator, "dead", "ok", "draft").text
    due = LinkCheck.objects.filter(due_at__lte=datetime.now(UTC)).values_list("resource__slug", flat=True)
    assert set(due) >= {"dead", "ok"}
    assert "Only the links of published resources are checked." in act(curator, "draft").text
    assert Resource.objects.get(slug="dead").is_dead


def test_who_may_only_look_has_no_action(checked, settings):
    settings.DEMO = True
    page = client_of("view_resource").get(RESOURCES).text
    assert "Check the links next" not in page


def test_list_of_a_hundred_takes_at_most_fifteen_queries(curator):
    publish(*[resource_document(f"book-{number}") for number in range(100)])
    link_checks.enrol(now=NOW)
    for check in LinkCheck.objects.all():
        link_checks.record(check, LinkResponse(address=check.address, status=200), now=NOW)
    curator.get(RESOURCES)
    with CaptureQueriesContext(connection) as queries:
        assert curator.get(RESOURCES, {"link": "ok"}).context["cl"].result_count == 100
    assert len(queries) <= 15

"""The frame of every page of the admin: the sidebar with counts of open work, and the search for a record by name."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import Revision, Skill
from guidance.curation import permissions, proposals
from guidance.curation.admin.sidebar import TOOLS
from guidance.progress.models import ItemReport
from tests.curation.people import browser, person
from tests.curation.test_proposals import changed
from tests.factories import make_resource, make_skill

pytestmark = pytest.mark.django_db
PAGE = "/admin/curation/health/"


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


def sidebar(client, page: str = PAGE) -> dict[str, str]:
    """The number beside each link, by label."""
    text = client.get(page).text.partition('id="sidebar"')[2].partition("</nav>")[0]
    links = re.findall(r"<li><a [^>]*>(.*?)</a></li>", text, re.DOTALL)
    return {
        " ".join(re.sub(r"<span.*", "", link, flags=re.DOTALL).split()): "".join(re.findall(r'">([\d,]+)<', link))
        for link in links
    }


def test_sidebar_counts_what_waits_for_whom():
    carl, rita = person("carl"), person("rita", permissions.REVIEWER)
    for name in ("python", "sql", "git"):
        make_skill(name)
    for name, submit in (("python", True), ("sql", True), ("git", False)):
        proposals.propose([changed(Skill.objects.get(slug=name), summary="Mine.")], author=carl, submit=submit)
    make_skill("python", summary="Changed since.")  # so that a proposal waits for its author
    ItemReport.objects.create(skill=Skill.objects.get(slug="sql"), item="one", text="No.", learner=carl)
    assert sidebar(browser(rita)) | {
        "Review": "1",
        "My drafts": "0",
        "Reader reports": "1",
        "Skills": "3",
    } == sidebar(browser(rita))
    own = sidebar(browser(carl))
    assert (own["In review"], own["My drafts"]) == ("2", "1")
    rita.is_active = False
    rita.save()
    carl.groups.add(Group.objects.get(name=permissions.REVIEWER))
    assert (
        sidebar(browser(User.objects.get(pk=carl.pk)))["Review"] == "1"
    )  # an only reviewer reviews their own proposals


def test_every_list_of_the_admin_can_be_reached():
    client = browser(User.objects.create_superuser("admin@example.org", name="Ada"))
    text = client.get(PAGE).text.partition('id="sidebar"')[2].partition("</nav>")[0]
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert f'href="{address}"' in text, address
    assert "Users" not in sidebar(browser(person("carl")))


@pytest.mark.parametrize("name", TOOLS)
def test_menu_and_page_call_a_list_alike(name):
    client = browser(User.objects.create_superuser("admin@example.org", name="Ada"))
    model = next(model for model in admin.site._registry if model.__name__.lower() == name)
    page = client.get(reverse(f"admin:{model._meta.app_label}_{name}_changelist")).text
    (called,) = re.findall(r"<h1>([^<]*)</h1>", page)
    assert re.search(rf'aria-current="page">{re.escape(called)}\s*<', page)
    assert f"<title>{called} | Waymark</title>" in page


def test_times_in_lists_have_24_hours():
    Revision.objects.create(number=900, at=datetime(2026, 11, 27, 15, 50, tzinfo=UTC))
    page = browser(person("carl")).get("/admin/catalog/revision/").text
    assert "27 Nov 2026, 15:50" in page


def test_sidebar_says_where_one_is():
    client = browser(person("carl"))
    python = make_skill("python")
    for address, label in (
        (PAGE, "Health"),
        (reverse("admin:catalog_skill_change", args=[python.pk]), "Skills"),
        ("/admin/curation/proposal/?state=in-review", "In review"),
        ("/admin/curation/proposal/?state=draft&author=me", "My drafts"),
    ):
        current = re.findall(r'<a href="[^"]*" aria-current="page">(.*?)\s*<', client.get(address).text)
        assert current == [label]


def test_sidebar_costs_few_queries():
    client = browser(person("rita", permissions.REVIEWER))
    client.get("/admin/curation/export/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/curation/export/")
    assert (
        len(queries) <= 9
    )  # session, user, rights of the user and of the groups; proposals, drafts of new records, all else that waits, revision, records


@pytest.mark.parametrize(
    ("query", "target"), [("python", "python"), (" PYTHON ", "python"), ("pandas", "pandas"), ("pand", "pandas")]
)
def test_one_goes_to_a_record_by_its_name(query, target):
    make_skill("python")
    make_skill("python-tests")
    make_skill("pandas", name="Pandas", aliases=["pandas lib", "pd"])
    found = browser(person("carl")).get("/admin/curation/go/", {"q": query})
    assert found.headers["Location"] == reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug=target).pk])


def test_what_is_found_by_another_name_is_listed_with_it():
    make_skill("sql", name="SQL", aliases=["DuckDB"])
    found = browser(person("carl")).get("/admin/curation/go/", {"q": "duckdb"})
    assert "also called DuckDB" in found.text


def test_records_are_suggested_while_a_name_is_typed():
    make_skill("sql", name="SQL", aliases=["DuckDB"])
    for number in range(9):
        make_skill(f"tool-{number}")
    client = browser(person("carl"))
    few = client.get("/admin/curation/go/", {"q": "duckdb", "suggest": "1"}).text
    address = reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="sql").pk])
    assert (f'data-address="{address}"' in few, "also called DuckDB" in few, "1 record," in few) == (True, True, True)
    many = client.get("/admin/curation/go/", {"q": "tool-", "suggest": "1"}).text
    assert (many.count('role="option"'), "Show all 9 records" in many, "?q=tool-" in many) == (9, True, True)
    none = client.get("/admin/curation/go/", {"q": "nothing<", "suggest": "1"}).text
    assert "No record has “nothing&lt;” in its name." in none


def test_lists_that_are_empty_say_what_will_be_there():
    client = browser(person("rita", permissions.REVIEWER))
    for address, words in (
        ("catalog/version", "open the history of its record"),
        ("catalog/revision", "what became public at one moment"),
        ("catalog/redirect", "Old URLs redirect to the current record."),
        ("curation/bulkedit", "You can undo each as a whole"),
        ("curation/operation", "open the record and press"),
    ):
        assert words in client.get(f"/admin/{address}/").text, address


def test_records_are_listed_by_how_close_their_name_is():
    make_resource("monty", name="Monty and his python")
    make_skill("micropython", name="MicroPython")
    make_skill("python-tests", name="Python tests")
    client = browser(person("carl"))
    found = client.get("/admin/curation/go/", {"q": "pyth"})
    assert [record.name for record in found.context["found"]] == [
        "Python",
        "Python tests",
        "Monty and his python",
        "MicroPython",
    ]
    assert "No record has “nothing&lt;” in its name." in client.get("/admin/curation/go/", {"q": "nothing<"}).text
    assert client.get("/admin/curation/go/", {"q": "a\0%_" * 200}).status_code == 200
    assert "Type a name" in client.get("/admin/curation/go/").text
    assert browser(User.objects.create_user("lena@example.org")).get("/admin/curation/go/").status_code == 302


def test_every_time_is_in_the_zone_of_the_visitor_which_is_said_once():
    rita = person("rita", permissions.REVIEWER)
    User.objects.filter(pk=rita.pk).update(time_zone="Asia/Kolkata")
    make_skill("python")
    Revision.objects.update(at=datetime(2026, 11, 26, 20, 15, tzinfo=UTC))
    text = browser(rita).get("/admin/catalog/revision/").text
    assert "27 Nov 2026, 01:45" in text
    assert text.count("Times are in the time zone Asia/Kolkata.") == 1

"""Entries and mappings in the admin: who may do what, what is shown, and that a new decision replaces an earlier one."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.curation import mappings, taxonomy_releases
from guidance.curation.admin.activity import latest_events
from guidance.curation.models import Mapping, TaxonomyEntry
from guidance.curation.permissions import REVIEWER
from guidance.curation.taxonomy_files import Entry, Link, Rating
from tests.curation.people import browser, person
from tests.factories import make_skill

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MAPPINGS = "/admin/curation/mapping/"
ENTRIES = "/admin/curation/taxonomyentry/"
NEEDED = ("view_mapping", "change_mapping", "view_taxonomyentry", "change_skill", "change_role")


def client_of(*permissions: str) -> Client:
    user = User.objects.create_user(f"{len(permissions)}@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


GROUP = Entry("skill-group", "uri:group", "Languages")


@pytest.fixture
def curator(settings) -> Client:
    settings.DEMO = True  # staff without a second factor
    return client_of(*NEEDED)


@pytest.fixture
def python(db) -> Mapping:
    make_skill("python")
    entries = [
        Entry("skill", "uri:python", "Python", ("Python 3",), "A language.", links=(Link("broader", "uri:group"),)),
        GROUP,
    ]
    taxonomy_releases.load(source="esco", release="1.2", entries=entries, now=NOW)
    mappings.suggest("esco")
    return Mapping.objects.get()


def act(client: Client, action: str, *rows: Mapping, sure: bool = True, **data: str):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **data}
    return client.post(f"{MAPPINGS}?status__exact=all", chosen | ({"post": "yes"} if sure else {}), follow=True)


def test_deciding_is_confirmed_published_logged_and_undone_by_the_opposite(curator, python):
    asked = act(curator, "accept", python, sure=False)
    assert "Python, ESCO uri:python" in asked.content.decode()
    assert Mapping.objects.get().status == "suggested"
    done = act(curator, "accept", python).content.decode()
    assert "1 mapping accepted." in done
    assert "To undo this, reject it</a>" in done
    assert "Published as revision 2." in done
    assert Skill.objects.get().esco == ["uri:python"]
    assert "There is nothing to accept" in act(curator, "accept", python).content.decode()
    act(curator, "refuse", python)
    assert (Skill.objects.get().esco, Mapping.objects.get().status) == ([], "refused")
    messages = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(messages) == ["Accepted as a mapping.", "Rejected as a mapping."]


def test_button_in_a_row_accepts_at_once_for_two_people(curator, python):
    other = client_of(*NEEDED, "change_resource")
    assert f'name="_accept" value="{python.pk}"' in curator.get(MAPPINGS).text
    said = curator.post(f"{MAPPINGS}?q=python", {"_accept": python.pk}, follow=True).text
    assert "A reviewer has to accept it too" in said
    assert f'name="_accept" value="{python.pk}"' not in said  # not for the first one
    assert "It counts once you accept it too." in other.get(MAPPINGS).text
    assert "1 mapping accepted." in other.post(MAPPINGS, {"_accept": python.pk}, follow=True).text
    assert Skill.objects.get().esco == ["uri:python"]
    assert client_of("view_mapping").post(MAPPINGS, {"_accept": python.pk}).status_code == 403


def test_curator_takes_back_what_only_she_accepted_and_refuses_a_suggestion_with_a_way_back(python, settings):
    settings.DEMO = True
    carl, page = browser(person("carl")), f"{MAPPINGS}{python.pk}/change/"
    person("rita", REVIEWER)
    assert 'name="_refuse"' in carl.get(page).text
    assert "You accepted it. A reviewer has to accept it too." in carl.post(page, {"_accept": "1"}, follow=True).text
    taken = carl.post(page, {"_take_back": "1"}, follow=True).text
    assert "1 mapping is a suggestion again." in taken
    assert Mapping.objects.get().proposed_by is None
    assert "Rejected by Carl." in carl.post(page, {"_refuse": "1"}, follow=True).text
    assert 'name="_suggest"' in carl.get(page).text
    assert "No one has decided yet." in carl.post(MAPPINGS, {"_suggest": python.pk}, follow=True).text


def test_log_and_activity_name_only_what_was_suggested_again(curator, python):
    entries = [GROUP, *(Entry("skill", uri, "Python") for uri in ("uri:python", "uri:other"))]
    taxonomy_releases.load(source="esco", release="1.2", entries=entries, now=NOW)
    mappings.suggest("esco")
    other = Mapping.objects.exclude(pk=python.pk).get()
    act(curator, "refuse", python)
    act(curator, "suggest", python, other)
    log = LogEntry.objects.filter(change_message="Suggested again as a mapping.")
    assert [entry.object_id for entry in log] == [str(python.pk)]
    assert [(event.did, event.name, event.more) for event in latest_events(2)] == [
        ("suggested again", str(python), 0),
        ("rejected", str(python), 0),
    ]


def test_what_two_people_accepted_names_them_and_only_a_reviewer_refuses_it(python, settings):
    settings.DEMO = True
    carl, rita = browser(person("carl")), browser(person("rita", REVIEWER))
    carl.post(MAPPINGS, {"_accept": python.pk})
    assert "Carl accepted it. A reviewer has to accept or reject it too" in browser(person("mina")).get(MAPPINGS).text
    rita.post(MAPPINGS, {"_accept": python.pk})
    seen = carl.get(MAPPINGS, {"status__exact": "all"}).text
    assert "Accepted by Carl and Rita. Only a reviewer can reject it now." in seen
    assert 'name="_refuse"' not in seen
    assert "someone has decided since" in carl.post(MAPPINGS, {"_refuse": python.pk}, follow=True).text
    act(carl, "refuse", python)
    assert Skill.objects.get().esco == ["uri:python"]
    rita.post(MAPPINGS, {"_refuse": python.pk})
    assert (Skill.objects.get().esco, Mapping.objects.get().status) == ([], "refused")


def test_all_of_a_list_are_decided_at_once(curator, python):
    asked = act(curator, "refuse", python, sure=False, select_across="1")
    assert 'name="select_across" value="1"' in asked.content.decode()
    act(curator, "refuse", python, select_across="1")
    assert Mapping.objects.get().status == "refused"


def test_record_that_may_not_be_saved_is_told(curator, python):
    Skill.objects.update(summary="x" * 190)
    assert "Python: " in act(curator, "accept", python).content.decode()
    assert (Skill.objects.get().esco, Mapping.objects.get().status) == ([], "suggested")


@pytest.mark.parametrize("missing", [permission for permission in NEEDED if permission.startswith("change_")])
def test_deciding_needs_the_right_to_change_the_mapping_and_the_records(curator, python, missing):
    client = client_of(*(permission for permission in NEEDED if permission != missing))
    act(client, "accept", python)
    # Without permission to decide, it becomes a proposal.
    assert Mapping.objects.get().status == ("proposed" if missing == "change_mapping" else "suggested")
    act(client, "refuse", python)
    assert Mapping.objects.get().status != "refused"


def test_entries_and_mappings_are_written_by_nobody(python, settings):
    settings.DEMO = True
    client = Client()
    client.force_login(User.objects.create_superuser("admin@example.org", "x"))
    for address, row in ((MAPPINGS, python), (ENTRIES, python.entry)):
        assert client.get(f"{address}add/").status_code == 403
        assert client.post(f"{address}{row.pk}/change/", {"label": "x"}).status_code == 403
        assert client.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert 'name="_save"' not in client.get(f"{address}{row.pk}/change/").content.decode()


def test_pages_show_both_sides(curator, python):
    page = curator.get(f"{MAPPINGS}{python.pk}/change/").content.decode()
    group = TaxonomyEntry.objects.get(identifier="uri:group")
    for text in ("Do useful work with Python.", "Python 3", "A language.", f"{ENTRIES}{group.pk}/change/"):
        assert text in page
    assert reverse("admin:catalog_skill_change", args=[python.skill_id]) in page
    assert "Python 3" in curator.get(f"{ENTRIES}{python.entry_id}/change/").content.decode()


def test_entries_are_found_by_any_label(curator, python):
    for query in ("python 3", "uri:python", "Pyth"):
        found = curator.get(ENTRIES, {"q": query}).context["cl"].result_list
        assert [entry.identifier for entry in found] == ["uri:python"], query


def test_mappings_are_filtered_by_what_is_ours_and_what_is_removed(curator, python):
    for query, found in (
        ({"ours": "skill"}, 1),
        ({"ours": "role"}, 0),
        ({"removed": "no"}, 1),
        ({"removed": "yes"}, 0),
    ):
        assert curator.get(MAPPINGS, query).context["cl"].result_count == found, query


def test_list_opens_with_what_waits_and_a_refusal_leads_to_its_undo(curator, python):
    said = curator.post(MAPPINGS, {"_refuse": python.pk}, follow=True)
    assert said.context["cl"].result_count == 0
    assert f'<a href="{MAPPINGS}{python.pk}/change/">To undo this, press “Suggest again”</a>' in said.text
    assert curator.get(MAPPINGS, {"status__exact": "all"}).context["cl"].result_count == 1


def test_other_entries_that_are_as_similar_are_counted(curator, python):
    entries = [GROUP, *(Entry("skill", f"uri:{number}", "Python") for number in range(3))]
    taxonomy_releases.load(source="esco", release="1.2", entries=entries, now=NOW)
    mappings.suggest("esco")
    assert curator.get(MAPPINGS).content.decode().count("2 others") == 3


def test_unrated_occupation_is_not_rated_and_never_zero(curator):
    ratings = (
        Rating("e", "IM", 0.0, True, False),
        Rating("e", "LV", None, False, True),
        Rating("f", "IM", None, False, False),
    )
    entries = [
        Entry("element", "e", "Programming"),
        Entry("element", "f", "Writing"),
        Entry("occupation", "15-1252.00", "Software Developers"),
        Entry("occupation", "15-1211.00", "Analysts", ratings=ratings),
    ]
    taxonomy_releases.load(source="onet", release="29.2", entries=entries, now=NOW)
    listed = curator.get(ENTRIES).content.decode()
    assert (listed.count(">not rated<"), listed.count(">rated<")) == (1, 1)
    pages = {entry.label: f"{ENTRIES}{entry.pk}/change/" for entry in TaxonomyEntry.objects.all()}
    unrated = curator.get(pages["Software Developers"]).content.decode()
    assert "not rated" in unrated
    assert "https://www.onetonline.org/link/summary/15-1252.00" in unrated
    rated = curator.get(pages["Analysts"]).content.decode()
    for text in ("Programming, IM: 0 (imprecise)", "Programming, LV: (not relevant)", "Writing, IM: not rated"):
        assert text in rated


@pytest.mark.parametrize("address", [MAPPINGS, ENTRIES])
def test_list_of_a_hundred_takes_at_most_fifteen_queries(curator, python, address):
    make_skill("go", name="Go")
    entries = [GROUP, *(Entry("skill", f"uri:{number}", "Go") for number in range(100))]
    taxonomy_releases.load(source="esco", release="1.2", entries=entries, now=NOW)
    mappings.suggest("esco")
    curator.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert curator.get(address).context["cl"].result_count >= 100
    assert len(queries) <= 15

import pytest

from tests.factories import fact_document, make, make_question, make_resource, publish, rename, retire

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("area", "areas"),
        ("resource", "resources"),
        ("question", "questions"),
        ("starting-point", "starting-points"),
        ("fact", "facts"),
    ],
)
def test_record_at_its_own_address_is_the_one_of_its_list(client, get, kind, path):
    record = make(kind, "a-record")
    (listed,) = [one for one in get(f"{path}/")["results"] if one["slug"] == "a-record"]
    assert get(f"{path}/a-record/") == listed
    assert get(f"{path}/a-record/", fields="slug") == {"slug": "a-record"}
    get(f"{path}/no-record/", 404)
    rename(record, "other")
    moved = client.get(f"/api/v1/{path}/a-record/")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/api/v1/{path}/other/")


def test_what_is_retired_is_gone(get):
    retire(make_question("q"))
    retire(make_resource("r"))
    get("questions/q/", 410)
    get("resources/r/", 410)


def test_facts_are_ordered_and_take_no_search(get, slugs):
    publish(fact_document("old", year=2001), fact_document("new", year=2024))
    assert slugs("facts/", ordering="-year") == ["new", "old"]
    assert slugs("facts/", q="old") == slugs("facts/")  # an unknown parameter

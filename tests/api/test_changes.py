import pytest

from guidance.catalog import snapshot
from guidance.catalog.models import Change, Revision
from tests.factories import make_catalogue, make_skill, retire

pytestmark = pytest.mark.django_db


def moments():
    return {
        number: at.isoformat().replace("+00:00", "Z") for number, at in Revision.objects.values_list("number", "at")
    }


def test_changes_have_the_shape_of_the_contract(get):
    make_skill("python")
    start = snapshot.current().revision
    rag = make_skill("rag")
    retire(rag)
    merged = Revision.objects.create(number=start + 3)
    Change.objects.create(revision=merged, kind="skill", slug="k8s", change="merged", into="kubernetes", summary="same")
    snapshot.forget()
    at = moments()
    found = get("changes/", since=start)
    summaries = list(
        Change.objects.filter(revision__gt=start).order_by("revision_id").values_list("summary", flat=True)
    )
    assert found == {
        "revision": start + 3,
        "next": None,
        "results": [
            {
                "revision": start + 1,
                "at": at[start + 1],
                "kind": "skill",
                "slug": "rag",
                "change": "published",
                "summary": summaries[0],
            },
            {
                "revision": start + 2,
                "at": at[start + 2],
                "kind": "skill",
                "slug": "rag",
                "change": "retired",
                "summary": summaries[1],
            },
            {
                "revision": start + 3,
                "at": at[start + 3],
                "kind": "skill",
                "slug": "k8s",
                "change": "merged",
                "into": "kubernetes",
                "summary": "same",
            },
        ],
    }


def test_everything_is_told_from_the_start(get):
    make_catalogue(12)
    found = get("changes/")
    assert len(found["results"]) == Change.objects.count()
    assert found["revision"] == snapshot.current().revision == get("graph/")["revision"]


def test_what_goes_on_is_followed_to_the_end(get):
    make_catalogue(12)
    make_skill("late")
    whole = get("changes/")["results"]
    path, told, answers = "changes/?limit=7", [], 0
    while path:
        answer = get(path)
        assert len(answer["results"]) <= 7
        told += answer["results"]
        answers += 1
        path = answer["next"] and answer["next"].removeprefix("http://localhost:8000/api/v1/")
    assert told == whole
    assert answers == -(-len(whole) // 7)


@pytest.mark.parametrize("ahead", [0, 1, 10**6, 2**63 - 1])
def test_nothing_comes_after_the_newest_revision(get, ahead):
    make_skill("python")
    newest = snapshot.current().revision
    since = min(newest + ahead, 2**63 - 1)
    assert get("changes/", since=since) == {"revision": newest, "next": None, "results": []}


def test_an_empty_catalogue_has_no_changes(get):
    assert get("changes/") == {"revision": 0, "next": None, "results": []}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "-1"),
        ("since", "yesterday"),
        ("since", ""),
        ("since", "NaN"),
        ("since", str(2**63)),
        ("since", "9" * 30),
        ("limit", "0"),
        ("limit", "1001"),
        ("cursor", "1"),
        ("cursor", "1-2-3"),
        ("cursor", "-1-2"),
        ("cursor", f"{2**64}-1"),
    ],
)
def test_a_wrong_value_is_refused(get, name, value):
    assert set(get("changes/", 400, **{name: value})["errors"]) == {name}

import pytest
import time_machine
from django.utils import timezone

from guidance.catalog.models import Project, Skill
from guidance.progress import services
from guidance.progress.models import Assessment
from tests.factories import rename, retire

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


def test_level_is_set_and_listed(call, catalogue):
    found = call("PUT", "levels/python/", {"level": 3})
    assert found == {
        "skill": "python",
        "level": 3,
        "kind": "self",
        "sources": ["self", "self", "self"],
        "since": "2026-11-25",
        "minutes": 0,
        "total_minutes": 0,
        "touched_on": "2026-11-25",
    }
    assert call("GET", "levels/") == {"next": None, "results": [found]}


def test_level_that_is_set_again_changes_nothing(call, catalogue):
    found = call("PUT", "levels/python/", {"level": 3})
    with time_machine.travel("2026-11-27T12:00:00Z", tick=False):
        assert call("PUT", "levels/python/", {"level": 3}) == found
    assert Assessment.objects.count() == 1
    assert call("PUT", "levels/sql/", {"level": 0})["touched_on"] is None
    assert call("PUT", "levels/python/", {"level": 0})["level"] == 0


def test_level_that_a_project_has_shown_stays_shown(call, catalogue, lena):
    project = Project.objects.get(slug="report")
    python = Skill.objects.get(slug="python")
    services.prove_by_project(learner=lena, project=project, levels={python.pk: 2}, now=timezone.now())
    assert call("PUT", "levels/python/", {"level": 2})["kind"] == "project"
    said = call("PUT", "levels/python/", {"level": 3})
    assert (said["kind"], said["sources"]) == ("self", ["project", "project", "self"])


def test_history_of_levels_says_which_got_which_source_when(call, marek_calls, catalogue, lena):
    python, now = Skill.objects.get(slug="python"), timezone.now()
    call("PUT", "levels/python/", {"level": 3})
    passed = services.pass_check(learner=lena, skill=python, level=2, now=now)
    services.undo_assessment(learner=lena, assessment=passed, now=now)
    found = call("GET", "assessments/")["results"]
    assert [(row["level"], row["kind"], row["up_to"]) for row in found] == [
        (3, "self", None),
        (3, "check", 2),
        (3, "self", None),
    ]
    assert found[1] == {
        "id": passed.pk,
        "event_id": str(passed.event_id),
        "skill": "python",
        "level": 3,
        "kind": "check",
        "up_to": 2,
        "project": None,
        "undoes": None,
        "on": "2026-11-25",
        "at": "2026-11-25T12:00:00Z",
    }
    assert found[0]["undoes"] == passed.pk
    assert marek_calls("GET", "assessments/")["results"] == []


def test_levels_are_paged_by_slug(call, catalogue):
    for skill in ("sql", "python", "aws"):
        call("PUT", f"levels/{skill}/", {"level": 1})
    first = call("GET", "levels/", page_size="2")
    assert [level["skill"] for level in first["results"]] == ["aws", "python"]
    second = call("GET", first["next"].partition("/me/")[2])
    assert ([level["skill"] for level in second["results"]], second["next"]) == (["sql"], None)


def test_old_slug_means_the_skill(call, catalogue):
    rename(Skill.objects.get(slug="aws"), "amazon")
    assert call("PUT", "levels/aws/", {"level": 1})["skill"] == "amazon"


def test_unknown_and_retired_skills_are_not_there(call, catalogue):
    retire(Skill.objects.get(slug="aws"))
    for skill in ("nobody", "aws"):
        assert call("PUT", f"levels/{skill}/", {"level": 1}, status=404)["detail"] == "No skill has this slug."


def test_level_refuses_what_is_none(call, catalogue):
    for level in [-1, 5, "3", 1.5, None, True, 2**63, [], {}]:
        assert list(call("PUT", "levels/python/", {"level": level}, status=400)["errors"]) == ["level"]
    assert not Assessment.objects.exists()


def test_levels_refuse_what_is_no_cursor(call):
    for cursor in ["", "UPPER", "a" * 81, "a b", "a\0"]:
        assert list(call("GET", "levels/", status=400, cursor=cursor)["errors"]) == ["cursor"]

"""The graph editor: it shows the neighbours of a skill, and a change of its prerequisites is refused or becomes a normal proposal."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.curation import proposals
from guidance.curation.models import Proposal
from tests.curation.people import browser, person
from tests.factories import make_catalogue, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(settings):
    settings.DEMO = True  # staff without a second factor
    make_skill("a", name="Skill a")
    make_skill("b", name="Skill b", prerequisites={"a": 1})
    make_skill("c", name="Skill c", prerequisites={"b": 2})
    make_skill("d", name="Skill d", prerequisites={"c": 1})
    return browser(person("carl"))


def page(slug: str) -> str:
    return f"/admin/curation/graph/{slug}/"


def save(client, slug: str, *needs: tuple[str, int], remove: tuple[int, ...] = (), initial: int | None = None):
    """Post the rows as a browser sends them, existing ones first."""
    there = Skill.objects.get(slug=slug).prerequisites.count() if initial is None else initial
    data: dict[str, object] = {"needs-TOTAL_FORMS": len(needs) + 3, "needs-INITIAL_FORMS": there}
    for number, (need, level) in enumerate([*needs, ("", 1), ("", 1), ("", 1)]):
        data |= {f"needs-{number}-need": need, f"needs-{number}-level": level}
    data |= {f"needs-{number}-gone": "on" for number in remove}
    return client.post(page(slug), data, follow=True)


def test_page_shows_two_steps_either_way_as_a_drawing_and_as_lists(curator):
    shown = curator.get(page("c"))
    sides = {str(title): [name for _address, name, _level in skills] for title, skills in shown.context["sides"]}
    assert sides == {
        "Needs": ["Skill b"],
        "Is needed by": ["Skill d"],
        "Prerequisites of its prerequisites": ["Skill a"],
        "Skills that build on the skills that need it": [],
    }
    assert shown.text.count("<rect") == 4
    assert "at level 2" in shown.text
    assert 'value="Skill b"' in shown.text
    assert '<option value="Skill c"' not in shown.text  # not itself
    assert curator.get(page("nothing")).status_code == 404


def test_saving_is_a_proposal_and_changes_nothing_public(curator):
    done = save(curator, "c", ("Skill b", 3), ("a", 2))
    assert "Saved as a proposal. The public catalogue changes once it is reviewed." in done.text
    assert Proposal.objects.get().proposed.data["prerequisites"] == {"b": 3, "a": 2}
    assert dict(Skill.objects.get(slug="c").prerequisites.values_list("requires__slug", "level")) == {"b": 2}
    assert "This is a proposal by " in done.text
    assert " (draft). The public page doesn’t change until it is published." in done.text
    done = save(curator, "c", ("b", 3), ("a", 2), remove=(1,), initial=2)
    assert Proposal.objects.get().proposed.data["prerequisites"] == {"b": 3}
    assert "The record is already like this" in save(curator, "d", ("c", 1)).text


def test_cycle_is_refused_before_anything_is_saved_and_spelled_out(curator):
    refused = save(curator, "a", ("skill D", 1))
    assert refused.status_code == 422
    assert "This would make a cycle: Skill a → Skill d → Skill c → Skill b → Skill a." in refused.text
    assert 'value="skill D"' in refused.text
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        ((("b", 2), ("Nothing", 1)), "There is no published skill called “Nothing”."),
        ((("b", 2), ("c", 1)), "A skill cannot be its own prerequisite."),
        ((("b", 2), ("Skill b", 1)), "“Skill b” is in the list twice."),
        ((("b", 9),), "Select a valid choice."),
    ],
)
def test_rows_that_make_no_sense_are_refused(curator, needs, message):
    refused = save(curator, "c", *needs)
    assert refused.status_code == 422
    assert message in refused.text
    assert not Proposal.objects.exists()


def test_prerequisite_that_becomes_redundant_is_said(curator):
    done = save(curator, "d", ("c", 1), ("a", 1))
    assert "Skill d: Skill a is now implied by another prerequisite and can be removed." in done.text
    assert "Another prerequisite implies these, so you can remove them: Skill a." in curator.get(page("d")).text


def test_draft_is_changed_at_once(curator):
    make_skill("new", name="New", status="draft")
    assert ">Saved.<" in save(curator, "new", ("a", 2)).text
    assert dict(Skill.objects.get(slug="new").prerequisites.values_list("requires__slug", "level")) == {"a": 2}
    assert not Proposal.objects.exists()
    draft = Skill.objects.get(slug="new")
    proposals.submit(
        proposals.propose_draft(draft, author=User.objects.get(email="carl@example.org")),
        by=User.objects.get(email="carl@example.org"),
    )
    save(curator, "new", ("a", 3))
    assert Proposal.objects.get().proposed.data["prerequisites"] == {"a": 3}


def test_proposal_of_somebody_else_is_shown_and_not_changed(curator):
    other = browser(person("otto"))
    save(other, "c", ("a", 1))
    shown = curator.get(page("c"))
    assert "can change the proposal" in shown.text
    assert '<input type="submit" class="default" value="Save">' not in shown.text
    assert save(curator, "c", ("b", 1)).status_code == 403


def test_retired_skill_is_looked_at_only(curator):
    make_skill("old", status="retired")
    assert "You can view this but not change it." in curator.get(page("old")).text


def test_page_costs_few_queries(curator):
    make_catalogue(60)
    with CaptureQueriesContext(connection) as queries:
        assert curator.get(page("skill-010")).status_code == 200
    assert len(queries) <= 12


def test_page_is_led_to_from_the_form_of_the_skill(curator):
    skill = Skill.objects.get(slug="c")
    assert f'href="{page("c")}"' in curator.get(f"/admin/catalog/skill/{skill.pk}/change/").text

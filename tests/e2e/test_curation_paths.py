"""A curator edits a role’s choices and the order of a milestone’s steps, by keyboard and forms."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Milestone, Role
from guidance.curation.models import Proposal
from tests import factories
from tests.e2e.conftest import Watched, enter
from tests.e2e.test_curation import look, people  # noqa: F401


@pytest.fixture
def role(people: dict[str, User]) -> Role:  # noqa: F811
    factories.publish(
        *(factories.skill_document(slug) for slug in ("rag", "aws", "azure")),
        factories.milestone_document("programs", steps=[("python", 1)]),
        factories.milestone_document("service", steps=[("aws", 1), ("azure", 1), ("rag", 1)]),
        factories.role_document(requirements={"python": (1, 5)}, milestones=["programs", "service"]),
    )
    return Role.objects.get()


def test_a_role_gets_a_choice_and_a_milestone_another_order(page: Page, site: str, people, look, role):  # noqa: F811
    carl = enter(page, site, people["carl"])
    seen = Watched(carl, site)
    carl.goto(f"{site}/admin/catalog/role/{role.pk}/change/")
    carl.get_by_role("button", name="Add another Choice").click()
    carl.locator("#id_choices-0-slug").fill("cloud")
    carl.locator("#id_choices-0-name").fill("A cloud")
    carl.locator("#id_choices-0-importance").fill("4")
    carl.locator("#id_choices-0-members").fill("aws 1\npython 1")
    look(carl)
    carl.get_by_role("button", name="Save and submit for review").first.click()
    expect(carl.locator(".errorlist", has_text="“python” is already a separate requirement.")).to_be_visible()
    expect(carl.locator("#id_choices-0-members")).to_have_value("aws 1\npython 1")
    look(carl)
    carl.locator("#id_choices-0-members").fill("aws 1\nazure 1")
    carl.get_by_role("button", name="Save and submit for review").first.click()
    expect(carl.get_by_text("This is a proposal.")).to_be_visible()
    choice = {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 4}
    assert Proposal.objects.get().proposed.data["choices"] == {"cloud": choice}

    milestone = Milestone.objects.get(slug="service")
    carl.goto(f"{site}/admin/catalog/milestone/{milestone.pk}/change/")
    look(carl)
    carl.locator("#id_steps-2-place").fill("1")
    carl.get_by_role("button", name="Save and continue editing").first.click()
    expect(carl.get_by_text("This is a proposal.")).to_be_visible()
    proposal = Proposal.objects.get(kind="milestone")
    assert proposal.proposed.data["steps"] == [{"rag": 1}, {"aws": 1}, {"azure": 1}]
    assert (seen.complaints, seen.elsewhere) == ([], [])

"""A day of a curator and a reviewer: a skill with prerequisites and a resource, from draft to scheduled publication."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Resource, Skill, Status
from guidance.curation import proposals, tasks
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.test_proposals import changed
from tests.e2e.conftest import TOO_WIDE, Watched, enter

WIDTHS = (1280, 768)
LEVELS = ("say what it is", "use it with help", "use it alone", "teach it")


@pytest.fixture
def people(transactional_db, settings) -> dict[str, User]:
    settings.DEMO = True  # where staff need no second factor
    factories.publish(
        factories.skill_document("python"),
        factories.resource_document("documentation", skills={"python": [0, 2]}),
    )
    users = {}
    for name, group in (("carl", "Curator"), ("rita", "Reviewer")):
        users[name] = User.objects.create_user(f"{name}@example.org", name=name.capitalize(), is_staff=True)
        users[name].groups.add(Group.objects.get(name=group))
    return users


@pytest.fixture
def look(findings):
    def look(page: Page) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(page) == [], (width, page.url)
            assert not page.evaluate(TOO_WIDE), (width, page.url)

    return look


def choose(page: Page, field: str, typed: str) -> None:
    """Choose an option in an autocomplete field."""
    page.locator(f"#{field} + .select2").click()
    page.locator(".select2-search__field").fill(typed)
    page.locator(".select2-results__option", has_text=typed).first.click()


def test_skill_goes_from_draft_to_learners_on_time(browser: Browser, page: Page, site: str, people, look):
    rita_page = browser.new_context(base_url=site).new_page()
    carl, rita = enter(page, site, people["carl"]), enter(rita_page, site, people["rita"])
    seen = [Watched(carl, site), Watched(rita, site)]

    # Carl drafts a skill with what it needs, looks at its page, and submits it
    carl.goto(f"{site}/admin/catalog/skill/add/")
    look(carl)
    carl.locator("#id_name").fill("Prompt caching")
    carl.locator("#id_name").blur()
    expect(carl.locator("#id_slug")).to_have_value("prompt-caching")
    carl.locator("#id_summary").fill("Pay once for the part of a prompt that stays.")
    carl.locator("#id_area").select_option(label="Programming")
    carl.locator("#id_kind").select_option("practice")
    for number, level in enumerate(LEVELS):
        carl.locator(f"#id_effort_{number}").fill(str(4 + 3 * number))
        carl.locator(f"#id_level_texts_{number}").fill(f"You can {level}.")
    choose(carl, "id_prerequisites-0-requires", "Python")
    carl.locator("#id_prerequisites-0-level").fill("2")
    carl.get_by_role("button", name="Save and continue editing").first.click()
    expect(carl.get_by_text("No one reviews it until you submit it.")).to_be_visible()
    assert Skill.objects.get(slug="prompt-caching").status == Status.DRAFT
    with carl.expect_navigation():
        carl.get_by_role("link", name="Preview").click()
    expect(carl.get_by_text("Preview: this isn’t public yet.")).to_be_visible()
    expect(carl.get_by_role("heading", name="Prompt caching", level=1)).to_be_visible()
    look(carl)
    carl.go_back()
    carl.get_by_label("Why").fill("Ads name it more and more.")
    carl.get_by_role("button", name="Save and submit for review").first.click()
    expect(carl.get_by_text("This draft has been proposed for publication.")).to_be_visible()
    look(carl)

    # And a resource for it
    carl.goto(f"{site}/admin/catalog/resource/add/")
    carl.locator("#id_name").fill("Caching guide")
    carl.locator("#id_name").blur()
    carl.locator("#id_type").select_option("documentation")
    carl.locator("#id_url").fill("https://example.org/caching")
    carl.locator("#id_author").fill("The authors")
    carl.locator("#id_hours").fill("3")
    carl.locator(".add-row a").click()
    choose(carl, "id_uses-0-skill", "Prompt caching")
    carl.locator("#id_uses-0-from_level").fill("0")
    carl.locator("#id_uses-0-to_level").fill("2")
    carl.get_by_role("button", name="Save and submit for review").first.click()
    expect(carl.get_by_text("This draft has been proposed for publication.")).to_be_visible()
    assert Resource.objects.get(slug="caching-guide").status == Status.IN_REVIEW

    # Rita finds both and schedules them, the skill before the resource that names it
    rita.goto(f"{site}/admin/curation/proposal/")
    expect(rita.get_by_role("heading", name="Review queue")).to_be_visible()
    look(rita)
    rita.get_by_role("link", name="Prompt caching").click()
    look(rita)
    at = timezone.now() + timedelta(seconds=12)
    for name in ("Prompt caching", "Caching guide"):
        rita.goto(f"{site}/admin/curation/proposal/")
        rita.get_by_role("link", name=name).click()
        rita.locator("summary", has_text="Schedule…").click()
        rita.get_by_label("Publish on").fill(f"{at:%Y-%m-%dT%H:%M:%S}")
        rita.get_by_role("button", name="Schedule", exact=True).click()
        expect(rita.get_by_text("Reviewed by Rita. It will be published on")).to_be_visible()
    tasks.publish_due()
    assert Skill.objects.get(slug="prompt-caching").status == Status.IN_REVIEW  # not published before its time
    assert page.request.get(f"{site}/skills/prompt-caching/").status == 404

    # At the scheduled time the worker publishes them, learners see them, and the changes list them
    rita.wait_for_timeout(max((at - timezone.now()).total_seconds(), 0) * 1000 + 100)
    tasks.publish_due()
    snapshot.forget()
    learner = browser.new_context(base_url=site).new_page()
    learner.goto("/skills/prompt-caching/")
    expect(learner.get_by_role("heading", name="Prompt caching", level=1)).to_be_visible()
    expect(learner.get_by_text("Caching guide").first).to_be_visible()
    expect(learner.get_by_text("Preview")).to_have_count(0)
    changes = page.request.get(f"{site}/api/v1/changes/?since=1").json()["results"]
    assert {(change["kind"], change["slug"], change["change"]) for change in changes} == {
        ("skill", "prompt-caching", "published"),
        ("resource", "caching-guide", "published"),
        ("skill", "python", "updated"),  # its answer names what it leads to,
        ("area", "programming", "updated"),  # and that of the area how many skills it has
    }
    assert set(Proposal.objects.values_list("state", flat=True)) == {Proposal.ProposalState.PUBLISHED}

    # Carl sees the result and changes the published skill, and Rita refuses
    skill = Skill.objects.get(slug="prompt-caching")
    carl.goto(f"{site}/admin/catalog/skill/{skill.pk}/change/")
    expect(carl.get_by_text("Published; reviewed by")).to_be_visible()
    look(carl)
    carl.locator("#id_summary").fill("Pay once.")
    carl.get_by_role("button", name="Save and submit for review").first.click()
    expect(carl.get_by_text("This is a proposal.")).to_be_visible()
    look(carl)
    rita.goto(f"{site}/admin/curation/proposal/")
    rita.get_by_role("link", name="Prompt caching").click()
    rita.locator("#id_words").fill("Say what for.")
    rita.locator("summary", has_text="More…").click()
    rita.get_by_role("button", name="Reject").click()
    expect(rita.get_by_text("Rejected by Rita").first).to_be_visible()
    carl.reload()
    expect(carl.get_by_text("Say what for.")).to_be_visible()
    learner.reload()
    expect(learner.get_by_text("Pay once for the part of a prompt that stays.").first).to_be_visible()

    # History
    carl.locator("#content").get_by_role("link", name="History").click()
    expect(carl.get_by_role("heading", name="History: Prompt caching")).to_be_visible()
    look(carl)
    for watched in seen:
        assert (watched.complaints, watched.elsewhere) == ([], [])


def test_what_became_of_a_decision_is_in_sight_wherever_a_comment_was_written(page: Page, site: str, people):
    factories.publish(factories.skill_document("go", "Text.\n" * 40))
    record = Skill.objects.get(slug="go")
    document = changed(record, summary="Go further.", demand=40)
    proposal = proposals.propose([document], author=people["carl"], submit=True)[0]
    enter(page, site, people["rita"])
    page.set_viewport_size({"width": 360, "height": 500})
    page.goto(f"{site}/admin/curation/proposal/{proposal.pk}/change/")
    field = page.locator("#field-demand")
    field.locator("summary", has_text="Comment").click()
    field.get_by_label("Comment: ").fill("Who says so?")
    field.get_by_role("button", name="Add comment").click()
    expect(page.get_by_text("Who says so?")).to_be_in_viewport()
    page.get_by_role("button", name="Request changes").click()
    expect(page.get_by_text("Sent back. The author sees")).to_be_in_viewport()

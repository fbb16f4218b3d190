"""A day of a reviewer: two skills are merged, a learner is told about it once, and the merge is undone."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog import snapshot
from guidance.curation import operations
from guidance.curation.permissions import REVIEWER
from guidance.progress.learner_state import learner_state
from tests.curation.merges import NOW, exported, many_learners, publish_dockers, said
from tests.e2e.conftest import TOO_WIDE, enter
from tests.e2e.test_curation import choose

LEARNERS = 1_000
WIDTHS = (1280, 768)


@pytest.fixture
def learners(transactional_db, settings) -> list[User]:
    settings.DEMO = True  # where staff need no second factor
    publish_dockers()
    return many_learners(LEARNERS)


@pytest.fixture
def reviewer(learners) -> User:
    user = User.objects.create_user("reviewer@waymark.example", is_staff=True)
    user.groups.add(Group.objects.get(name=REVIEWER))
    return user


def levels_of(learner: User) -> dict[str, int]:
    snapshot.forget()
    return dict(learner_state(learner, snapshot=snapshot.current(), now=NOW).stated)


def test_merge_with_a_thousand_learners_and_its_undo(
    browser, page: Page, site, reviewer, learners, findings, watched, tmp_path
):
    def look(page: Page) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(page) == [], page.url
            assert not page.evaluate(TOO_WIDE), page.url

    learner = learners[3]  # level 4 on Docker Compose, level 1 on Docker
    others = learners[4:900:128]
    pack, own, levels = exported(tmp_path / "before"), [said(other) for other in others], levels_of(learner)
    assert levels == {"docker-compose": 4, "docker": 1}

    # From the record to the dry run
    enter(page, site, reviewer)
    page.goto(f"{site}/admin/catalog/skill/")
    page.get_by_role("link", name="Docker Compose", exact=True).click()
    page.get_by_role("link", name="Merge, split, rename, retire…").click()
    look(page)
    choose(page, "id_into", "Docker")
    page.get_by_label("Why").fill("They are one.")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("1,000 learners with a level in both")).to_be_visible()
    expect(page.get_by_text("Role “Mlops engineer”")).to_be_visible()
    for details in page.locator("details.touched").all():
        details.evaluate("one => one.open = true")
    look(page)
    assert exported(tmp_path / "looked") == pack

    # Done: the higher level counts, and the learner is told once
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Published as revision").first).to_be_visible()
    look(page)
    assert levels_of(learner) == {"docker": 4}
    assert exported(tmp_path / "merged") != pack
    theirs = browser.new_context(java_script_enabled=False, base_url=site).new_page()
    enter(theirs, site, learner)
    theirs.goto("/dashboard/")
    expect(theirs.get_by_text("Docker Compose is now part of Docker. Your level 4 counts there.")).to_be_visible()
    theirs.get_by_role("button", name="Mark as seen").click()
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    expect(theirs.get_by_text("What changed since you last looked")).to_have_count(0)
    theirs.goto("/dashboard/")
    expect(theirs.get_by_text("What changed since you last looked")).to_have_count(0)
    theirs.context.close()

    # Undone: everything is as it was before
    page.goto(f"{site}/admin/curation/operation/")
    look(page)
    page.get_by_role("link", name="Skill “Docker Compose” was merged into “Docker”").click()
    page.get_by_role("link", name="Undo").click()
    look(page)
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("what they were, word for word")).to_be_visible()
    look(page)
    assert exported(tmp_path / "after") == pack
    assert [said(other) for other in others] == own
    assert levels_of(learner) == levels
    page.goto(f"{site}/skills/docker-compose/")
    expect(page.get_by_role("heading", level=1, name="Docker Compose")).to_be_visible()
    assert (watched.complaints, watched.elsewhere) == ([], [])


def test_notice_in_a_browser(page: Page, site, learners, reviewer, flaws, watched):
    plan = operations.plan_merge("skill", "docker-compose", "docker")
    operations.apply(plan.request, plan.digest, by=reviewer, now=NOW)
    snapshot.forget()
    enter(page, site, learners[3])
    page.goto(f"{site}/dashboard/")
    expect(page.get_by_role("heading", name="What changed since you last looked")).to_be_visible()
    assert flaws(page) == []
    page.get_by_role("button", name="Mark as seen").press("Enter")
    expect(page.get_by_role("heading", name="What changed since you last looked")).to_have_count(0)
    assert (watched.complaints, watched.elsewhere) == ([], [])

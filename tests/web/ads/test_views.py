from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import Role
from guidance.progress import services
from guidance.progress.learner_rows import AdSkill
from guidance.progress.models import SavedAd
from guidance.web.ads.forms import packed_ad_skill
from tests import factories
from tests.web.learners import messages_of, queries_of, said, set_goal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
ASKED = [
    AdSkill("python", 2, "must"),
    AdSkill("cobol", 1, "nice"),
    AdSkill("git", 1, "", choice=1),
    AdSkill("go", 1, "", choice=1),
]


@pytest.fixture(autouse=True)
def catalogue():
    with time_machine.travel(NOW, tick=False):
        factories.publish(
            factories.skill_document("sql", name="SQL"),
            factories.skill_document("python", prerequisites={"sql": 1}),
            factories.skill_document("git"),
            factories.skill_document("go"),
            factories.skill_document("cobol", name="COBOL"),
            factories.milestone_document("programs", name="Write programs", steps=[("sql", 1), ("python", 2)]),
            factories.role_document("ai-engineer", requirements={"python": (2, 5)}, milestones=["programs"]),
            factories.role_document("data-scientist", requirements={"sql": (2, 5)}),
        )
        yield


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("noor@waymark.example", name="Noor Example")


@pytest.fixture
def client(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def sent(**changes):
    values = {"title": "AI engineer, claims", "employer": "Tarn & Vale", "role": "ai-engineer", "seniority": "senior"}
    return (
        values
        | {"skill": [packed_ad_skill(item) for item in ASKED], "text": "We need Python.", "then": "keep"}
        | changes
    )


def save(learner, **changes) -> SavedAd:
    values = {"title": "AI engineer, claims", "skills": ASKED, "role": Role.objects.get(slug="ai-engineer"), "now": NOW}
    return services.save_ad(learner=learner, **values | changes)


def test_the_empty_list_says_how_an_ad_comes_here(client):
    response = client.get(reverse("web:ads"))
    assert "You haven’t saved any job ads yet." in said(response)
    assert f'href="{reverse("web:match")}"' in response.text


def test_an_ad_is_saved_without_its_text(client, learner):
    response = client.post(reverse("web:ad-save"), sent())
    ad = learner.savedads.get()
    assert (response.status_code, response.url) == (303, reverse("web:ads"))
    assert messages_of(response) == [("Saved: AI engineer, claims", reverse("web:ad-remove", args=[ad.pk]))]
    assert (ad.employer, ad.role.slug, ad.seniority, ad.text) == ("Tarn & Vale", "ai-engineer", "senior", "")
    assert [(row.skill.slug, row.level, row.cue, row.choice) for row in ad.skills.all()] == [
        ("python", 2, "must", None),
        ("cobol", 1, "nice", None),
        ("git", 1, "", 1),
        ("go", 1, "", 1),
    ]


def test_its_text_is_stored_only_where_that_is_ticked(client, learner):
    client.post(reverse("web:ad-save"), sent(keep_text="on"))
    ad = learner.savedads.get()
    page = reverse("web:ad", args=[ad.pk])
    assert "We need Python." in said(client.get(page))
    client.post(page, {"title": "Claims", "employer": "", "role": "ai-engineer", "forget_text": "on"})
    ad.refresh_from_db()
    assert (ad.title, ad.employer, ad.text) == ("Claims", "", "")


@pytest.mark.parametrize(
    "skills", [[], ["python"], ["python 5 must 0"], ["nothing 2 must 0"], ["python 2 must x", "\0"]]
)
def test_what_names_no_skill_is_not_saved(client, learner, skills):
    response = client.post(reverse("web:ad-save"), sent(skill=skills))
    assert (response.status_code, response.url) == (303, reverse("web:match"))
    assert not learner.savedads.exists()


def test_one_click_makes_an_ad_the_goal_and_one_goes_back(client, learner):
    set_goal(learner, deadline=date(2027, 6, 30))
    response = client.post(reverse("web:ad-save"), sent(then="goal"))
    assert (response.status_code, response.url) == (303, reverse("web:plan"))
    [(text, undo)] = messages_of(response)
    assert text.startswith("The job ad “AI engineer, claims” from Tarn & Vale is your goal. ")
    assert text.endswith(" You can go back to AI engineer with one click.")
    plan = said(client.get(response.url))
    assert "Your path to AI engineer, claims" in plan
    assert (
        "Your goal is the job ad AI engineer, claims from Tarn & Vale. Its plan follows the milestones of AI engineer."
        in plan
    )
    assert "Asked for by this ad" in plan
    assert "Move or skip Asked for by this ad" not in plan
    back = client.post(undo, {"next": reverse("web:plan")})
    assert messages_of(back)[-1][0] == "Your goal is AI engineer again."
    goal = learner.goals.get()
    assert (goal.ad, goal.deadline) == (None, date(2027, 6, 30))


def test_a_first_goal_is_planned_with_hours_that_can_be_changed(client, learner):
    client.post(reverse("web:ad-save"), sent(then="goal"))
    goal = learner.goals.get()
    assert (goal.ad.title, goal.hours_per_week, goal.weekdays) == ("AI engineer, claims", 8, [1, 2, 3, 4, 5, 6, 7])
    assert "Your path to AI engineer, claims" in said(client.get(reverse("web:plan")))


def test_an_ad_of_no_role_asks_which_one_plans_it(client, learner):
    response = client.post(reverse("web:ad-save"), sent(role="", then="goal"))
    page = reverse("web:ad", args=[learner.savedads.get().pk])
    assert (response.url, learner.goals.count()) == (page, 0)
    assert "no matching role" in said(client.get(page))
    client.post(page, {"title": "Claims", "role": "data-scientist"})
    client.post(reverse("web:ad-goal", args=[learner.savedads.get().pk]))
    assert learner.goals.get().role.slug == "data-scientist"


def test_several_ads_are_ranked_by_how_close_they_are(client, learner):
    save(learner, title="Far", skills=[AdSkill("cobol", 3, "must"), AdSkill("git", 1, "")])
    near = save(learner, title="Near", skills=[AdSkill("git", 2, "must"), AdSkill("cobol", 1, "nice")])
    save(learner, title="Nearer in hours", skills=[AdSkill("cobol", 1, "must")])
    ids = {row.skill.slug: row.skill_id for row in near.skills.select_related("skill")}
    services.assess_all(learner=learner, levels={ids["git"]: 2}, source="self", now=NOW)
    page = said(client.get(reverse("web:ads")))
    assert "“Near” is the closest of your saved ads" in page
    assert page.index("Near ") < page.index("Far ") < page.index("Nearer in hours ")
    assert "You have 1 of 2 skills it names" in page


def test_skills_of_an_ad_are_taken_out_and_their_levels_changed(client, learner):
    ad = save(learner)
    services.make_ad_goal(learner=learner, ad=ad, now=NOW)
    address = reverse("web:ad-skills", args=[ad.pk])
    response = client.post(address, {"asked": ["python", "git", "go"], "level-python": "1", "level-git": "9"})
    assert messages_of(response)[0][0].startswith("Saved. ")
    assert {row.skill.slug: (row.level, row.is_out) for row in ad.skills.all()} == {
        "python": (1, False),
        "git": (1, False),
        "go": (1, False),
        "cobol": (1, True),
    }
    assert messages_of(client.post(address, {}))[-1][0].startswith("Keep at least one skill.")
    assert ad.skills.filter(is_out=False).count() == 3


def test_a_choice_of_an_ad_is_planned_as_one_skill_and_can_be_picked(client, learner):
    services.make_ad_goal(learner=learner, ad=save(learner), now=NOW)
    page = said(client.get(reverse("web:plan")))
    assert "Git or Go" in page
    response = client.post(reverse("web:choice", args=["git-or-go"]), {"skill": "go"})
    assert "Go is in your plan for “Git or Go”." in messages_of(response)[0][0]


def test_a_deleted_ad_comes_back_with_the_goal_that_it_was(client, learner):
    set_goal(learner)
    ad = save(learner)
    services.make_ad_goal(learner=learner, ad=ad, now=NOW)
    response = client.post(reverse("web:ad-remove", args=[ad.pk]))
    [(text, undo)] = messages_of(response)
    assert text == "Deleted: AI engineer, claims. Your goal is AI engineer again."
    assert client.get(reverse("web:ad", args=[ad.pk])).status_code == 404
    assert client.post(reverse("web:ad-goal", args=[ad.pk])).status_code == 404
    client.post(undo)
    assert learner.goals.last().ad == ad


def test_an_ad_of_someone_else_does_not_exist(client):
    other = User.objects.create_user("other@waymark.example", name="Other")
    ad = save(other)
    assert client.get(reverse("web:ad", args=[ad.pk])).status_code == 404
    for name in ("ad-skills", "ad-goal", "ad-remove", "ad-restore"):
        assert client.post(reverse(f"web:{name}", args=[ad.pk]), {"asked": "python"}).status_code == 404
    assert other.savedads.filter(removed_at=None).exists()


def test_the_goal_page_keeps_the_ad_and_leads_back(client, learner):
    set_goal(learner)
    ad = save(learner)
    services.make_ad_goal(learner=learner, ad=ad, now=NOW)
    page = client.get(reverse("web:goal"))
    assert "Your goal is the job ad AI engineer, claims." in said(page)
    assert "Back to AI engineer" in said(page)
    form = {"role": "data-scientist", "hours_per_week": "3", "weekdays": ["1"], "save": "1"}
    client.post(reverse("web:goal"), form | {"ad": str(ad.pk)})
    goal = learner.goals.last()
    assert (goal.ad, goal.ad.role.slug, goal.role.slug, goal.hours_per_week) == (
        ad,
        "data-scientist",
        "data-scientist",
        3,
    )
    client.post(reverse("web:plan-adjust"), {"hours_per_week": "4"})
    assert (learner.goals.last().ad, learner.goals.last().hours_per_week) == (ad, 4)
    client.post(reverse("web:goal"), form)
    assert learner.goals.last().ad is None


def test_a_visitor_gets_a_dated_plan_for_an_ad_and_saves_it_with_the_account(learner):
    visitor = Client()
    response = visitor.post(reverse("web:ad-save"), sent(then="goal", keep_text="on"))
    assert (response.status_code, response.url) == (303, reverse("web:start-plan"))
    assert "Your plan: AI engineer, claims" in said(visitor.get(response.url))
    assert not SavedAd.objects.exists()
    assert "We need Python." not in str(dict(visitor.session))
    visitor.force_login(learner)
    visitor.post(reverse("web:start-keep"))
    goal = learner.goals.get()
    assert (goal.ad.title, goal.ad.skills.count(), goal.ad.text) == ("AI engineer, claims", 4, "")


def test_a_visitor_cannot_save_an_ad(db):
    response = Client().post(reverse("web:ad-save"), sent())
    assert (response.status_code, response.url.partition("?")[0]) == (303, reverse("account_login"))


def test_the_history_names_the_ad_until_it_is_deleted(client, learner):
    ad = save(learner)
    services.make_ad_goal(learner=learner, ad=ad, now=NOW)
    assert "Goal: AI engineer, claims" in said(client.get(reverse("web:history")))
    services.remove_ad(learner=learner, ad=ad, now=NOW + timedelta(days=1))
    assert "Goal: a job ad that you deleted, planned with the milestones of AI engineer" in said(
        client.get(reverse("web:history"))
    )


def test_what_others_see_does_not_name_the_ad(client, learner):
    ad = save(learner)
    services.make_ad_goal(learner=learner, ad=ad, now=NOW)
    page = services.save_proof_page(learner=learner, now=NOW, name=None, is_public=True)
    shown = Client().get(reverse("web:proof", args=[page.name]))
    assert "AI engineer" in shown.text
    assert "claims" not in shown.text


def test_pages_of_ads_are_valid_and_ask_little(client, learner, problems_of):
    set_goal(learner)
    ads = [save(learner, title=f"Ad {number}") for number in range(5)]
    services.make_ad_goal(learner=learner, ad=ads[0], now=NOW)
    for page in (reverse("web:ads"), reverse("web:ad", args=[ads[1].pk]), reverse("web:goal"), reverse("web:plan")):
        assert problems_of(client.get(page).text) == []
    client.get(reverse("web:ads"))
    assert queries_of(client, reverse("web:ads")) <= 3
    assert queries_of(client, reverse("web:ad", args=[ads[1].pk])) <= 4

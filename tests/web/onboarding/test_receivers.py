"""What happens to a visitor's plan when they sign up or log in."""

import pytest
from django.core.cache import cache

from accounts.models import User
from guidance.web.onboarding.drafts import KEY, SAVED_FOR
from tests.factories import publish, role_document, skill_document, starting_point_document

pytestmark = pytest.mark.django_db
PASSWORD = "four words nobody guesses"


@pytest.fixture(autouse=True)
def _no_limits():
    cache.clear()


@pytest.fixture
def visitor(client):
    """A visitor with a plan in the session."""
    publish(
        skill_document("python"),
        skill_document("rag", prerequisites={"python": 2}),
        role_document("ai-engineer", requirements={"rag": (2, 5)}),
        starting_point_document("backend-developer", levels={"python": 2}),
    )
    client.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "7", "skip": "rag"})
    return client


def sign_up(client, email="new@example.org"):
    response = client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})
    assert response.status_code == 302


def account(email):
    user = User.objects.create_user(email, PASSWORD)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def log_in(client, email):
    return client.post("/accounts/login/", {"login": email, "password": PASSWORD})


def test_sign_up_saves_the_plan_before_the_address_is_confirmed(visitor):
    sign_up(visitor)
    learner = User.objects.get()
    goal = learner.goals.get()
    assert (goal.role.slug, goal.hours_per_week) == ("ai-engineer", 7)
    assert dict(learner.learnerskills.values_list("skill__slug", "level")) == {"python": 2}
    assert dict(learner.planoverrides.values_list("skill__slug", "kind")) == {"rag": "skip"}


def test_sign_up_without_a_plan_sets_no_goal(client):
    sign_up(client)
    assert not User.objects.get().goals.exists()


def test_sign_up_at_an_address_that_is_taken_changes_nothing_there(visitor):
    owner = account("lena@example.org")
    before = dict(visitor.session)
    sign_up(visitor, owner.email)
    assert not owner.goals.exists()
    assert not owner.learnerskills.exists()
    assert visitor.session[KEY] == before[KEY]


def test_a_browser_is_shown_the_same_whether_or_not_an_account_was_made(visitor):
    page = visitor.get("/start/plan/").context["goal_state"].plan
    sign_up(visitor)
    assert visitor.get("/start/plan/").context["goal_state"].plan == page


def test_login_of_the_new_account_drops_what_it_has(visitor):
    sign_up(visitor)
    learner = User.objects.get()
    learner.emailaddress_set.update(verified=True)
    log_in(visitor, learner.email)
    assert visitor.session["_auth_user_id"] == str(learner.pk)
    assert not {KEY, SAVED_FOR} & set(visitor.session.keys())
    assert learner.goals.count() == 1


def test_login_of_somebody_else_does_not_show_them_what_was_saved(visitor):
    """On a shared machine, the person who signed up may not have come back to confirm the address."""
    other = account("other@example.org")
    sign_up(visitor)
    log_in(visitor, other.email)
    assert visitor.session["_auth_user_id"] == str(other.pk)
    assert not {KEY, SAVED_FOR} & set(visitor.session.keys())
    visitor.post("/start/keep/")
    assert not other.goals.exists()


def test_login_keeps_a_plan_that_was_not_saved_yet(visitor):
    learner = account("lena@example.org")
    visitor.post("/start/keep/", {"how": "login"})
    response = log_in(visitor, learner.email)
    assert visitor.session[KEY]["hours_per_week"] == 7
    assert not learner.goals.exists()
    visitor.post("/start/keep/")
    assert learner.goals.get().hours_per_week == 7
    assert response.status_code == 302


def test_a_plan_changed_after_the_sign_up_is_a_new_one(visitor):
    """The change came after the account was made, so it needs a decision."""
    sign_up(visitor)
    learner = User.objects.get()
    learner.emailaddress_set.update(verified=True)
    visitor.post("/start/plan/", {"hours_per_week": "9"})
    log_in(visitor, learner.email)
    assert visitor.session[KEY]["hours_per_week"] == 9
    assert learner.goals.get().hours_per_week == 7


def test_what_a_cv_names_and_nobody_confirmed_is_offered_on_the_way_to_the_account_and_after(visitor):
    visitor.post("/start/cv/", {"cv": "Wrote Python."})
    waiting = "1 skill from your CV doesn’t count yet: you haven’t confirmed it."
    assert waiting in visitor.get("/accounts/signup/").text
    sign_up(visitor)
    learner = User.objects.get()
    assert not learner.learnerskills.exists()
    learner.emailaddress_set.update(verified=True)
    log_in(visitor, learner.email)
    assert waiting in visitor.get("/dashboard/").text
    visitor.post("/start/levels/", {})
    visitor.post("/start/keep/")
    assert list(learner.learnerskills.values_list("skill__slug", "level", "kind")) == [("python", 2, "cv")]


def test_what_a_cv_names_is_not_shown_to_somebody_else_who_logs_in(visitor):
    visitor.post("/start/cv/", {"cv": "Wrote Python."})
    other = account("other@example.org")
    sign_up(visitor)
    log_in(visitor, other.email)
    assert KEY not in visitor.session

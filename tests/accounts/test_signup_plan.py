"""A plan made before signing up is in the account as soon as the form is sent."""

import pytest
from django.test import Client

from accounts.models import User
from guidance.web.onboarding.drafts import KEY
from tests.accounts.conftest import PASSWORD, link_in, log_in, stripped
from tests.factories import publish, role_document, skill_document, starting_point_document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(db):
    publish(
        skill_document("python"),
        role_document("ai-engineer", requirements={"python": (3, 5)}),
        starting_point_document("backend-developer", levels={"python": 2}),
    )


@pytest.fixture
def planned(client):
    client.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "6"})
    client.post("/start/keep/")
    return client


def sign_up(client, email="lena@example.org", **fields):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, **fields})


def test_signup_saves_the_plan_before_the_address_is_confirmed(planned, mailoutbox):
    sign_up(planned, time_zone="Europe/Zurich")
    learner = User.objects.get()
    assert learner.time_zone == "Europe/Zurich"
    assert list(learner.goals.values_list("role__slug", "hours_per_week")) == [("ai-engineer", 6)]
    assert list(learner.assessments.values_list("skill__slug", "level", "kind")) == [("python", 2, "self")]


def test_the_plan_is_there_on_another_device(planned, mailoutbox):
    sign_up(planned)
    other = Client()
    response = other.post(link_in(mailoutbox[0]), {"password": PASSWORD})
    assert response.headers["Location"] == "/dashboard/"
    assert other.get("/start/plan/").headers["Location"] == "/plan/"


def test_whoever_confirms_in_the_same_browser_is_not_asked_again(planned, mailoutbox):
    sign_up(planned)
    assert planned.post(link_in(mailoutbox[0])).headers["Location"] == "/dashboard/"
    assert KEY not in planned.session
    assert User.objects.get().goals.count() == 1


def test_a_plan_that_was_changed_after_signing_up_is_offered_again(planned, mailoutbox):
    sign_up(planned)
    planned.post("/start/plan/", {"hours_per_week": "9"})
    planned.post(link_in(mailoutbox[0]))
    assert planned.session[KEY]["hours_per_week"] == 9
    assert "It replaces your current goal: AI engineer, 6 h a week" in planned.get("/start/plan/").text
    assert list(User.objects.get().goals.values_list("hours_per_week", flat=True)) == [6]


def test_logging_in_leaves_the_goal_there_is_alone(make_user, planned):
    user = make_user("known@example.org")
    log_in(planned, user.email)
    assert planned.session[KEY]["hours_per_week"] == 6
    assert not user.goals.exists()
    assert "Save this plan" in planned.get("/start/plan/").text


def test_nothing_tells_whether_there_was_an_account(make_user):
    make_user("known@example.org")
    pages = set()
    for email in ("known@example.org", "unknown@example.org"):
        client = Client()
        client.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "6"})
        response = sign_up(client, email)
        found = [
            client.get(path) for path in (response.headers["Location"], "/start/", "/start/plan/", "/accounts/signup/")
        ]
        texts = [stripped(page).replace(email, "what was typed") for page in found]
        pages.add((response.status_code, response.headers["Location"], *texts))
    assert len(pages) == 1
    assert not User.objects.get(email="known@example.org").goals.exists()
    assert User.objects.get(email="unknown@example.org").goals.exists()


def test_signup_without_a_plan_makes_an_account_alone(client):
    sign_up(client, time_zone="Mars/Olympus")
    learner = User.objects.get()
    assert learner.time_zone == "UTC"
    assert not learner.goals.exists() and not hasattr(learner, "progress")


def test_a_form_with_a_mistake_saves_nothing(planned):
    assert planned.post("/accounts/signup/", {"email": "lena", "password1": "short"}).status_code == 422
    assert not User.objects.exists()
    assert planned.session[KEY]["hours_per_week"] == 6

import re

import pytest
from django.test import Client

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.progress import services
from guidance.progress.models import ProofPage
from tests import factories
from tests.web.learners import messages_of, said

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/proof-page/"
SENT = {"name": "lena", "display_name": "Lena", "skills": "all", "shows_projects": "on"}


@pytest.fixture
def lena(db) -> User:
    factories.publish(factories.skill_document("python"))
    return User.objects.create_user("lena@example.com", name="Lena")


@pytest.fixture
def client(lena) -> Client:
    client = Client()
    client.force_login(lena)
    return client


def post(client, **changes):
    return client.post(SETTINGS, SENT | changes)


def test_page_is_off_and_says_what_is_missing(client, problems_of):
    response = client.get(SETTINGS)
    text = said(response)
    for words in (
        "Your page is off.",
        "You have no levels yet.",
        "You have no goal now",
        "shows nothing here yet",
        "(both marked “not checked”)",
    ):
        assert words in text
    assert problems_of(response.text) == []
    assert not ProofPage.objects.exists()


def test_account_menu_links_to_the_settings(client):
    menu = re.search(r'<details class="menu">(.*?)</details>', client.get("/settings/").text, re.DOTALL)[1]
    assert f'<a href="{SETTINGS}">Proof page</a>' in menu


def test_preview_saves_nothing(client, lena):
    services.assess(learner=lena, skill=Skill.objects.get(), level=2, now=lena.date_joined)
    text = said(post(client, do="preview"))
    assert "Preview, not saved yet" in text
    assert "level 2 of 4" in text
    assert "level 2 of 4" not in said(post(client, do="preview", skills="none"))
    assert not ProofPage.objects.exists()


def test_page_is_saved_turned_on_turned_off_and_on_again(client, settings):
    assert post(client, do="save").status_code == 303
    page = ProofPage.objects.get()
    assert (page.is_public, page.shows_projects, page.shows_role) == (False, True, False)
    response = post(client, do="publish")
    assert messages_of(response)[-1] == ("Your proof page is on.", "/settings/proof-page/off/")
    assert f"{settings.SITE_URL}/p/lena/" in client.get(SETTINGS).text
    assert Client().get("/p/lena/").status_code == 200
    response = client.post("/settings/proof-page/off/")
    assert messages_of(response)[-1][1] == "/settings/proof-page/on/"
    assert Client().get("/p/lena/").status_code == 404
    client.post("/settings/proof-page/on/")
    assert Client().get("/p/lena/").status_code == 200


def test_saving_keeps_a_page_on_and_another_name_ends_the_old_address(client):
    post(client, do="publish")
    response = post(client, do="save", name="lena-example")
    assert "The old address no longer works." in messages_of(response)[-1][0]
    assert [Client().get(f"/p/{name}/").status_code for name in ("lena", "lena-example")] == [404, 200]
    client.post("/settings/proof-page/address/")
    assert Client().get("/p/lena-example/").status_code == 404
    page = ProofPage.objects.get()
    assert services.has_secret_name(page)
    assert f'value="{page.name}"' not in client.get(SETTINGS).text  # the field for a name of one's own stays empty


def test_taken_name_is_told_at_its_field_and_nothing_is_lost(client, problems_of):
    other = User.objects.create_user("marek@example.com")
    services.save_proof_page(learner=other, now=other.date_joined, name="lena", is_public=False)
    response = post(client, do="publish", display_name="My own name")
    assert response.status_code == 422
    assert "This name is taken. Choose another." in response.context["form"].errors["name"]
    assert 'aria-invalid="true"' in response.text
    assert 'value="My own name"' in response.text
    assert problems_of(response.text) == []
    assert not ProofPage.objects.filter(learner__email="lena@example.com").exists()


def test_learner_is_told_that_the_page_was_taken_down(client, lena):
    post(client, do="publish")
    services.take_down_proof_page(page=ProofPage.objects.get(), now=lena.date_joined)
    text = said(client.get(SETTINGS))
    assert "took your page down" in text
    assert "Turn the page on" not in text
    assert post(client, do="publish").status_code == 422
    assert "taken your proof page down" in messages_of(client.post("/settings/proof-page/on/"))[-1][0]


def test_buttons_without_a_page_say_what_to_do_first(client):
    for path in ("on/", "address/"):
        response = client.post(SETTINGS + path)
        assert "First choose what your page shows" in messages_of(response)[-1][0]
    assert client.post(SETTINGS + "off/").status_code == 303


def test_settings_cost_few_queries(client, queries):
    post(client, do="publish")
    client.get(SETTINGS)
    with queries(8):
        client.get(SETTINGS)

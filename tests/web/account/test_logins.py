import re

import pytest
from django.test import Client

from accounts.models import Session, User
from tests.accounts.test_logins import FIREFOX, SAFARI

pytestmark = pytest.mark.django_db
PAGE, END, OTHERS = "/settings/logins/", "/settings/logins/end/", "/settings/logins/end-others/"


@pytest.fixture
def lena(db) -> User:
    return User.objects.create_user("lena@example.org", name="Lena", time_zone="Asia/Tokyo")


def device(user: User, agent: str = "") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.force_login(user)
    session = client.session
    if agent:
        session["browser"] = {FIREFOX: ("Firefox", "Linux"), SAFARI: ("Safari", "iPhone")}[agent]
        session.save()
    return client


def references(page: str) -> list[str]:
    return re.findall(r'name="login" value="(\w+)"', page)


def test_page_names_browsers_and_marks_this_one(lena, time_machine, problems_of):
    time_machine.move_to("2026-11-25T20:30:00Z", tick=False)
    desk = device(lena, FIREFOX)
    device(lena, SAFARI)
    device(lena)
    page = desk.get(PAGE)
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Firefox on Linux this browser Last seen on 26 November 2026, 05:30" in text
    assert "Safari on iPhone Last seen" in text
    assert "Unknown browser Last seen" in text
    assert len(references(page.text)) == 2
    assert problems_of(page.text) == []
    keys = Session.objects.values_list("session_key", flat=True)
    assert not [key for key in keys if key in page.text]


def test_page_of_the_only_login_offers_nothing_to_end(lena):
    page = device(lena).get(PAGE)
    assert references(page.text) == []
    assert OTHERS not in page.text


def test_log_out_there(lena):
    desk, phone = device(lena, FIREFOX), device(lena, SAFARI)
    [reference] = references(desk.get(PAGE).text)
    for _again in range(2):
        page = desk.post(END, {"login": reference}, follow=True)
        assert page.redirect_chain == [(PAGE, 303)]
        assert "You’re logged out there." in page.text
    assert phone.get(PAGE).status_code == 302
    assert desk.get(PAGE).status_code == 200


def test_log_out_everywhere_else(lena):
    desk, *others = [device(lena) for _ in range(3)]
    assert desk.post(OTHERS, follow=True).redirect_chain == [(PAGE, 303)]
    assert [client.get(PAGE).status_code for client in (desk, *others)] == [200, 302, 302]


def test_logging_out_elsewhere_is_a_post(lena):
    desk, phone = device(lena), device(lena)
    for path in (END, OTHERS):
        assert desk.get(path).headers["Location"] == PAGE
    assert phone.get(PAGE).status_code == 200

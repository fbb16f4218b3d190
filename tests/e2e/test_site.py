"""The deployed site with the real catalogue: accessible, light, from one host, complete without JavaScript."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from config.management.commands.seed_demo import PASSWORD
from tests.e2e.conftest import TOO_WIDE, Watched, log_in

BEGUN = "from=backend-developer&role=ai-engineer&industry=healthcare"
PAGES = (
    "/",
    "/skills/",
    "/skills/?area=generative-ai&sort=order",
    "/skills/?kind=tool&q=zzzz",
    "/skills/?area=nonsense",
    "/skills/python/",
    "/skills/kubernetes/",
    "/skills/retrieval-augmented-generation/",
    "/search/",
    "/search/?q=python",
    "/search/?q=kuberntes",
    "/search/?q=zzzzzz",
    "/nothing/here/",
    "/roles/",
    "/roles/ai-engineer/?from=backend-developer&industry=healthcare",
    "/roles/compare/",
    "/roles/compare/?role=ai-engineer&role=astronaut",
    "/industries/",
    "/industries/healthcare/",
    "/projects/",
    "/projects/?hours=10&industry=finance",
    "/projects/judge-you-can-trust/",
    "/guides/",
    "/guides/the-skills-you-need/",
    "/resources/",
    "/questions/",
    "/about-the-data/",
    "/privacy/",
    "/match/",
    "/match/?about=cv&role=ai-engineer",
    "/match/?about=poem",
    "/api/docs/guide/",
    "/start/",
    "/start/?role=astronaut",
    f"/start/plan/?{BEGUN}",
    "/start/plan/?hours_per_week=200",
    f"/start/goal/?{BEGUN}",
    "/start/cv/",
    "/start/questions/?role=ai-engineer&from=zero",
    "/start/placement/?role=ai-engineer&from=zero",
    f"/start/levels/?{BEGUN}",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)
OWN_PAGES = (
    "/dashboard/",
    "/plan/",
    "/plan/?hours_per_week=12&all=1",
    "/plan/goal/",
    "/plan/calendar/",
    "/skills/map/",
    "/skills/map/?area=generative-ai",
    "/skills/structured-outputs/",
    "/skills/kubernetes/",
    "/projects/discharge-summaries-from-synthetic-records/",
    "/projects/judge-you-can-trust/",
    "/log/",
    "/levels/",
    "/match/",
    "/roles/",
    "/roles/ai-engineer/",
    "/roles/mlops-engineer/?industry=finance",
    "/roles/compare/",
    "/start/",
    f"/start/plan/?{BEGUN}",
    "/history/",
    "/settings/",
    "/settings/data/",
    "/settings/data/import/",
    "/settings/reports/",
    "/settings/logins/",
    "/settings/tokens/",
    "/settings/proof-page/",
    "/settings/reminders/",
    "/settings/reminders/?show=weekly",
    "/settings/reminders/history/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
)
# The most bytes of a first visit, with an empty browser cache.
FIRST_VISIT = 100_000
STYLES = 20_000
SCRIPTS = 30_000


@pytest.fixture
def watched(page: Page, waymark: str) -> Watched:
    return Watched(page, waymark)


@pytest.fixture
def plain(browser: Browser, waymark: str):
    """A browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=waymark)
    yield context.new_page()
    context.close()


@pytest.fixture
def inside(browser: Browser, waymark: str, demo_learner: StorageState) -> Iterator[Page]:
    """A browser in which the learner of the demo is logged in."""
    context = browser.new_context(storage_state=demo_learner, base_url=waymark)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_page_pleases_axe_and_asks_nobody_else(page: Page, waymark, flaws, path):
    pleases(page, waymark, path, flaws)


@pytest.mark.parametrize("path", OWN_PAGES)
def test_page_of_a_learner_pleases_axe_and_asks_nobody_else(inside: Page, waymark, flaws, path):
    pleases(inside, waymark, path, flaws)


def pleases(page: Page, waymark: str, path: str, flaws: Callable[[Page], list[str]]) -> None:
    watched = Watched(page, waymark)
    page.goto(waymark + path)
    assert page.url.partition("?")[0] == waymark + path.partition("?")[0]
    assert flaws(page) == []
    assert watched.elsewhere == []
    # A browser logs responses of 400 and 404; anything blocked by the policy would be another line.
    assert [text for text in watched.complaints if "Failed to load resource" not in text] == []


def test_deletion_pleases_axe(browser: Browser, waymark, flaws):
    context = browser.new_context(base_url=waymark)
    page = context.new_page()
    log_in(page)
    page.goto("/settings/data/delete/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    pleases(page, waymark, "/settings/data/delete/", flaws)
    page.locator("form").filter(has=page.get_by_role("button", name="Delete everything")).evaluate(
        "form => form.noValidate = true"
    )
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert flaws(page) == []
    context.close()


def test_proof_page_is_turned_on_read_by_a_stranger_reported_and_turned_off(browser: Browser, waymark, flaws):
    """The scripts of the pages are blocked; axe runs independently of them."""
    context, strange = browser.new_context(base_url=waymark), browser.new_context(base_url=waymark)
    page, stranger = context.new_page(), strange.new_page()
    page.route("**/*.js", lambda route: route.abort())
    log_in(page)
    page.goto("/settings/proof-page/")
    page.get_by_label("Your name on the page").fill("Lena Example")
    page.get_by_label("Name in the address").fill("admin")
    page.get_by_role("button", name="Turn the page on").click()
    expect(page.get_by_role("alert")).to_contain_text("This name is reserved.")
    assert flaws(page) == []
    page.get_by_label("Name in the address").fill("lena-example")
    page.get_by_role("button", name="Turn the page on").click()
    address = page.get_by_label("Its address").input_value()
    assert flaws(page) == []
    pleases(stranger, waymark, "/p/lena-example/", flaws)
    assert address.endswith("/p/lena-example/")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Lena Example")
    pleases(stranger, waymark, "/p/lena-example/report/", flaws)
    stranger.get_by_label("What is wrong with this page?").fill("It is not her.")
    stranger.get_by_role("button", name="Send report").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Report sent")
    assert strange.cookies() == []
    page.get_by_role("button", name="Turn it off").click()
    assert stranger.goto("/p/lena-example/").status == 404
    page.get_by_role("button", name="Undo").click()
    assert stranger.goto("/p/lena-example/").status == 200
    page.get_by_role("button", name="Turn it off").click()
    context.close()
    strange.close()


def test_token_is_made_copied_and_revoked_without_javascript(browser: Browser, waymark, flaws):
    """The browser has JavaScript because axe needs it; the pages use none."""
    context = browser.new_context(base_url=waymark)
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    log_in(page)
    page.goto("/settings/tokens/")
    page.get_by_role("link", name="Make a token").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    pleases(page, waymark, "/settings/tokens/new/", flaws)
    page.get_by_label("What is it for?").fill("Weekly report")
    page.get_by_role("button", name="Make the token").click()
    text = page.get_by_label("Copy it now")
    expect(text).to_be_focused()
    assert flaws(page) == []
    value = text.input_value()
    answer = context.request.get("/api/v1/me/", headers={"Authorization": f"Bearer {value}", "Cookie": ""})
    assert answer.json()["email"] == "learner@waymark.example"
    page.get_by_role("link", name="I have copied it").click()
    assert value not in page.content()
    assert flaws(page) == []
    page.get_by_role("listitem").filter(has_text="Weekly report").get_by_role("link", name="Revoke").click()
    assert flaws(page) == []
    page.get_by_role("button", name="Revoke token").click()
    expect(page.get_by_text("Token “Weekly report” revoked.")).to_be_visible()
    answer = context.request.get("/api/v1/me/", headers={"Authorization": f"Bearer {value}"})
    assert answer.status == 401
    context.close()


def test_menu_of_the_account_pleases_axe(inside: Page, waymark, findings):
    inside.goto("/settings/data/")
    inside.get_by_role("banner").get_by_text("Account", exact=True).click()
    for width in (320, 1280):
        inside.set_viewport_size({"width": width, "height": 900})
        expect(inside.get_by_role("link", name="Log out")).to_be_in_viewport(ratio=1)
        assert findings(inside) == []
        assert not inside.evaluate(TOO_WIDE)


@pytest.mark.parametrize("paths", [PAGES, OWN_PAGES], ids=["public", "own"])
def test_pages_stand_text_of_double_size(browser_type, browser_type_launch_args, waymark, demo_learner, paths):
    arguments = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    page = browser.new_page(storage_state=demo_learner if paths is OWN_PAGES else None)
    wide = []
    for path in paths:
        page.goto(waymark + path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        for width in (640, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate(TOO_WIDE):
                wide.append((width, path))
    browser.close()
    assert wide == []


@pytest.mark.parametrize("path", ["/", "/skills/", "/skills/python/", "/search/?q=python", "/roles/ai-engineer/"])
def test_first_visit_is_light(browser: Browser, waymark, path):
    context = browser.new_context()
    page = context.new_page()
    sizes: dict[str, int] = {}
    kinds: dict[str, str] = {}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(waymark + path, wait_until="networkidle")
    context.close()
    total = {kind: sum(sizes[key] for key in sizes if kinds.get(key) == kind) for kind in set(kinds.values())}
    assert sum(sizes.values()) <= FIRST_VISIT, total
    assert total.get("Stylesheet", 0) <= STYLES, total
    assert total.get("Script", 0) <= SCRIPTS, total


def test_home_leads_to_a_plan_without_javascript(plain: Page):
    plain.goto("/")
    plain.get_by_label("You want to be").select_option("mlops-engineer")
    plain.get_by_role("button", name="Draw my plan").click()
    expect(plain).to_have_url(re.compile(r"/start/plan/\?from="))
    expect(plain.get_by_role("heading", level=1)).to_have_text("Your plan: MLOps engineer")


def test_skills_filter_without_javascript(plain: Page):
    plain.goto("/skills/")
    plain.get_by_label("Name or word").fill("k8s")
    plain.get_by_role("button", name="Show").click()
    expect(plain.locator(".skills a").first).to_have_text("Kubernetes")
    plain.get_by_role("link", name="Clear").click()
    plain.get_by_label("Kind").select_option("tool")
    plain.get_by_role("button", name="Show").click()
    expect(plain.locator("#count")).to_contain_text(" of ")


def test_search_without_javascript(plain: Page):
    plain.goto("/")
    plain.get_by_role("banner").get_by_role("link", name="Search").click()
    for query, first in (
        ("kuberntes", "Kubernetes"),
        ("k8s", "Kubernetes"),
        ("retrieval augmented", "Retrieval-augmented generation"),
    ):
        plain.get_by_role("searchbox").fill(query)
        plain.get_by_role("button", name="Search").click()
        expect(plain.locator("main ol a").first).to_have_text(first)


def test_theme_switches_without_javascript_and_stays(plain: Page):
    plain.goto("/skills/python/")
    plain.get_by_role("button", name="Dark colours").click()
    expect(plain).to_have_url(re.compile("/skills/python/$"))
    expect(plain.locator("html")).to_have_attribute("data-theme", "dark")
    plain.get_by_role("banner").get_by_role("link", name="Roles").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "dark")
    plain.get_by_role("button", name="Light colours").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "light")
    plain.get_by_role("button", name="same as the system").click()
    expect(plain.locator("html")).not_to_have_attribute("data-theme", re.compile(".*"))


def test_skills_filter_in_place(page: Page, waymark, watched):
    page.goto(f"{waymark}/skills/")
    page.evaluate("window.kept = true")
    page.get_by_label("Kind").focus()
    page.get_by_label("Kind").select_option("tool")
    expect(page.locator("#count")).to_contain_text(" of ")
    expect(page).to_have_url(f"{waymark}/skills/?kind=tool")
    expect(page.get_by_label("Kind")).to_be_focused()
    page.get_by_label("Name or word").press_sequentially("kubernetes", delay=20)
    expect(page.locator(".skills a").first).to_have_text("Kubernetes")
    expect(page).to_have_url(f"{waymark}/skills/?kind=tool&q=kubernetes")
    expect(page.get_by_label("Name or word")).to_be_focused()
    assert page.evaluate("window.kept")
    page.go_back()
    expect(page).to_have_url(f"{waymark}/skills/?kind=tool")
    expect(page.get_by_label("Name or word")).to_have_value("")
    assert watched.complaints == []


def test_keyboard_reaches_the_content_first(page: Page, waymark):
    page.goto(f"{waymark}/skills/python/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()


def test_nothing_moves_for_those_who_want_that(page: Page, waymark):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{waymark}/")
    assert page.evaluate("getComputedStyle(document.querySelector('.button-sign')).transitionDuration") == "0s"
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_outbound_links_tell_nothing(page: Page, waymark):
    page.goto(f"{waymark}/skills/python/")
    link = page.locator('a[href^="/out/"]').first
    assert "noopener" in link.get_attribute("rel")
    response = page.request.get(waymark + link.get_attribute("href"), max_redirects=0)
    assert response.status == 302
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in response.headers

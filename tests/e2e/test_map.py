"""The skill map of the deployed site, with the real catalogue."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Watched

MAP = "/skills/map/"
AREA = f"{MAP}?area=deep-learning"
WAY = f"{MAP}?role=ai-engineer&from=backend-developer&industry=healthcare"
BOX = ".map-box"
# The texts of each pair of labels on the map that overlap
OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll(".map-box :is(.station, .exit) > text:not(.area-letter):not(.flag-number)")].map((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return { text: text.textContent, left: left + 1, right: right - 1, top: top + 2, bottom: bottom - 2 };
  });
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(
    (b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  ).map((b) => [a.text, b.text]));
}"""
STOPS = '".winding-sheet .station > text, .winding-sheet .trail-title, .winding-sheet .here .flag-number"'
# Labels wider than their column, which the line beside it would touch
TOO_WIDE = """() => [...document.querySelectorAll(".map-box .station > text:not(.flag-number)")]
  .filter((text) => text.getBBox().width > 124).map((text) => text.textContent)"""


@pytest.fixture
def watched(page: Page, waymark: str) -> Watched:
    return Watched(page, waymark)


@pytest.fixture
def plain(browser: Browser, waymark: str):
    context = browser.new_context(java_script_enabled=False, base_url=waymark)
    yield context.new_page()
    context.close()


def scale(page: Page) -> float:
    return page.evaluate(
        "(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)(document.querySelector('.map-box svg'))"
    )


def scrolled(page: Page) -> tuple[int, int]:
    return tuple(page.eval_on_selector(BOX, "box => [box.scrollLeft, box.scrollTop]"))


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")


def enter(page: Page, waymark: str, path: str = MAP) -> None:
    """Open the page and press Tab from the link above the filters to the map."""
    page.goto(waymark + path)
    page.get_by_role("button", name="Show", exact=True).focus()
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.textContent") == "Clear":
        page.keyboard.press("Tab")


@pytest.mark.parametrize("path", [MAP, AREA, WAY, f"{WAY}&area=generative-ai"])
def test_map_pleases_axe_and_asks_nobody_else(page: Page, waymark, watched, flaws, path):
    page.goto(waymark + path)
    assert flaws(page) == []
    assert (watched.elsewhere, watched.complaints) == ([], [])


@pytest.mark.parametrize("path", [MAP, AREA, WAY, f"{MAP}?area=programming", f"{MAP}?role=llm-application-engineer"])
def test_names_of_stations_do_not_overlap(page: Page, waymark, path):
    page.goto(waymark + path)
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate(TOO_WIDE) == []


def test_larger_names_of_the_whole_map_do_not_overlap(page: Page, waymark):
    # In a wider window the whole map is shown at a scale at which every name is legible.
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(waymark + MAP)
    page.get_by_role("button", name="Whole map").click()
    expect(page.locator(".map-box svg")).to_have_class(re.compile("far"))
    assert page.evaluate(OVERLAPPING) == []


def test_map_is_one_tab_stop(page: Page, waymark):
    enter(page, waymark)
    first = focused(page)
    assert page.evaluate("document.activeElement.closest('.map-box') !== null")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == first


def test_arrows_go_along_the_ways_and_the_note_follows(page: Page, waymark):
    page.goto(waymark + MAP)
    page.locator('.map-box a[href="/skills/sql/"]').focus()
    note = page.locator("#map-note")
    expect(note).to_contain_text("SQL. Leads to ")
    page.keyboard.press("ArrowRight")
    opened = focused(page)
    expect(note).to_contain_text(f"{opened}. Needs ")
    expect(note).to_contain_text("SQL (level")
    expect(page.locator(".map-box .lit .on, .map-box svg.lit .on").first).to_be_attached()
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "SQL"
    page.keyboard.press("Home")
    assert focused(page) != "SQL"


def test_the_station_in_focus_comes_into_sight(page: Page, waymark):
    page.emulate_media(reduced_motion="reduce")
    enter(page, waymark)
    for _ in range(25):
        page.keyboard.press("ArrowDown")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    box = page.locator(BOX).bounding_box()
    station = page.locator(":focus .base").bounding_box()
    assert scrolled(page) != (0, 0)
    assert box["x"] <= station["x"] <= box["x"] + box["width"]
    assert box["y"] <= station["y"] <= box["y"] + box["height"]


def test_enter_opens_a_skill_and_escape_leaves_the_map(page: Page, waymark):
    enter(page, waymark, AREA)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    name = focused(page).partition(", ")[0]
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/skills/[a-z-]+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_zoom_by_buttons_and_keys(page: Page, waymark):
    enter(page, waymark)
    assert scale(page) == pytest.approx(1, abs=0.01)
    page.keyboard.press("+")
    assert scale(page) == pytest.approx(1.3, abs=0.01)
    page.keyboard.press("+")
    assert scale(page) == pytest.approx(1.3**2, abs=0.01)
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert scale(page) == pytest.approx(1, abs=0.01)
    page.get_by_role("button", name="Zoom in").click()
    assert scale(page) == pytest.approx(1.3, abs=0.01)
    for _ in range(2):
        page.get_by_role("button", name="Zoom out").click()
    assert 1 / 1.3 - 0.01 < scale(page) < 0.99  # a step below 1, unless the whole map is visible before that
    page.get_by_role("button", name="Whole map").click()
    width = page.eval_on_selector(BOX, "box => box.clientWidth")
    assert page.locator(".map-box svg").bounding_box()["width"] == pytest.approx(width, abs=2)
    for _ in range(12):
        page.get_by_role("button", name="Zoom in").click()
    assert scale(page) == pytest.approx(2.5, abs=0.01)


def test_zooming_keeps_the_middle_in_the_middle(page: Page, waymark):
    page.goto(waymark + MAP)
    page.eval_on_selector(BOX, "box => box.scrollTo({left: 300, top: 2000, behavior: 'instant'})")
    middle = "box => [(box.scrollLeft + box.clientWidth / 2), (box.scrollTop + box.clientHeight / 2)]"
    before, at = page.eval_on_selector(BOX, middle), scale(page)
    page.get_by_role("button", name="Zoom in").click()
    after = page.eval_on_selector(BOX, middle)
    ratio = scale(page) / at
    assert after == pytest.approx([value * ratio for value in before], abs=2)


def test_the_mouse_drags_and_does_not_open_what_it_drags_over(page: Page, waymark):
    page.goto(waymark + MAP)
    page.locator(BOX).scroll_into_view_if_needed()
    station = page.locator('.map-box a[href="/skills/python/"] .base')
    box = station.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 100, y - 60, steps=6)
    page.mouse.up()
    assert scrolled(page) == pytest.approx((100, 60), abs=15)
    expect(page).to_have_url(waymark + MAP)
    station.click()
    expect(page).to_have_url(f"{waymark}/skills/python/")


def test_names_of_areas_stay_in_sight(page: Page, waymark):
    page.goto(waymark + MAP)
    name = page.locator(".map-box .area-title").first.locator("text").last
    left = name.bounding_box()["x"]
    page.eval_on_selector(BOX, "box => box.scrollTo({left: 400, top: 300, behavior: 'instant'})")
    page.wait_for_timeout(50)
    assert name.bounding_box()["x"] == pytest.approx(left, abs=2)
    box = page.locator(BOX).bounding_box()
    assert box["y"] < name.bounding_box()["y"] < box["y"] + 80


def test_map_keeps_to_its_box_on_a_phone(page: Page, waymark):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(waymark + WAY)
    assert page.locator(BOX).bounding_box()["height"] < 740
    page.get_by_role("link", name="Read it as a list").click()
    expect(page.get_by_role("heading", name="The map as a list")).to_be_in_viewport()
    expect(page.locator(".area-list").get_by_text("1st next")).to_be_attached()


@pytest.mark.parametrize("role", ["ai-engineer", "data-scientist", "mlops-engineer", "llm-application-engineer"])
def test_names_of_stops_of_milestones_do_not_overlap(page: Page, waymark, role):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{waymark}{MAP}?role={role}&from=backend-developer")
    expect(page.locator(".winding-sheet .milestone-sign.current")).to_have_count(1)
    assert (
        page.evaluate(
            OVERLAPPING.replace('".map-box :is(.station, .exit) > text:not(.area-letter):not(.flag-number)"', STOPS)
        )
        == []
    )


def test_trail_of_milestones_fits_and_on_a_phone_the_list_is_the_map(page: Page, waymark, flaws):
    for width in (320, 360, 768, 1024, 1025, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(waymark + WAY)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width
        expect(page.locator(".winding-sheet")).to_be_visible(visible=width > 1024)
        expect(page.locator(".milestone-list > .current .stops")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert flaws(page) == []
    link = page.locator(".milestone-list > .current h3 a")
    address = link.get_attribute("href")
    link.click()
    expect(page).to_have_url(f"{waymark}{address}")
    expect(page.locator("h1")).to_be_visible()


def test_own_station_leads_to_its_section_of_the_plan(browser: Browser, waymark, demo_learner, flaws):
    context = browser.new_context(storage_state=demo_learner, base_url=waymark)
    page = context.new_page()
    page.goto(MAP)
    assert flaws(page) == []
    page.locator(".winding-sheet .milestone-sign:not(.completed):not(.current)").first.click()
    expect(page).to_have_url(re.compile(r"/plan/\?open=([a-z-]+)#m-\1$"))
    expect(page.locator("li:target details[id^=in-]")).to_have_attribute("open", "")
    context.close()


def test_note_of_the_map_tells_a_finger_what_to_do(browser: Browser, waymark):
    context = browser.new_context(viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(waymark + MAP)
    expect(page.get_by_text("Tap a station to open its skill")).to_be_visible()
    for words in ("Point at a station", "Press the arrow keys"):
        expect(page.get_by_text(words)).to_be_hidden()
    context.close()


def test_map_works_without_javascript(plain: Page):
    plain.goto(MAP)
    expect(plain.get_by_role("button", name="Zoom in")).to_be_hidden()
    assert plain.locator(BOX).evaluate(
        "box => box.scrollWidth > box.clientWidth && box.scrollHeight > box.clientHeight"
    )
    plain.get_by_label("Path to").select_option("ai-engineer")
    plain.get_by_label("Starting from").select_option("backend-developer")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain).to_have_url(re.compile("role=ai-engineer"))
    expect(plain.locator(".map-box .flag")).to_have_count(8)
    plain.get_by_label("in", exact=True).select_option("healthcare")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain.locator(".map-box .off").first).to_be_attached()
    plain.locator(".map-box .area-title").first.click()
    expect(plain.locator(".map-box .heading").first).to_be_attached()
    plain.locator(".map-box .station").last.click()
    expect(plain).to_have_url(re.compile(r"/skills/[a-z0-9-]+/$"))


def test_first_visit_is_light(browser: Browser, waymark):
    context = browser.new_context()
    page = context.new_page()
    page.goto(waymark + MAP, wait_until="networkidle")
    sizes = page.evaluate(
        "performance.getEntries().filter(e => 'encodedBodySize' in e).map(e => [e.name, e.encodedBodySize])"
    )
    context.close()
    assert sum(size for _, size in sizes) < 75_000, sizes

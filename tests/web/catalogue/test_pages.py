from datetime import date
from html import unescape

import pytest

from guidance.catalog import snapshot
from guidance.catalog.models import Kind
from guidance.web.catalogue.pages import reading_minutes, words
from guidance.web.roles import page as roles_page
from tests.factories import (
    make,
    make_catalogue,
    make_guide,
    make_milestone,
    make_project,
    make_question,
    make_resource,
    make_role,
    make_skill,
    make_starting_point,
    rename,
    retire,
)

pytestmark = pytest.mark.django_db


def test_home_of_an_empty_catalogue_says_what_to_do(client, problems_of):
    response = client.get("/")
    assert "The catalogue is empty" in response.text
    assert "load_catalog" in response.text
    assert problems_of(response.text) == []


def test_home_form_leads_to_the_plan(client):
    make_role("ai-engineer")
    make_starting_point("backend-developer")
    text = client.get("/").text
    assert 'action="/start/plan/"' in text
    assert '<option value="backend-developer">' in text
    assert '<option value="zero" selected>Starting from zero</option>' in text
    assert 'name="hours_per_week" value="8"' in text
    response = client.get("/start/plan/?from=backend-developer&role=ai-engineer&industry=&hours_per_week=4")
    assert "Your plan: AI engineer" in response.text
    assert "At 4 h a week you’ll finish on" in response.text
    assert "session" not in response.cookies


def test_home_example_is_the_plan(client):
    make_skill("python", effort=[4, 12, 30, 60])
    make_skill("rag", effort=[6, 20, 45, 90], prerequisites={"python": 2})
    make_role("ai-engineer", requirements={"rag": (2, 5), "python": (3, 5)})
    make_starting_point("backend-developer", levels={"python": 1})
    response = client.get("/")
    example = response.context["example"]
    assert [(step.skill.slug, step.level, step.hours, step.walked) for step in example.steps] == [
        ("python", 2, 12, 12),
        ("python", 3, 30, 42),
        ("rag", 1, 6, 48),
        ("rag", 2, 20, 68),
    ]
    assert example.hours == 68
    assert example.readiness == pytest.approx(100 / 6)
    assert [step.readiness for step in example.steps] == pytest.approx([100 / 3, 50, 75, 100])
    assert "4 steps, 68 h." in response.text


def test_home_example_has_milestones_and_their_projects(client, problems_of):
    make_project("tool", hours=6, proves={"python": 1})
    make_milestone("first-program", steps=[("python", 1)], projects=["tool"])
    make_milestone("more-programs", steps=[("python", 2)])
    make_role("ai-engineer", requirements={"python": (2, 5)}, milestones=["first-program", "more-programs"])
    make_starting_point("beginner", levels={})
    response = client.get("/")
    found = [
        (step.milestone and step.milestone.slug, step.name, step.level) for step in response.context["example"].steps
    ]
    assert found == [("first-program", "Python", 1), (None, "Tool", 0), ("more-programs", "Python", 2)]
    assert '<a href="/projects/tool/">Tool</a>' in response.text
    assert '<a href="/milestones/first-program/">First program</a>' in response.text
    assert problems_of(response.text) == []


def test_home_example_is_what_the_form_leads_to(client):
    make_catalogue(120)
    example = client.get("/").context["example"]
    plan = client.get(f"/start/plan/?role={example.role.slug}&from={example.start.slug}").context["goal_state"].plan
    assert [(step.skill.slug, step.level) for step in example.steps] == [
        (step.skill, step.to_level) for step in plan.steps
    ]
    assert example.hours == plan.total_hours


def test_home_plans_once_per_revision(client, monkeypatch):
    make_catalogue(30)
    made = []
    real = roles_page.plan
    monkeypatch.setattr(roles_page, "plan", lambda *given: made.append(given) or real(*given))
    for _again in range(2):
        client.get("/")
        client.get("/", headers={"HX-Request": "true"})
    assert len(made) == 1
    make_skill("brand-new")
    client.get("/")
    assert len(made) == 2


def test_home_shows_demand_with_its_source_and_a_table(client):
    make_skill("python", demand=75)
    text = client.get("/").text
    assert "Share of 1,720 AI-engineer job ads, January to February 2026" in text
    assert "Alexey Grigorev collected the ads from Built In." in text
    assert '<rect class="bar-fill" width="75"' in text
    assert '<td class="right">75%</td>' in text


def test_home_counts_free_resources_and_leaves_checks_of_links_to_other_pages(client):
    make_resource("manual", cost=0, checked_on=date(2026, 11, 24))
    make_resource("book", cost="paid")
    text = " ".join(client.get("/").text.split())
    assert "<b>2 resources</b> 1 free</p>" in text
    assert "1 checked" not in text
    assert "not checked" not in text


def test_home_shows_the_first_guides_takeaways(client):
    make_guide("second", order=2, takeaways=["No."])
    make_guide("first", order=1, takeaways=["Yes."])
    text = client.get("/").text
    assert "Yes." in text
    assert "No." not in text
    assert "Read the guide (1 minute)" in text
    assert '<h2 id="kt">First: key takeaways</h2>' in text


def text_of(count: int) -> str:
    return " ".join(["word"] * count)


@pytest.mark.parametrize(("count", "minutes"), [(1, 1), (220, 1), (221, 2), (440, 2), (2000, 10)])
def test_reading_minutes_are_rounded_up(count, minutes):
    make_guide("guide", tldr="one", takeaways=[], body=text_of(count - 1))
    guide = snapshot.current().guides["guide"]
    assert (words(guide), reading_minutes(guide)) == (count, minutes)


def test_reading_minutes_count_everything_that_is_read():
    make_guide("guide", tldr="one two", takeaways=["three", "four five", "six"], body="## Seven\n\nEight.")
    assert words(snapshot.current().guides["guide"]) == 8


def test_guides_list_what_they_come_to_and_how_long_they_take(client):
    make_guide("first", tldr="The short of it.", body=text_of(500), order=1)
    make_guide("second", order=2)
    response = client.get("/guides/")
    assert [(guide.slug, minutes) for guide, minutes in response.context["guides"]] == [("first", 3), ("second", 1)]
    assert "The short of it." in response.text
    assert "Reading all of them takes 4 minutes." in response.text


def test_guides_without_any_teach(client):
    assert "No guide is published yet." in client.get("/guides/").text


def test_guide_shows_everything_about_it(client):
    make(Kind.FACT, "pay-2024", statement="Half earned more.", secondary=True, caveat="In one country.")
    make_guide("daily-work", facts=["pay-2024"], takeaways=["Measure first.", "Then change.", "Then measure."])
    text = client.get("/guides/daily-work/").text
    for expected in (
        "In short.",
        "Measure first.",
        '<h2 id="what-you-do">What you do</h2>',
        "1 minute to read",
        "Half earned more.",
        'href="https://bureau.example/"',
        "Bureau</a>, 2024",
        "from a page that cites the original source",
        "In one country.",
        'href="/about-the-data/#pay-2024"',
    ):
        assert expected in text, expected


@pytest.mark.parametrize(("sections", "listed"), [(2, False), (3, True)])
def test_guide_lists_its_contents_from_three_sections_on(client, sections, listed):
    make_guide("guide", body="\n\n".join(f"## Part {number}\n\nText." for number in range(sections)))
    text = client.get("/guides/guide/").text
    assert ('<a href="#part-1">Part 1</a>' in text) is listed


def test_guide_leads_to_the_ones_beside_it(client):
    for order, slug in enumerate(("first", "second", "third"), 1):
        make_guide(slug, order=order)
    second = client.get("/guides/second/").context
    assert (second["previous"].slug, second["next"].slug) == ("first", "third")
    assert client.get("/guides/first/").context["previous"] is None
    assert client.get("/guides/third/").context["next"] is None


def test_guide_moved_gone_and_never_there(client):
    guide = make_guide("daily-work")
    rename(guide, "every-day")
    response = client.get("/guides/daily-work/")
    assert (response.status_code, response["Location"]) == (301, "/guides/every-day/")
    retire(guide)
    assert client.get("/guides/every-day/").status_code == 410
    assert client.get("/guides/astronautics/").status_code == 404


def test_questions_are_readable_without_opening_anything(client):
    make_question(
        "how-long", name="How long does it take?", body="It takes **months**, see [roles](/roles/).\n", order=2
    )
    make_question("what", order=1)
    text = client.get("/questions/").text
    assert '<section class="panel answer" id="how-long"' in text
    assert "It takes <strong>months</strong>" in text
    assert '<li><a href="#how-long">How long does it take?</a></li>' in text
    assert text.index('id="what"') < text.index('id="how-long"')
    assert "<details" not in text.partition("<main")[2].partition("</main>")[0]


def test_questions_without_any_teach(client):
    assert "No question is published yet." in client.get("/questions/").text


@pytest.fixture
def text(client) -> str:
    make(Kind.FACT, "pay-2024", statement="Half earned more.", caveat="In one country.")
    make(Kind.FACT, "trust-2025", source="A survey", year=2025, secondary=True)
    make_resource("book", type="book", affiliate=True, cost={"amount": 60, "currency": "USD"})
    make_skill("git", demand=12)
    return " ".join(unescape(client.get("/about-the-data/").text).split())


def test_about_the_data_carries_the_attributions_word_for_word(text):
    assert "This service uses the ESCO classification of the European Commission." in text
    assert (
        "by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the <a "
        'href="https://creativecommons.org/licenses/by/4.0/" rel="noopener license">CC BY 4.0</a> license. '
        "O*NET® is a trademark of USDOL/ETA." in text
    )


def test_about_the_data_says_how_demand_effort_and_readiness_are_counted(text):
    for expected in (
        "1,720 job ads for AI engineers from January and February 2026",
        "rounded to whole percentages",
        "Some names are broad words: machine learning,",
        "Alexey Grigorev collected them for the",
        "1 skill has a share.",
        "at 8 hours a week, rounded up",
        "importance × (1 + emphasis)",
        "your level divided by the target, at most 1",
    ):
        assert expected in text, expected


def test_about_the_data_says_where_unchecked_resources_are_marked(text, client):
    assert "1 hasn’t been opened by a person yet." in text
    assert (
        'The <a href="/resources/">list of resources</a> and the list on each skill’s page mark them “not checked yet”'
        in text
    )
    assert "not checked yet" in client.get("/resources/").text


def test_about_the_data_lists_every_fact_under_its_anchor(text):
    assert '<li id="pay-2024"' in text
    assert '<li id="trust-2025"' in text
    for expected in (
        "Half earned more.",
        "In one country.",
        'href="https://bureau.example/"',
        '<span class="tag">secondary</span>',
    ):
        assert expected in text, expected
    assert text.count('<span class="tag">secondary</span>') == 1


def test_about_the_data_says_what_is_affiliate_and_what_is_not_checked(text):
    assert "At the moment 1 resource has an affiliate link." in text
    assert "Of 1 resources, 1 hasn’t been opened by a person yet" in text


def test_about_the_data_says_how_resources_were_chosen_and_who_checks_their_links(text):
    assert "on searches of stored copies of public pages" in text
    assert "When this site is online, a program tries every link" in text


def test_about_the_data_names_the_revision_and_counts(client):
    make_catalogue(60)
    text = client.get("/about-the-data/").text
    assert f"revision <b>{snapshot.current().revision}</b>" in text
    assert "<dt>skills</dt><dd>60</dd>" in text


def test_about_the_data_of_an_empty_catalogue_teaches(client):
    text = client.get("/about-the-data/").text
    assert "Nothing has been published yet." in text
    assert "No figures are published yet." in text

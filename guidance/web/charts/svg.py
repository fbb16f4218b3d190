"""What the drawings share: opening tags, coordinates, shapes of areas."""

from html import escape

from guidance.catalog.snapshot import Area


def hidden(name: str, width: int, height: float) -> str:
    """Opens a drawing whose figure says the same in words."""
    return f'<svg class="chart {name}" viewBox="0 0 {width} {height:g}" aria-hidden="true" focusable="false">'


def spoken(name: str, width: int, height: float, text: str) -> str:
    """Opens a drawing with its text alternative."""
    return f'<svg class="chart {name}" viewBox="0 0 {width} {height:g}" role="img" aria-label="{escape(text)}">'


def number(value: float) -> str:
    """A coordinate: one decimal at most, and no negative zero."""
    return f"{value:z.1f}".removesuffix(".0")


def points(value: float) -> str:
    """Readiness as drawings and tables show it."""
    return f"{value:z.1f}"


def shape(area: Area, x: float, y: float, r: float) -> str:
    """The shape of the area's family: square, circle or hexagon."""
    if area.family == "models":
        return f'<circle class="full" cx="{x}" cy="{y:g}" r="{r}"/>'
    if area.family == "foundations":
        return f'<rect class="full" x="{x - r + 1:g}" y="{y - r + 1:g}" width="{2 * r - 2:g}" height="{2 * r - 2:g}" rx="3"/>'
    h = r * 0.92
    points = ((x - r, y), (x - r / 2, y - h), (x + r / 2, y - h), (x + r, y), (x + r / 2, y + h), (x - r / 2, y + h))
    return f'<polygon class="full" points="{" ".join(f"{px:g},{py:g}" for px, py in points)}"/>'

import pytest

from guidance.matching.degree import mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A bachelor's degree in statistics", ["bachelor's degree"]),
        ("BSc or MSc in physics", ["BSc", "MSc"]),
        ("PhD welcome", ["PhD"]),
        ("MS in CS or equivalent", ["MS"]),
        ("abgeschlossenes Hochschulstudium in Informatik", ["Hochschulstudium"]),
        ("You supervise PhD students and master's theses", []),
        ("abgeschlossene Ausbildung oder ein Studium", []),
        ("MS Office, 30 degrees Celsius", []),
        ("scrum master, Mastercard", []),
    ],
)
def test_mentions(text, expected):
    assert [text[start:end] for start, end in mentions(text)] == expected

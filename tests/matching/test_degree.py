import pytest

from guidance.matching.degree import every, fields, mentions


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
    assert [text[start:end] for start, end in mentions(text, every(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A PhD in computer vision, machine learning or physics; Python",
            ["computer vision, machine learning or physics"],
        ),
        ("Master's or PhD in Statistics, with at least two years of SQL", ["Statistics, "]),
        ("Studium der Informatik oder Statistik und gute Kenntnisse in R", ["Informatik oder Statistik "]),
        ("A degree, Python and SQL", []),
        ("Du studierst Informatik, Statistik o. ä. und kannst Python", ["Informatik, Statistik o"]),
    ],
)
def test_fields_of_study(text, expected):
    said = [text[start:end] for start, end in fields(text, every(text))]
    assert [one for one in said if one.strip()] == expected

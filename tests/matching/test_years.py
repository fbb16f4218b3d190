import pytest

from guidance.matching.years import mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5+ years of Python", [(5, None, "Python")]),
        ("You've done marketing for three years or more.", [(3, None, "")]),
        ("5 years in data, at least two on Spark", [(5, None, "data"), (2, None, "Spark")]),
        ("MSc + 3 yrs; PyTorch", [(3, None, "")]),
        ("you want to spend four years on this problem", []),
        ("**5+ years** in machine learning", [(5, None, "machine learning")]),
        ("3-5 years' experience in data engineering, or more", [(3, 5, "data engineering")]),
        ("3-5+ years of Python", [(3, None, "Python")]),
        ("2 to 4+ years with SQL", [(2, None, "SQL")]),
        ("at least two years with LLMs", [(2, None, "LLMs")]),
        ("minimum of 3 years of professional experience with SQL", [(3, None, "SQL")]),
        ("Five or more years in software", [(5, None, "software")]),
        ("7 yrs+ backend", [(7, None, "backend")]),
        ("up to 2 years of experience", [(None, 2, "")]),
        ("0–2 years of experience; internships count", [(0, 2, "")]),
        ("one (1) year of experience with Go", [(1, None, "Go")]),
        ("we look for 4 years in sales", [(4, None, "sales")]),
        ("18 months of work with models", [(1.5, None, "models")]),
        (
            "8+ years in software, of which 3 or more in a client-facing role",
            [(8, None, "software"), (3, None, "client-facing role")],
        ),
        ("six years with Python and at least three of them with Django", [(6, None, "Python"), (3, None, "Django")]),
        ("Yrs: they say 3+", [(3, None, "")]),
        ("product manager for at least three years, has shipped a thing", [(3, None, "")]),
        ("4+ years of vision, including at least one shipped product", [(4, None, "vision")]),
        ("12 years in software, incl. 3 or more with gateways", [(12, None, "software"), (3, None, "gateways")]),
        ("A master's counts as one year of experience", []),
        ("Dauer: 6 Monate +", []),
        ("6–12 months · €15", [(0.5, 1, "")]),
        ("mindestens 3 Jahre Erfahrung mit Java", [(3, None, "Java")]),
        ("Python (4y+)", [(4, None, "")]),
        ("4+ years in games, min. 2 of them as lead", [(4, None, "games"), (2, None, "lead")]),
        (
            "5+ years in software, with at least 3 focusing on NLP",
            [(5, None, "software"), (3, None, "focusing on NLP")],
        ),
        ("Full-time, 2 years with possible extension", []),
        ("2 bis 4 Jahre Berufserfahrung", [(2, 4, "")]),
        ("mind. fünf Jahren in der Softwareentwicklung", [(5, None, "Softwareentwicklung")]),
        ("dreijährige Berufserfahrung", [(3, None, "")]),
        ("For 20 years we have built ships", []),
        ("over the last five years", []),
        ("You are 18 years old", []),
        ("a two-year contract", []),
        ("a five-year vision for the platform", []),
        ("It was founded 10 years ago", []),
        ("a lab of 150 years", []),
        ("The programme lasts two years", []),
        ("between two and four years in a data team", [(2, 4, "data team")]),
        ("one and a half years with models", [(1.5, None, "models")]),
        ("not less than four years of data work", [(4, None, "data work")]),
        ("no more than 2 years of experience", [(None, 2, "")]),
        ("Berufserfahrung: 3 Jahre", [(3, None, "")]),
        ("8+ years in software, 3+ in data", [(8, None, "software"), (3, None, "data")]),
        ("5+ years of engineering (2+ with Go)", [(5, None, "engineering"), (2, None, "Go")]),
        ("Our team has 20 years of experience in care", []),
        ("trained on 5 years of sales data", []),
        ("A degree (3 or 5 years)", []),
        ("a four-year degree", []),
        ("we are one year into the rebuild", []),
    ],
)
def test_mentions(text, expected):
    assert [(one.minimum, one.maximum, one.of) for one in mentions(text)] == expected


def test_mention_says_whether_it_is_experience_for_sure():
    assert [one.is_clear for one in mentions("3+ years. 2 years with Go. C++, 3 years. 6-12 months")] == [
        True,
        True,
        False,
        False,
    ]


def test_place_is_that_of_the_years():
    text = "You bring 5+ years of Python."
    (one,) = mentions(text)
    assert (text[one.start : one.end], text[slice(*one.of_span)]) == ("5+ years", "Python")

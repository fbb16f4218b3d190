import pytest

from guidance.matching.header import header, titles_of_two


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Senior AI Engineer, Claims\nTarn & Vale Insurance · Leeds, or remote in the UK",
            "Senior AI Engineer, Claims",
        ),
        ("About us\nWe build boats.\n\nData Scientist\nHull", "Data Scientist"),
        ("# 🚀 **ML Engineer** – Fraud\nBank", "ML Engineer – Fraud"),
        ("JOB TITLE ........ Data Analyst\nWHERE ..... Oslo", "Data Analyst"),
        ("Stelle: KI-Entwicklerin (m/w/d)\nOrt: Jena", "KI-Entwicklerin (m/w/d)"),
        ("AI Engineer @ Harbour Labs, Hull – join our team", "AI Engineer"),
        ("MLOps Engineer – contract, 6 months+\n\nOur client needs two.", "MLOps Engineer"),
        ("Software Engineer II. Java 17, Spring Boot; you will build APIs.", "Software Engineer II"),
        ("AI Engineer (m/f/d), St. Hedwig Hospital\nBerlin", "AI Engineer (m/f/d), St. Hedwig Hospital"),
        ("Harbour Labs is growing.\nWe are looking for a data engineer to join us.", "data engineer"),
        (
            "About the job\n\nThis is a full-time role for an AI Engineer located in Leeds.\n- Work of an engineer",
            "AI Engineer",
        ),
        ("Wir suchen zum nächstmöglichen Zeitpunkt eine Data Scientistin für unser Team.", "Data Scientistin"),
        ("Line Cook – evenings\nThe Anchor", "Line Cook – evenings"),
        (
            "PhD position in Machine Learning\nUniversity of Norrland\nMSc in computer science",
            "PhD position in Machine Learning",
        ),
        ("MSc in computer science\nOslo", None),
        ("You know Python and SQL.", None),
        ("", None),
    ],
)
def test_title(text, expected):
    found = header(text)
    assert found.title == expected or (found.title or "").replace("**", "") == expected
    assert found.title_span is None or text[slice(*found.title_span)] == found.title


def test_titles_of_two_ads_in_one_text():
    one = (
        "Data Engineer\nHarbour Labs\n\nRequirements\n- Five of them\n\nPosition B – ML Engineer\n\nYou bring\n- Six\n"
    )
    assert titles_of_two(one) is None
    other = one.replace("Position B – ", "")
    assert titles_of_two(other) == ("Data Engineer", "ML Engineer")


@pytest.mark.parametrize(
    ("text", "employer", "place"),
    [
        (
            "AI Engineer\nTarn & Vale Insurance · Leeds, or remote in the UK\n\nText",
            "Tarn & Vale Insurance",
            "Leeds, or remote in the UK",
        ),
        ("AI Engineer\nRedfern Loke | Sydney | Permanent | Up to £82,000", "Redfern Loke", "Sydney"),
        ("AI Engineer\n*Draxholm Castings, Västerås*\n", "Draxholm Castings", "Västerås"),
        ("AI Engineer @ Harbour Labs – Hull", "Harbour Labs", None),
        ("AI Engineer\nCompany: Harbour Labs\nLocation: Hull\nSalary: 50k", "Harbour Labs", "Hull"),
        ("KI-Entwickler\nFirma: Walchner Antriebe GmbH\nOrt: Jena", "Walchner Antriebe GmbH", "Jena"),
        ("AI Engineer\n\nAbout Harbour Labs\nWe build boats.", "Harbour Labs", None),
        ("AI Engineer\n\nAbout us\nWe build boats.", None, None),
        ("AI Engineer\nWhat you will do\n- Build", None, None),
        ("AI Engineer\nJob ID 2217-0094 | Hull", None, None),
    ],
)
def test_employer_and_place(text, employer, place):
    found = header(text)
    assert (found.employer, found.place) == (employer, place)

import pytest

from guidance.matching.seniority import seniority


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Senior Data Engineer", "senior"),
        ("Sr. ML Engineer", "senior"),
        ("Staff Engineer, Search", "lead"),
        ("Head of Data Science", "lead"),
        ("Teamleiter Data Science (m/w/d)", "lead"),
        ("Software Engineer II", "mid"),
        ("GenAI Consulting Manager", "lead"),
        ("Product Manager, AI", None),
        ("Data Engineer – Consultant or Senior Consultant", None),
        ("Software Engineer III – Billing", "senior"),
        ("Mid-level AI Engineer", "mid"),
        ("AI Engineer, Graduate Programme", "junior"),
        ("Werkstudent KI (m/w/d)", "junior"),
        ("Associate Data Scientist", "junior"),
        ("Postdoctoral Research Associate", None),
        ("Data Engineer (Mid/Senior)", "mid"),
        ("Analyst (VP)", None),
        ("Absolvent Informatik (m/w/d)", "junior"),
        ("AI Engineer", None),
        ("Internal Tools Engineer", None),
    ],
)
def test_title(title, expected):
    found = seniority(title, (0, len(title)))
    assert (found and found.rank) == expected
    assert found is None or (found.in_title and title[found.start : found.end] == found.words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title: AI Engineer\nLevel: Intermediate / Senior", "mid"),
        ("AI Engineer\nSeniority ....... medior", "mid"),
        ("We are looking for a senior data engineer.", "senior"),
        ("Join us as a junior developer!", "junior"),
        ("You report to senior management and mentor junior colleagues.", None),
        ("You work as a senior leader would.", None),
    ],
)
def test_text_says_it_where_the_title_does_not(text, expected):
    found = seniority(text, None)
    assert (found and found.rank) == expected
    assert found is None or not found.in_title

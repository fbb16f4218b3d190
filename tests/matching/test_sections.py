import pytest

from guidance.matching.sections import Section, headings
from guidance.matching.words import Words


def sections(text):
    found, openings = headings(Words(text), ())
    return [section for *_, section in found], list(openings.values())


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Requirements", Section.REQUIREMENTS),
        ("What you'll bring", Section.REQUIREMENTS),
        ("## Minimum qualifications", Section.REQUIREMENTS),
        ("What we’re looking for:", Section.REQUIREMENTS),
        ("Your profile", Section.REQUIREMENTS),
        ("NICE TO HAVE", Section.WISHES),
        ("It would be great if you also have", Section.WISHES),
        ("Preferred qualifications", Section.WISHES),
        ("Bonuses", Section.WISHES),
        ("Responsibilities", Section.ABOUT),
        ("What you'll do", Section.ABOUT),
        ("Benefits", Section.OFFER),
        ("About us", Section.ABOUT),
        ("Work Experience", Section.EXPERIENCE),
        ("Employment history", Section.EXPERIENCE),
        ("Personal projects:", Section.PROJECTS),
        ("TECHNICAL SKILLS", Section.SKILLS),
        ("Core competencies", Section.SKILLS),
        ("Education and training", Section.EDUCATION),
        ("Certifications", Section.EDUCATION),
        ("Hobbies", Section.INTERESTS),
        ("References", Section.INTERESTS),
        ("Career objective", Section.GOALS),
        ("Professional summary", Section.OTHER),
    ],
)
def test_heading(heading, expected):
    assert sections(f"{heading}\nSomething follows.") == ([expected], [])


@pytest.mark.parametrize(
    "line",
    [
        "is required.",
        "requirements in this line went to the next",
        "- Java required",
        "The experience of our customers is what counts for all of us here",
        "Berlin",
        "x" * 200 + " skills",
    ],
)
def test_other_lines_are_no_headings(line):
    assert sections(f"{line}\nSomething follows.") == ([], [])


def test_heading_with_text_behind_its_colon_opens_a_sentence_only():
    assert sections("Skills: a lot. Preferred qualifications: b") == ([], [Section.REQUIREMENTS, Section.WISHES])


def test_line_that_names_a_skill_is_no_heading():
    assert headings(Words("Communication skills"), [(0, 1)]) == ([], {})

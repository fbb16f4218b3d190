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


# Headings as recruiters write them; few are in the vocabulary in exactly this form.
REQUIRED = """What skills you'll need|You'll also need|What you'll bring to the table|Here's what we're looking for|What do we look for?
You might be a great fit for this role if:|To succeed you will have|Must-haves|❗ Non-negotiables|### 🙋 who you are|3. Essential requirements
Person specification|WHAT WE THINK YOU NEED|Knowledge, skills and abilities you must have|Are you the one we need?|Key qualifications:|You'll thrive here if
Your toolkit|✅ You bring|Minimum Qualifications (US)|What it takes|The ideal candidate|We'd love to hear from you if|What we ask of you
Das bringst du mit|Ihr Profil|📌 Dein Profil:|Was Sie mitbringen sollten|Anforderungen|Das zeichnet dich aus|Wen wir suchen|Damit überzeugen Sie uns
To succeed in this role|What do you need?|Desired Skills and Experience|You, in short|Please bring|Who should apply?|Your stats|Our requirements|The basics|So what do you need?|Who we're hoping to meet
Worauf es ankommt|Womit du uns überzeugst|Zwingende Voraussetzungen|Was wir von Ihnen erwarten|Das solltest du können ✔️"""
WELCOME = """Bonus points|Bonus points if you have|⭐ Nice-to-haves|What would make you stand out|It'd be lovely if you also have|We'd clap if you have
Preferred qualifications and experience|Great if you also bring|Even better if|Extra credit|Icing on the cake|Brownie points for|What will set you apart
WHAT WOULD BE GREAT, AND IS NOT EXPECTED|Desirable criteria|4. Asset requirements|Not required, but a plus:|🎈 Extras we'd enjoy|Top candidates will also have
Skills that set candidates apart|Other qualifications|Nice, not needed|Nice for either|What you may also have|Maybes|Green flags|Recommended skills|You don't need all of these
Erwünscht|Schön, aber nicht notwendig|Weitere Qualifikationen|Wünschenswert|Von Vorteil sind|Cool, not crucial|Handy, not vital|No dealbreakers|➕ Points for|Would give you a head start|You'll start faster with|Nicht entscheidend, aber schön
Punkte gibt es für|Was dir den Einstieg erleichtert|Das wäre fein 💙|Pluspunkte|Idealerweise bringst du mit|Nice to have|Darüber freuen wir uns besonders|Kein Muss, aber schön"""
UNWANTED = """What you don't need|Not required|What isn't needed|🙅 what we don't care about|You won't need|We do not use|Nopes|You may forget about|What this is not|We aren't|What you won't do|You won't enjoy this if
Das brauchst du nicht|Nicht erforderlich:|Was wir nicht erwarten"""
ABOUT = """What you'll be working on|Your first 90 days|In this role, you will|Key responsibilities:|A day in the life|How you'll make an impact|Our tech stack
What sets us apart|What success looks like|You'd help us with|What you'd do|Why this role exists|Das bewegst du|Was wir machen|What you'd change|Where you'd be|Tech you'll meet|Tools at work|What a week can look like|How a day looks|The squad|Stuff you might work on|A project, start to end|So sieht dein Tag aus|So arbeitet das Team|What we'd like you to do
The opportunity|What the job is about|Your mission|📋 Day to day|Deine Aufgaben|Das erwartet dich|Ihre Tätigkeiten|Über uns|Womit wir arbeiten"""
OFFER = """What's in it for you?|Perks & benefits|🎁 What you get|Why join us?|Compensation|How to apply|Equal opportunity statement|Our hiring process|Process|Privacy
Wir bieten|Das bieten wir dir|Deine Vorteile|Vergütung|Jetzt bewerben"""


@pytest.mark.parametrize(
    ("expected", "heading"),
    [
        (section, heading)
        for section, texts in (
            (Section.REQUIREMENTS, REQUIRED),
            (Section.WISHES, WELCOME),
            (Section.UNWANTED, UNWANTED),
            (Section.ABOUT, ABOUT),
            (Section.OFFER, OFFER),
        )
        for heading in texts.replace("\n", "|").split("|")
    ],
)
def test_heading_of_a_job_ad(heading, expected):
    assert sections(f"We are a small team.\n\n{heading}\n- Something follows.") == ([expected], [])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("REQUIRED ........... five of them", Section.REQUIREMENTS),
        ("| **must** | five of them |", Section.REQUIREMENTS),
        ("Wünschenswert: fünf davon", Section.WISHES),
        ("Kein Muss: fünf davon", Section.UNWANTED),
        ("Plus – five of them", Section.WISHES),
        ("Could: five of them", Section.WISHES),
        ("STUDIO ............. Cobalt Games", Section.ABOUT),
    ],
)
def test_label_opens_its_line(line, expected):
    assert sections(f"Data engineer\n{line}\nSomething follows.") == ([], [expected])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Even better if you have", Section.WISHES),
        ("What we look for in you, roughly", Section.REQUIREMENTS),
        ("What you will not need with us", Section.UNWANTED),
    ],
)
def test_heading_between_lines_without_marks(line, expected):
    assert sections(f"Data engineer\nA line goes before\n{line}\nAnother line follows")[0] == [expected]


def test_unknown_heading_that_looks_like_the_one_before_ends_its_section():
    marked = "We are a team.\n\n{0}Requirements{1}\n- Five\n\n{0}Ferrets and you{1}\n- Six"
    assert sections(marked.format("## ", ""))[0] == [Section.REQUIREMENTS, Section.OTHER]
    assert sections(marked.format("**", "**"))[0] == [Section.REQUIREMENTS, Section.OTHER]
    assert sections(marked.format("", "").replace("Requirements", "REQUIREMENTS"))[0] == [Section.REQUIREMENTS]
    assert sections(marked.format("🎈 **", "** 🎈"))[0] == [Section.REQUIREMENTS, Section.OTHER]
    assert sections("We are a team.\n\nRequirements\nFive\n\nFerrets and you\nSix")[0] == [
        Section.REQUIREMENTS,
        Section.OTHER,
    ]
    assert sections("## Requirements\n- Five\n## Backend\n- Six")[0] == [Section.REQUIREMENTS]
    assert sections("EXPERIENCE\n- Five\nFERRETS LTD, HULL\n- Six\nEDUCATION\n- Seven")[0] == [
        Section.EXPERIENCE,
        Section.EDUCATION,
    ]


def test_numbered_points_are_no_headings():
    text = (
        "Person specification\nEssential\nE1 A degree\nDesirable\nD1 A PhD\nD2 Experience of training\nD3 Our projects"
    )
    assert sections(text)[0] == [Section.REQUIREMENTS, Section.REQUIREMENTS, Section.WISHES]


def test_wanted_beside_required_is_a_wish():
    assert sections("Required skills: Five\nWanted: Six")[1] == [Section.REQUIREMENTS, Section.WISHES]
    assert sections("Wanted: Six")[1] == [Section.REQUIREMENTS]


def test_label_of_the_reader_before_verbs_begins_duties():
    assert sections("You: design our topics, build images, talk to users.")[1] == [Section.ABOUT]
    assert sections("You: good at design, patient.")[1] == [Section.REQUIREMENTS]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("It would be nice if you …", [Section.WISHES]),
        ("Schön, wenn du außerdem …", [Section.WISHES]),
        ("We were founded long ago …", []),
        ("Person specification – Essential:", [Section.REQUIREMENTS]),
        ("MIGHT:", [Section.WISHES]),
        ("Pref. qualifications:", [Section.WISHES]),
        ("We're happy if you have", [Section.WISHES]),
    ],
)
def test_heading_that_trails_off_or_has_two_parts(heading, expected):
    assert sections(f"We are a small team.\n\n{heading}\n- Something follows.") == (expected, [])


def test_question_in_running_text_opens_its_paragraph():
    text = "We are a small team. What do we look for? Five of them. Six. Are you curious? Seven.\nEight."
    assert sections(text) == ([], [Section.REQUIREMENTS])


def test_skills_and_experience_are_asked_for_in_an_ad_and_shown_in_a_cv():
    assert sections("Experience\na\n\nTools\nb\n\nNice to have\nc")[0] == [
        Section.REQUIREMENTS,
        Section.ABOUT,
        Section.WISHES,
    ]
    assert sections("Experience\na\n\nTools\nb\n\nEducation\nc")[0] == [
        Section.EXPERIENCE,
        Section.SKILLS,
        Section.EDUCATION,
    ]


@pytest.mark.parametrize(
    "line",
    [
        "is required.",
        "requirements in this line went to the next",
        "- Java required",
        "The experience of our customers is what counts for all of us here",
        "Berlin",
        "• You have a sense of humour",
        "Strong opinions, which you are happy to drop when the evidence is against you",
        "x" * 200 + " skills",
    ],
)
def test_other_lines_are_no_headings(line):
    assert sections(f"{line}\nSomething follows.") == ([], [])


def test_heading_with_text_behind_its_colon_opens_a_sentence_only():
    assert sections("Skills: a lot. Preferred qualifications: b") == ([], [Section.REQUIREMENTS, Section.WISHES])


def test_line_that_names_a_skill_is_no_heading():
    assert headings(Words("Communication skills"), [(0, 1)]) == ([], {})


def test_a_row_of_dots_is_no_heading_to_fall_over():
    text = "R ....... expert            |    saving\nPyMC ...... advanced      |  2018\n"
    assert headings(Words(text), [])[0] == []

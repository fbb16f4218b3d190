import pytest

from guidance.matching import matcher
from guidance.matching.matcher import Name, Section

MATCHER = matcher.compile(Name(word.lower(), word) for word in ("Python", "Java", "SQL", "Kafka", "Docker", "Scala"))


def read(text):
    """{name: "must", "nice", "not" or "plain"}"""
    return {match.skill: "not" if match.negated else match.cue or "plain" for match in MATCHER.find(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python is a must, Kafka a plus.", {"python": "must", "kafka": "nice"}),
        ("Must have Python and SQL, nice to have Kafka.", {"python": "must", "sql": "must", "kafka": "nice"}),
        ("You don't have to know Kafka, but it helps.", {"kafka": "nice"}),
        ("Kafka is a plus. So is Docker.", {"kafka": "nice", "docker": "nice"}),
        ("It would be great if you had used Kafka.", {"kafka": "nice"}),
        ("Python is needed; Kafka we can teach you.", {"python": "must", "kafka": "nice"}),
        ("We require Python and prefer Kafka.", {"python": "must", "kafka": "nice"}),
        ("You must know Python and preferably Java.", {"python": "must", "java": "nice"}),
        ("Ideally you have used Kafka.", {"kafka": "nice"}),
        ("It is a plus if you have used Kafka, can read Scala.", {"kafka": "nice", "scala": "nice"}),
        ("3+ years of Python, CKA is a plus", {"python": "must"}),
        ("Work on Python where required", {"python": "plain"}),
        ("You have used Kafka.", {"kafka": "must"}),
        ("At least three years of Python; Java would be nice.", {"python": "must", "java": "nice"}),
        ("5+ years with Java", {"java": "must"}),
        ("Python and SQL are required, while Kafka is desirable.", {"python": "must", "sql": "must", "kafka": "nice"}),
        ("Python, SQL and Kafka are a plus.", {"python": "nice", "sql": "nice", "kafka": "nice"}),
        ("We work in Python, some exposure to Kafka is welcome", {"python": "plain", "kafka": "nice"}),
        (
            "Required: Python, SQL. Bonus: Kafka. Docker.",
            {"python": "must", "sql": "must", "kafka": "nice", "docker": "plain"},
        ),
        ("Must haves: Python; nice-to-haves: Java, Kafka", {"python": "must", "java": "nice", "kafka": "nice"}),
        (
            "Python (required), Java (nice to have), Scala (not needed)",
            {"python": "must", "java": "nice", "scala": "not"},
        ),
        ("Kafka, if you know it, is an advantage.", {"kafka": "nice"}),
        ("Required skills include Python and SQL", {"python": "must", "sql": "must"}),
        ("You know Python.", {"python": "plain"}),
        ("A plus, but by no means required: Kafka, Scala.", {"kafka": "nice", "scala": "nice"}),
        ("Kafka would be useful to us, as would Scala.", {"kafka": "nice", "scala": "nice"}),
        ("You need a good grasp of SQL: Python and Kafka on top", {"sql": "must", "python": "must", "kafka": "must"}),
        ("We use Python; Kafka is essential", {"python": "plain", "kafka": "must"}),
        ("If you have worked with Kafka, tell us.", {"kafka": "nice"}),
        ("Zwingend: Python, SQL. Wünschenswert: Kafka.", {"python": "must", "sql": "must", "kafka": "nice"}),
        ("Du bringst Python mit, idealerweise auch Kafka.", {"python": "must", "kafka": "nice"}),
        ("Python ist Pflicht, Kafka von Vorteil.", {"python": "must", "kafka": "nice"}),
        ("Mindestens drei Jahre Python; Kafka ist gern gesehen", {"python": "must", "kafka": "nice"}),
        ("Wir arbeiten mit Python, Kenntnisse in Scala wären toll", {"python": "plain", "scala": "nice"}),
        ("Kafka is a plus, as are Scala and Java.", {"kafka": "nice", "scala": "nice", "java": "nice"}),
        ("A PhD is a bonus, and so is Kafka.", {"kafka": "nice"}),
        ("Python ist Pflicht, ebenso SQL.", {"python": "must", "sql": "must"}),
        ("You must know SQL, Docker (Podman preferred)", {"sql": "must", "docker": "must"}),
        ("You must know SQL, Docker (Kafka preferred)", {"sql": "must", "docker": "must", "kafka": "nice"}),
        (
            "Docker, Kafka (Scala, SQL), Java required",
            dict.fromkeys(("docker", "kafka", "scala", "sql", "java"), "must"),
        ),
        ("2+ yrs w/ Python & SQL", {"python": "must", "sql": "must"}),
        ("You'd be expected to read Java.", {"java": "must"}),
        (
            "Experience with Kafka, CI (we're using GitLab), or with Docker is welcome.",
            {"kafka": "nice", "docker": "nice"},
        ),
        (
            "Experience with Kafka or, at sea, with Docker would let you start faster.",
            {"kafka": "nice", "docker": "nice"},
        ),
        ("Knowing how Kafka works helps, as does experience with Docker.", {"kafka": "nice", "docker": "nice"}),
        ("Kafka, where it helps.", {"kafka": "plain"}),
        ("Kafka and Docker: you have built with all of them.", {"kafka": "must", "docker": "must"}),
        ("You must know SQL (we use Java) and Docker", {"sql": "must", "java": "plain", "docker": "must"}),
        (
            "You must know SQL, message queues (Kafka ideally), Docker",
            {"sql": "must", "kafka": "nice", "docker": "must"},
        ),
        (
            "· SQL required · Kafka, möglichst Docker · Java",
            {"sql": "must", "kafka": "plain", "docker": "nice", "java": "plain"},
        ),
        (
            "Erfahrung mit Kafka, mit Bussen oder mit Docker erleichtert den Einstieg.",
            {"kafka": "nice", "docker": "nice"},
        ),
        ("Persönlich überzeugen Sie durch Python.", {"python": "must"}),
        ("We'd expect you to run Kafka and to help with Docker.", {"kafka": "plain", "docker": "plain"}),
        ("We'd expect you to know Kafka.", {"kafka": "must"}),
        ("Docker gibt es bei uns nicht.", {"docker": "not"}),
        ("Curiosity is a must, and Python runs here", {"python": "plain"}),
        ("Tech stack: Python", {"python": "plain"}),
    ],
)
def test_cue_of_words(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No Java required, but Python.", {"java": "not", "python": "plain"}),
        (
            "No experience with Java or Scala needed, Python is a must",
            {"java": "not", "scala": "not", "python": "must"},
        ),
        ("We do not use Java, Scala or Kafka.", {"java": "not", "scala": "not", "kafka": "not"}),
        ("We don’t use Java, we use Python.", {"java": "not", "python": "plain"}),
        ("We don't use Java, Python is required.", {"java": "not", "python": "must"}),
        ("Java is not necessary", {"java": "not"}),
        ("Java isn't required; Python is required.", {"java": "not", "python": "must"}),
        ("Java is not required but a plus.", {"java": "nice"}),
        ("Java is welcome but not required.", {"java": "nice"}),
        ("Candidates without experience in Java are welcome.", {"java": "not"}),
        ("Python rather than Java", {"python": "plain", "java": "not"}),
        ("Python, not Java", {"python": "plain", "java": "not"}),
        ("Neither Java nor Scala", {"java": "not", "scala": "not"}),
        ("You will not be writing any Java", {"java": "not"}),
        ("We do not require Java", {"java": "not"}),
        ("We do **not** use Java", {"java": "not"}),
        ("We are moving off Java", {"java": "not"}),
        ("We tried Java and do not use it", {"java": "not"}),
        ("If you want to write Java all day, this is not for you", {"java": "not"}),
        ("What we do not use: Java, Scala", {"java": "not", "scala": "not"}),
        ("PHP (procedural, not object-oriented), Python", {"python": "plain"}),
        ("Scala (not Java), Kafka and Docker", {"scala": "plain", "java": "not", "kafka": "plain", "docker": "plain"}),
        ("We use Linux (no Windows), Python", {"python": "plain"}),
        ("Nobody will ask you for Java", {"java": "not"}),
        ("Java plays no part in this job", {"java": "not"}),
        ("Java brauchst du nicht, aber Python.", {"java": "not", "python": "plain"}),
        ("Keine Erfahrung mit Java oder Scala nötig", {"java": "not", "scala": "not"}),
        ("Kenntnisse in Java werden nicht vorausgesetzt; Python schon", {"java": "not", "python": "plain"}),
        ("Kein Muss: Java, Scala", {"java": "not", "scala": "not"}),
        ("Python statt Java", {"python": "plain", "java": "not"}),
        ("We are not a bank, and our product is built with Python", {"python": "plain"}),
    ],
)
def test_negation(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "not only Python",
        "including but not limited to Python",
        "There is no way around Python",
        "Without Python you will not get far",
        "Not a day passes without Python",
        "We cannot live without Python",
        "No. 1 for Python",
        "nicht nur Python",
        "Python ist kein Problem",
    ],
)
def test_what_only_looks_like_a_negation_is_none(text):
    assert read(text) == {"python": "plain"}


def test_heading_says_it_for_its_section():
    text = """About us
We like Scala.

Requirements
- Python
- Kafka is a plus

**Nice to have**
Java

What we offer:
Docker
"""
    assert read(text) == {"scala": "plain", "python": "must", "kafka": "nice", "java": "nice", "docker": "plain"}


def test_what_a_section_does_not_want_is_negated():
    text = """What you bring
- Python

What you don't need
- Java
- Scala, although we like it

Our stack: Kafka"""
    assert read(text) == {"python": "must", "java": "not", "scala": "not", "kafka": "plain"}


def test_label_counts_for_its_whole_line():
    text = "Wünschenswert: Erfahrung (z. B. Kafka); Scala. Java\nPython\nREQUIRED .... SQL. Docker"
    assert read(text) == {
        "kafka": "nice", "scala": "nice", "java": "nice", "python": "plain", "sql": "must", "docker": "must",
    }  # fmt: skip


def test_years_among_the_wishes_are_welcome():
    text = "Preferred qualifications\n- At least 3 years of Kafka\n- 2+ years with Scala\n- Java is required"
    assert read(text) == {"kafka": "nice", "scala": "nice", "java": "must"}


def test_duties_among_the_requirements_are_not_asked_for():
    assert read("Requirements\n- Python\nWe use Docker internally.") == {"python": "must", "docker": "plain"}


WORK = "We sort letters for towns along the coast and have done so since the first boats came. " * 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You know Python and have experience with Kafka.", {"python": "must", "kafka": "must"}),
        ("Our parcels are sorted by Python.", {"python": "plain"}),
        ("What you will do\n- Gain experience with Kafka\n\nYou bring\n- Python", {"kafka": "plain", "python": "must"}),
        ("Nice to have\n- Experience with Kafka", {"kafka": "nice"}),
        ("Strong command of Python is expected.", {"python": "must"}),
        ("Proficiency in Python and SQL", {"python": "must", "sql": "must"}),
        ("Python is our bread and butter and should be yours.", {"python": "must"}),
        ("You've shipped Python services to production.", {"python": "must"}),
        ("Prior exposure to Kafka is a nice touch.", {"kafka": "nice"}),
        ("We'd be thrilled if you've used Kafka.", {"kafka": "nice"}),
        ("Knowledge of Scala is an advantage but not a requirement.", {"scala": "nice"}),
        ("Scala would be the icing on the cake.", {"scala": "nice"}),
        ("Kafka experience would be highly regarded.", {"kafka": "nice"}),
        ("Fluency in handling data at rest: Python, Kafka.", {"python": "must", "kafka": "must"}),
        (
            "At least three years of SQL; Kafka, Scala; Docker is a plus",
            {"sql": "must", "kafka": "must", "scala": "must", "docker": "nice"},
        ),
        ("We would like to see solid Python; we would love some Kafka", {"python": "must", "kafka": "nice"}),
        ("We tried Kafka and Scala and chose neither.", {"kafka": "not", "scala": "not"}),
        ("What do you need? Python that you would show to others. And SQL.", {"python": "must", "sql": "must"}),
        ("We prefer candidates who know Scala. The ideal candidate has used SQL.", {"scala": "nice", "sql": "must"}),
        ("Python is non-optional, and SQL you can do in your sleep.", {"python": "must", "sql": "must"}),
        ("If Scala is in your toolbox, all the better.", {"scala": "nice"}),
        ("SQL ist für dich kein Fremdwort, Kafka erwünscht.", {"sql": "must", "kafka": "nice"}),
        ("Python setzen wir voraus, Kafka bringen wir dir bei.", {"python": "must", "kafka": "nice"}),
        ("Java musst du nicht können.", {"java": "not"}),
        ("SQL (Muss), Scala (Kann), Kafka (nice)", {"sql": "must", "scala": "nice", "kafka": "nice"}),
        ("SQL is important here, and Scala would be of use.", {"sql": "must", "scala": "nice"}),
        ("Any experience with Scala will be looked upon favourably.", {"scala": "nice"}),
        ("Kafka isn't essential, but it'll help.", {"kafka": "nice"}),
        ("It doesn't matter whether you know Java.", {"java": "not"}),
        ("Don't worry if you haven't used Kafka.", {"kafka": "not"}),
        ("Java skills are not what we're after.", {"java": "not"}),
        ("You won't touch Java here.", {"java": "not"}),
        ("We've moved away from Java.", {"java": "not"}),
        ("Our services are written in Python and talk over Kafka.", {"python": "plain", "kafka": "plain"}),
        ("You'll maintain our Python services.", {"python": "plain"}),
        ("The role involves Python and SQL.", {"python": "plain", "sql": "plain"}),
        ("Ideally, you have some Kafka under your belt.", {"kafka": "nice"}),
        ("Fluency in Python is non-negotiable; SQL is a must too.", {"python": "must", "sql": "must"}),
        ("A working knowledge of Docker is useful.", {"docker": "nice"}),
        ("You must be comfortable with Docker.", {"docker": "must"}),
        ("Experience of Docker required, Kafka desirable.", {"docker": "must", "kafka": "nice"}),
        ("Applicants should have used SQL professionally.", {"sql": "must"}),
        ("The successful candidate will have a solid grounding in SQL.", {"sql": "must"}),
        ("We expect you to be at home in Python.", {"python": "must"}),
        (
            "Python (mandatory), Scala (optional), Java (not required)",
            {"python": "must", "scala": "nice", "java": "not"},
        ),
        ("Extra points for Kafka.", {"kafka": "nice"}),
        ("If you've dabbled in Scala, great.", {"scala": "nice"}),
        ("No prior knowledge of Kafka is assumed.", {"kafka": "not"}),
        ("Someone who lives and breathes Python", {"python": "must"}),
        ("Bonus: you have run Kafka.", {"kafka": "nice"}),
        ("You are fluent in Python, and Scala doesn't scare you.", {"python": "must", "scala": "must"}),
        ("Wir setzen sehr gute Python-Kenntnisse voraus.", {"python": "must"}),
        ("Du kennst dich mit Python aus.", {"python": "must"}),
        ("Idealerweise hast du schon mit Kafka gearbeitet.", {"kafka": "nice"}),
        ("Erste Erfahrungen mit Kafka sind willkommen.", {"kafka": "nice"}),
        ("Erfahrung mit Scala ist kein Muss.", {"scala": "not"}),
        ("Scala wäre schön, ist aber kein Muss.", {"scala": "nice"}),
        ("Vorkenntnisse in Java brauchst du nicht.", {"java": "not"}),
        ("Wir entwickeln in Python und SQL.", {"python": "plain", "sql": "plain"}),
        ("Du solltest Docker sicher beherrschen.", {"docker": "must"}),
        ("Gute Kenntnisse in SQL sind zwingend erforderlich.", {"sql": "must"}),
        ("Zusätzlich punktest du mit Kafka.", {"kafka": "nice"}),
        ("Wenn du auch noch Scala kannst, umso besser.", {"scala": "nice"}),
        ("Kafka ist nice to have.", {"kafka": "nice"}),
        ("Unsere Plattform läuft auf Docker.", {"docker": "plain"}),
        ("Sie verfügen über mehrjährige Erfahrung mit Java.", {"java": "must"}),
        ("Fundiertes Wissen in SQL setzen wir voraus.", {"sql": "must"}),
        ("Ohne SQL geht bei uns nichts.", {"sql": "plain"}),
        ("Kenntnisse in Kafka sind von Vorteil, aber nicht Bedingung.", {"kafka": "nice"}),
    ],
)
def test_whole_ad_asks_for_what_it_says_of_its_reader(text, expected):
    assert read(f"{WORK}\n\n{text}") == expected


def test_sentence_goes_on_over_the_end_of_a_line_within_a_name():
    names = matcher.compile([Name("spark", "Apache Spark")])
    assert [match.cue for match in names.find("Time with Apache\nSpark is an asset")] == ["nice"]


def test_match_has_its_section_and_sentence():
    text = "SKILLS\nPython, SQL\n\nEXPERIENCE\nBuilt it in Java. Then Kafka."
    assert [(match.skill, match.section, text[slice(*match.sentence)]) for match in MATCHER.find(text)] == [
        ("python", Section.SKILLS, "Python, SQL"),
        ("sql", Section.SKILLS, "Python, SQL"),
        ("java", Section.EXPERIENCE, "Built it in Java."),
        ("kafka", Section.EXPERIENCE, "Then Kafka."),
    ]

import gc
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guidance.matching import matcher
from guidance.matching.matcher import MAX_TEXT, Name
from guidance.matching.words import Words

NAMES = (
    Name("python", "Python", technology=True),
    Name("python", "Python 3"),
    Name("java", "Java", technology=True),
    Name("java", "Java EE"),
    Name("kafka", "Kafka", technology=True),
    Name("cpp", "C++", technology=True),
    Name("cpp", "C", needs=("C++", "embedded", "language")),
    Name("csharp", "C#", technology=True),
    Name("csharp", ".NET", technology=True),
    Name("node", "Node.js", technology=True),
    Name("sklearn", "scikit-learn", technology=True),
    Name("ci-cd", "CI/CD", technology=True),
    Name("ab-testing", "A/B testing"),
    Name("aws", "AWS", technology=True),
    Name("gcp", "GCP", technology=True),
    Name("cloud", "AWS/GCP", technology=True),
    Name("pipelines", "data pipeline"),
    Name("machine-learning", "machine learning"),
    Name("go", "Go", technology=True),
    Name("go", "Go", needs=("Golang", "backend"), excludes=("go home", "go beyond"), technology=True),
    Name("r", "R", needs=("statistics", "Python"), excludes=("R & D",), technology=True),
    Name("rest", "REST", needs=("API", "HTTP"), technology=True),
    Name("ray", "Ray", needs=("cluster",), technology=True),
    Name("agents", "agents", needs=("LLM",)),
    Name("system-design", "software development lifecycle", needs=("architecture",)),
    Name("lifecycle", "lifecycle"),
    Name("react", "React", technology=True),
    Name("snowflake", "Snowflake", technology=True),
    Name("snowflake", "Snowflake", needs=("warehouse",)),
)
MATCHER = matcher.compile(NAMES)
SPELT = {"".join(Words(name.text).keys).replace("/", "") for name in NAMES}


def found(text, use=MATCHER):
    return [(match.skill, text[match.start : match.end]) for match in use.find(text)]


def skills(text):
    return [match.skill for match in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Java, JavaScript and Java EE", [("java", "Java"), ("java", "Java EE")]),
        ("C++/C# or .NET", [("cpp", "C++"), ("csharp", "C#"), ("csharp", ".NET")]),
        ("C++, C#.NET", [("cpp", "C++"), ("csharp", "C#"), ("csharp", ".NET")]),
        ("NODE.JS node js nodejs Node-JS", [("node", spelt) for spelt in ("NODE.JS", "node js", "nodejs", "Node-JS")]),
        ("scikit_learn", [("sklearn", "scikit_learn")]),
        ("CI/CD, CI / CD, CI CD, CICD", [("ci-cd", spelt) for spelt in ("CI/CD", "CI / CD", "CI CD", "CICD")]),
        ("A/B tests and A/B-testing", [("ab-testing", "A/B-testing")]),
        ("data-pipelines", [("pipelines", "data-pipelines")]),
        ("machine\nlearning", [("machine-learning", "machine\nlearning")]),
        ("machine\n\nlearning", []),
        ("machine. learning", []),
        ("AWS/GCP", [("aws", "AWS"), ("gcp", "GCP")]),
        ("“Python”’s", [("python", "Python")]),
        ("Pythonic", []),
        ("Python 3, Python3 and Python 3.13", [("python", "Python 3"), ("python", "Python3"), ("python", "Python")]),
        ("python@java.org", []),
    ],
)
def test_names_are_found_as_they_are_spelt(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\U0001f40d\U0001f40dＰｙｔｈｏｎ!", (2, 8)),
        ("ﬃ Py\u00adthon.", (2, 9)),
        ("İİ Pythón\u0301 x", (3, 10)),
        ("\ufeffPython", (1, 7)),
    ],
)
def test_offsets_are_code_points_of_the_text_as_given(text, expected):
    (match,) = MATCHER.find(text)
    assert (match.start, match.end) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Go backend",
        "our backend, for which we chose Go",
        "Python, Go",
        "Go and Java",
        "languages: python, go, java",
        "- Kafka\n- Go\n- Java",
        "Kafka, PHP, Go",
        "Go-based backend",
        "PYTHON, GO, JAVA",
        "R, Go, Python",
        "Go, PHP, Perl, R, Ruby, Lua, Python",
    ],
)
def test_ambiguous_name_counts_in_context_or_beside_a_technology(text):
    assert "go" in skills(text)


@pytest.mark.parametrize(
    "text",
    [
        "Go",
        "Go beyond the backend",
        "you go home from the backend",
        "The backend is in Berlin. Go on",
        "WE GO MAD FOR EVERY ONE OF OUR BACKEND CUSTOMERS",
        "python, go figure",
        "let-go backend",
        "Go-to-market for our backend",
        "Python. Go is what we like",
        "Python\n\nGo",
        "we want Python in the year when you, Go, a b c d e f g",
    ],
)
def test_ambiguous_name_does_not_count_elsewhere(text):
    assert "go" not in skills(text)


@pytest.mark.parametrize(
    "text", ["Dr. R. Patel, statistics", "R&D in Python", "X-Ray cluster", "the Rest API", "agent of an LLM"]
)
def test_what_only_looks_like_an_ambiguous_name_is_none(text):
    assert not {"r", "ray", "rest", "agents"} & set(skills(text))


def test_skill_name_that_an_alias_calls_ambiguous_is_ambiguous():
    assert skills("a Snowflake, two Snowflakes") == []
    assert skills("Snowflake as a warehouse") == ["snowflake"]


def test_shorter_name_inside_one_that_does_not_count_is_found():
    assert found("the software development lifecycle") == [("lifecycle", "lifecycle")]
    assert found("architecture and software development lifecycle") == [
        ("system-design", "software development lifecycle")
    ]


def test_text_of_the_greatest_length_is_read_and_a_longer_one_is_refused():
    text = "Python".rjust(MAX_TEXT)
    assert found(text) == [("python", "Python")]
    with pytest.raises(ValueError, match="100001"):
        MATCHER.find(text + ".")


def test_matcher_without_names_finds_nothing():
    assert matcher.compile(()).find("Python") == ()


PIECES = st.sampled_from(
    [name.text for name in NAMES]
    + [
        "ﬁ",
        "İ",
        "\u0301",
        "\u00ad",
        "\U0001f40d",
        "Straße",
        "no",
        "not",
        "is a plus",
        "Required:",
        "LLM",
        "API",
        "cluster",
    ]
    + list(" ,.;:()/-—\n•'\t\u00a0")
    + ["\n\n", "  ", "Requirements\n", "python.org/", "https://"]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join)


@given(TEXTS)
@example("C+++C")
@example("a\u0301Python\u0301")
def test_matches_are_sorted_disjoint_and_spell_a_name(text):
    matches = MATCHER.find(text)
    offsets = [offset for match in matches for offset in (match.start, match.end)]
    assert offsets == sorted(offsets)
    for match in matches:
        assert match.start < match.end
        assert "".join(Words(text[match.start : match.end]).keys).replace("/", "") in SPELT
        assert match.sentence[0] <= match.start < match.end <= match.sentence[1]


@given(TEXTS, TEXTS)
def test_paragraphs_are_matched_each_by_itself(first, second):
    def spans(text, offset=0):
        return [(match.skill, match.start + offset, match.end + offset) for match in MATCHER.find(text)]

    assert spans(first + "\n\n" + second) == spans(first) + spans(second, len(first) + 2)


def seconds(work):
    """CPU time without garbage collection, which depends on the objects that other tests left."""
    gc.collect()
    gc.disable()
    try:
        start = time.thread_time()
        work()
        return time.thread_time() - start
    finally:
        gc.enable()


def test_time_grows_linearly_with_the_text(catalogue):
    """A long text takes as long as its ten parts one after another. Both are measured for about the same time,
    in turn, so that other load on the machine slows both."""
    paragraph = (
        "Requirements: 5+ years of Python, Go or C++; REST APIs, CI/CD. Nice to have: Spark, if you know it. "
        "We do not use Java, and R is not required, but a plus. You build LLM agents with retrieval-augmented generation.\n"
    )
    short = (paragraph * 50)[:10_000]
    whole, parts = [], []
    for _ in range(5):
        whole.append(seconds(lambda: catalogue.find(short * 10)))
        parts.append(seconds(lambda: [catalogue.find(short) for _ in range(10)]))
    assert min(whole) < 1.3 * min(parts)


@pytest.mark.parametrize(
    "piece",
    [
        "c,",
        "go\n",
        "#\n",
        "no java, ",
        "and so if ",
        "a-\n",
        "a@",
        "@",
        "R. ",
        "python (",
        "not without ",
        "ﬃ",
        "\u0301",
        "agents ",
    ],
)
def test_no_text_takes_long(catalogue, piece):
    text = (piece * 30_000)[:30_000]
    start = time.thread_time()
    catalogue.find(text)
    assert time.thread_time() - start < 3  # usually a tenth of a second; a quadratic step would take many seconds

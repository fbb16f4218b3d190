import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guidance.catalog import snapshot
from guidance.matching import service
from tests.factories import make_role, make_skill
from tests.matching.test_matcher import seconds

pytestmark = pytest.mark.django_db

AD = """Senior Data Engineer
Company: Tarn & Vale
Location: Leeds, or remote in the UK

What you'll bring
- 5+ years of Python and a BSc in computer science
- AWS or Azure
- Ideally two years of Kafka
We build with Docker.
"""


@pytest.fixture
def skills():
    for slug in ("python", "kafka", "aws", "azure", "docker"):
        make_skill(slug, kind="tool")
    make_role("data-engineer", requirements={"kafka": (1, 5), "docker": (2, 4)})
    return snapshot.current()


def test_read_ad(skills):
    ad = service.read_ad(AD, skills)
    assert (ad.title, ad.employer, ad.place, ad.language) == (
        "Senior Data Engineer",
        "Tarn & Vale",
        "Leeds, or remote in the UK",
        "en",
    )
    assert ad.found == service.match(AD, skills)
    assert ad.choices == (("aws", "azure"),)
    assert [(guess.role, guess.why) for guess in ad.roles] == [("data-engineer", "title")]
    assert ad.seniority and (ad.seniority.rank, ad.seniority.words, ad.seniority.in_title) == ("senior", "Senior", True)
    assert [(one.minimum, one.maximum, one.skill, one.required, AD[one.start : one.end]) for one in ad.years] == [
        (5, None, "python", True, "5+ years"),
        (2, None, "kafka", False, "two years"),
    ]
    assert ad.degree and (ad.degree.words, ad.degree.required) == ("BSc", True)


DUTIES = "We sort letters for towns along the coast and have done so since the first boats came here. " * 6


def test_no_whole_ad_is_left_without_a_cue(skills):
    def cues(text):
        return {one.skill: one.cue for one in service.read_ad(text, skills).found.skills}

    about = "What you will do\n- Build with Kafka"
    assert cues(f"{DUTIES}\nHere it is Python.\n\n{about}") == {"python": "must", "kafka": None}
    assert cues(f"{DUTIES}\n\n{about}") == {"kafka": "must"}
    assert cues(f"{DUTIES}\nHere it is Python. Kafka is a plus.") == {"python": "must", "kafka": "nice"}
    assert cues("Here it is Python.") == {"python": None}


def test_what_is_offered_or_studied_is_not_asked_for(skills):
    make_skill("statistics", kind="concept")
    text = (
        "Requirements\n- BSc in statistics or physics\n- Python\n\nWhat we offer\n- certificates for AWS and Azure\n"
        "- Kafka is a must at lunch"
    )
    named = {one.skill for one in service.read_ad(text, snapshot.current()).found.skills}
    assert named == {"python", "kafka"}


def test_what_is_no_part_of_the_job_is_not_asked_for(skills):
    text = (
        "Data Engineer\nAnother team looks after Kafka. You report to the Head of Azure.\n\nRequirements\n- Python\n\n"
        "Process\n1. A call\n2. Live coding with Docker\n\nWhat we offer\n- We run on AWS, so no night shifts"
    )
    assert {one.skill for one in service.read_ad(text, skills).found.skills} == {"python", "aws"}


def test_phrases_mean_other_things_in_another_trade(skills):
    make_skill("debugging", phrases=["~find|fix … faults"])
    text = "{}\n\nYour tasks\n- Find electrical faults\n- Python"
    named = {
        title: {one.skill for one in service.read_ad(text.format(title), snapshot.current()).found.skills}
        for title in ("Electrician", "Data Engineer")
    }
    assert named == {"Electrician": set(), "Data Engineer": {"python", "debugging"}}


def test_ad_of_another_trade_asks_for_what_its_reader_does_with_a_skill(skills):
    def named(text):
        return {one.skill for one in service.read_ad(f"Account Executive\n\n{text}", skills).found.skills}

    assert named("You count the stock with Python.") == {"python"}
    assert named("You sell our platform for Python.") == set()
    assert named("Python is what the firm is built on.") == set()


def test_other_languages_are_named_and_no_cue_is_made_up(skills):
    text = (
        "Vous travaillez avec une équipe et vous êtes à l’aise dans les échanges pour notre client. " * 8
        + "Python, Kafka."
    )
    ad = service.read_ad(text, skills)
    assert ad.language == "fr"
    assert [(one.skill, one.cue) for one in ad.found.skills] == [("python", None), ("kafka", None)]


def test_years_and_seniority_move_targets(skills):
    role = skills.roles["data-engineer"].skills
    assert service.targets(service.read_ad(AD, skills), role) == {
        "python": 3,
        "aws": 2,
        "azure": 2,
        "kafka": 2,
        "docker": 3,
    }
    assert service.targets(service.read_ad("Junior Data Engineer\nKafka, Docker", skills), role) == {
        "kafka": 1,
        "docker": 1,
    }


def test_ad_is_read_without_the_database(skills, django_assert_num_queries):
    with django_assert_num_queries(0):
        service.read_ad(AD, skills)


@pytest.mark.parametrize(
    "part",
    [
        "** ", "5 years ", "Title: x\n", "Title: engineer ", "a | ", "looking for an engineer ", "degree or ", "degree in ",
        "BSc in statistics. ", "you python ", "🚀",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_alone(skills, part):
    service.read_ad(part, skills)
    assert seconds(lambda: service.read_ad((part * 20_000)[:20_000], skills)) < 0.5


_WORDS = (
    "R python kafka engineer Data team you your we what not must plus ideally nice required Requirements Company Title 4+ three years "
    "degree BSc in or and with Senior a wir du seit x@y www. é ﬁ 🚀 \N{ZERO WIDTH SPACE} expert saving"
)
_SIGNS = ". .. ....... … | : ? ! , ; • - * # ## ** ___ ( ) ' / & + — –"
_BLANKS = (" ", "    ", "\t", "\n", "\n\n", "\r\n", "\u2028")
_PIECES = st.lists(
    st.sampled_from(
        [*(f"{word} " for word in _WORDS.split()), *_SIGNS.split(), *(f" {sign} " for sign in _SIGNS.split()), *_BLANKS]
    )
)


def test_any_text_is_read(skills):
    @given(text=_PIECES.map("".join))
    @example("R ....... expert | saving")
    @example("Data Engineer\n_____")
    def is_read(text):
        service.match(text, skills)
        service.read_ad(text, skills)

    is_read()

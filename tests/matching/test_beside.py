import pytest

from guidance.matching.beside import Beside


def _sentence(text, name):
    start = text.index(name)
    return start, start + len(name), (text.rfind(".", 0, start) + 1, (text.find(".", start) + 1) or len(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A separate team looks after Kafka.", True),
        ("Our sister company builds with Kafka.", True),
        ("You report to the Head of Kafka.", True),
        ("A separate team sorts letters. You build with Kafka.", False),
        ("Another team sorts letters; you build with Kafka.", False),
        ("Our team builds with Kafka.", False),
    ],
)
def test_what_others_do(text, expected):
    start, _, sentence = _sentence(text, "Kafka")
    assert Beside(text).of_others(start, sentence) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The team has a Kafka engineer.", True),
        ("You sit next to our Kafka developers.", True),
        ("The team has a Kafka cluster.", False),
        ("We look for a Kafka engineer.", False),
    ],
)
def test_jobs_of_colleagues(text, expected):
    assert Beside(text).of_colleagues(*_sentence(text, "Kafka")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are a leading provider of chatbots.", True),
        ("We were founded by two people who built chatbots.", True),
        ("You build chatbots.", False),
    ],
)
def test_what_the_firm_is_known_for(text, expected):
    start, _, sentence = _sentence(text, "chatbots")
    assert Beside(text).of_the_firm(start, sentence) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The second round is live coding in Java.", True),
        ("Applicants may use Java.", True),
        ("First interview on Monday. You write Java.", False),
    ],
)
def test_how_one_applies(text, expected):
    *_, sentence = _sentence(text, "Java")
    assert Beside(text).of_applying(sentence) is expected

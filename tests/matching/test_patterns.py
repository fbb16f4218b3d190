import time

import pytest

from guidance.matching import matcher
from guidance.matching.patterns import forms, is_pattern
from guidance.matching.senses import Name

ML = Name("ml", "ML", technology=True)


def phrase(skill, text):
    return Name(skill, text, is_phrase=True)


def found(text, *names):
    return [(match.skill, text[match.start : match.end]) for match in matcher.compile(names).find(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("~mentor|coach … engineers|juniors", "You coach two of our engineers.", "coach two of our engineers"),
        ("~mentor|coach … engineers|juniors", "Mentoring juniors is part of it.", "Mentoring juniors"),
        ("~mentor|coach … engineers|juniors", "You mentor. The engineers do not.", None),
        ("~mentor|coach … engineers|juniors", "A coach for those who met none of our engineers", None),  # too far
        ("~mentor|coach … engineers|juniors", "coach (rail or road), engineers", None),  # a gap cannot cross a bracket
        ("~write|draft … report", "She wrote a short report", "wrote a short report"),
        ("~bewerten … Antwort*", "Du bewertest die Antwortqualität", "bewertest die Antwortqualität"),
        ("~aufbereiten … *daten", "um Kundendaten und Sensordaten aufzubereiten", None),
        ("~aufbereiten … *daten", "Aufbereitung von Sensordaten", "Aufbereitung von Sensordaten"),
        ("front|back end", "front-end", "front-end"),
        ("non_technical … people|colleagues", "non-technical people", "non-technical people"),
    ],
)
def test_pattern(pattern, text, expected):
    assert is_pattern(pattern)
    assert found(text, phrase("skill", pattern)) == ([("skill", expected)] if expected else [])


@pytest.mark.parametrize("pattern", ["~", "|", "*", "~*", "…", "_|_", "~a||*", "… * …"])
def test_pattern_without_a_word_finds_nothing(pattern):
    assert found("You coach two engineers, and that is it.", phrase("skill", pattern)) == []


@pytest.mark.parametrize("pattern", ["coach||", "~coach|", "|coach|*", "_|coach"])
def test_alternative_without_a_word_is_passed_over(pattern):
    assert found("You coach two engineers.", phrase("skill", pattern)) == [("skill", "coach")]


def test_names_inside_a_pattern_keep_their_words():
    text = "Deploy our ML models, deploy ML"
    assert found(text, ML, phrase("deployment", "~deploy … models|ml")) == [
        ("deployment", "Deploy our"),
        ("ml", "ML"),
        ("deployment", "deploy"),
        ("ml", "ML"),
    ]


def test_pattern_says_nothing_where_a_name_of_its_skill_has_another_meaning():
    fraud = Name("anomaly", "fraud detection", needs=("model",), excludes=("police",))
    pattern = phrase("anomaly", "fraud|anomaly detection")
    assert found("fraud detection for the police", fraud, pattern) == []
    assert found("fraud detection", fraud, pattern) == []  # the name is ambiguous, and the pattern adds nothing
    assert found("a fraud detection model", fraud, pattern) == [("anomaly", "fraud detection")]


def test_forms_of_verbs():
    assert {"writes", "writing", "wrote", "written"} <= forms("write")
    assert {"planning", "planned"} <= forms("plan")
    assert {"bewertest", "bewertet", "bewertung", "bewerte"} <= forms("bewerten")
    assert {"aufgebaut", "aufzubauen"} <= forms("aufbauen")


@pytest.mark.parametrize("text", ["evaluate the " * 7_000, "a" * 100_000, "evaluate, " * 10_000])
def test_long_texts_are_searched_in_linear_time(text):
    compiled = matcher.compile([phrase("skill", "~evaluate … model|*gorithm"), phrase("other", "evaluat* … the … run")])
    begin = time.process_time()
    assert compiled.find(text[:100_000]) == ()
    assert time.process_time() - begin < 1

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.curation.similar_names import alike, spelling_key, spelling_keys, trigrams


def share(name: str, other: str) -> float:
    one, two = trigrams(name), trigrams(other)
    return len(one & two) / len(one | two) if one | two else 0


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Graph databases", "Graph database"),
        ("Retrieval-augmented generation", "Retrieval augmented generation"),
        ("Deep reinforcement learning", "Reinforcement learning, deep"),
        ("C++", "c++"),
    ],
)
def test_names_that_are_almost_the_same_are_found(name, other):
    assert list(alike({"a": name, "b": other}, 0.8)) == [("a", "b")]


@pytest.mark.parametrize(("name", "other"), [("C", "C++"), ("Python", "PyTorch"), ("SQL", "NoSQL databases"), ("", "")])
def test_other_names_are_not(name, other):
    assert list(alike({"a": name, "b": other}, 0.8)) == []


@given(st.lists(st.text("abcd ", max_size=12), max_size=12), st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_pairs_are_those_of_comparing_every_name_with_every_other(names, least):
    keys = {str(number): name for number, name in enumerate(names)}
    wanted = {
        (str(a), str(b))
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if trigrams(names[a]) and share(names[a], names[b]) >= least
    }
    assert set(alike(keys, least)) == wanted


def test_a_thousand_names_are_quick():
    chance = random.Random(7)
    words = ["data", "model", "learning", "system", "design", "deep", "language", "graph", "query", "vision", "agents"]
    names = {str(number): " ".join(chance.sample(words, 4)) for number in range(1_000)}
    assert sum(1 for _pair in alike(names, 0.8)) > 0


@pytest.mark.parametrize(
    ("ours", "label"),
    [
        ("Python", "Python (computer programming)"),
        ("AWS", "Amazon Web Services AWS software"),
        ("Amazon Web Services", "Amazon Web Services AWS software"),
        ("SQL", "Structured query language SQL"),
        ("Node.js", "node js"),
        ("Machine-learning models", "machine learning model"),
        ("C++", "C++"),
    ],
)
def test_label_is_found_by_each_of_its_spellings(ours, label):
    assert spelling_key(ours) in spelling_keys(label)


@pytest.mark.parametrize(("ours", "label"), [("C", "C++"), ("C", "C#"), ("R", "R&D"), ("Watson", "IBM Watson")])
def test_other_names_are_not_the_same(ours, label):
    assert spelling_key(ours) not in spelling_keys(label)


def test_words_before_an_abbreviation_of_something_else_stay():
    assert spelling_keys("Extensible markup language XML") == {"extensible markup language xml"}


def test_label_that_is_an_address_has_no_key():
    assert spelling_keys("https://example.org") == set()

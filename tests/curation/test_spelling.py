import pytest

from guidance.curation.similar_names import spelling_key, spelling_keys


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

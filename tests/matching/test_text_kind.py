"""Whether a text is a job ad or a CV: clear texts are recognised, and texts with few signs are neither."""

import time
from pathlib import Path

import pytest

from guidance.matching.text_kind import kind_of

CV = (Path(__file__).parent / "java_developer.txt").read_text(encoding="utf-8")
AD = "We are looking for a data engineer to join our team. You will build pipelines. Apply now: we offer you remote work."
GERMAN_AD = "Wir suchen dich als Data Engineer (m/w/d).\n\nDein Profil\nDu kennst Python.\n\nWir bieten dir flexible Zeiten. Bewirb dich!"
GERMAN_CV = "Lebenslauf\nNoor Beispiel, noor@example.org\n\nBerufserfahrung\n2018 - heute Entwicklerin, Beispiel GmbH\n\nAusbildung\n2014 - 2018 BSc"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (AD, "ad"),
        (GERMAN_AD, "ad"),
        (CV, "cv"),
        (GERMAN_CV, "cv"),
        ("Python, Kafka, Spark", None),
        ("You know Python.", None),
        ("", None),
    ],
)
def test_texts_are_told_by_how_they_speak(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize("text", ["\n" * 100_000, "- \n" * 33_000, "2018 - " * 14_000, "a.b@" * 25_000, "# " * 50_000])
def test_no_text_takes_long(text):
    start = time.process_time()
    kind_of(text)
    assert time.process_time() - start < 0.3

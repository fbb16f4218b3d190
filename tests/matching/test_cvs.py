"""The recall in docs/matching.md for annotated CVs, which are not in the repository."""

import html
import re
from collections import defaultdict
from pathlib import Path

import pytest

from guidance.matching.words import Words

CVS = Path(__file__).parents[3] / "shared" / "data" / "cv" / "dotin"
pytestmark = pytest.mark.skipif(not CVS.exists(), reason=f"{CVS} is not there")

TAG = re.compile(r'<label type="(?P<type>[^"]*)">|</label>|<[^>]*>')


def read(path):
    """Returns the text of a CV and the spans in it that are labelled as tools."""
    content = path.read_text(encoding="utf-8")
    content = content[content.index("<cv>") : content.rindex("</cv>")]
    text, begun, labels, at = "", [], [], 0
    for tag in TAG.finditer(content):
        text += html.unescape(html.unescape(content[at : tag.start()]))  # they are escaped twice
        at = tag.end()
        if tag["type"] is not None:
            begun.append((tag["type"], len(text)))
        elif tag[0] == "</label>" and begun:
            kind, start = begun.pop()
            if kind == "Tech Tools":
                labels.append((start, len(text)))
    return text + html.unescape(html.unescape(content[at:])), labels


def test_recall_of_labels_that_are_names_of_ours(catalogue, catalogue_names):
    skills = defaultdict(set)
    for name in catalogue_names:
        skills[tuple(Words(name.text).words)].add(name.skill)
    hits = []
    for path in sorted(CVS.glob("*/*.xml")):
        text, labels = read(path)
        matches = [match for match in catalogue.find(text) if not match.negated]
        for start, end in labels:
            meant = skills.get(tuple(Words(text[start:end].strip(" .,;:\n")).words))
            if meant:
                hits.append(any(match.skill in meant and match.start < end and match.end > start for match in matches))
    assert len(hits) > 1000
    assert sum(hits) / len(hits) >= 0.95

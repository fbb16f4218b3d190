"""The figures in docs/matching.md for ads.yaml, whose labels are older than the rules."""

from pathlib import Path

import pytest
import yaml

ADS = yaml.safe_load((Path(__file__).parent / "ads.yaml").read_text(encoding="utf-8"))
RANK = {"must": 2, "nice": 1, "plain": 0}


def wanted(ad):
    return {skill: cue for cue in RANK for skill in ad.get(cue, ())}


def found(matcher, text):
    cues = {}
    for match in matcher.find(text):
        if not match.negated:
            cues[match.skill] = max(cues.get(match.skill, "plain"), match.cue or "plain", key=RANK.__getitem__)
    return cues


@pytest.fixture(scope="module")
def read(catalogue):
    return [(ad, wanted(ad), found(catalogue, ad["text"])) for ad in ADS]


def test_labels_name_skills_of_the_catalogue(catalogue_names):
    slugs = {name.skill for name in catalogue_names}
    assert {skill for ad in ADS for skill in wanted(ad)} <= slugs
    assert len(ADS) == 84
    assert sum(ad["held_out"] for ad in ADS) == 42


@pytest.mark.parametrize("held_out", [False, True])
def test_precision_and_recall(read, held_out):
    pairs = [(wanted, found) for ad, wanted, found in read if ad["held_out"] is held_out]
    right = sum(len(wanted.keys() & found.keys()) for wanted, found in pairs)
    assert right / sum(len(found) for _, found in pairs) >= 0.95
    assert right / sum(len(wanted) for wanted, _ in pairs) >= 0.95


@pytest.mark.parametrize("held_out", [False, True])
def test_cues(read, held_out):
    same = [
        wanted[skill] == found[skill]
        for ad, wanted, found in read
        if ad["held_out"] is held_out
        for skill in wanted.keys() & found.keys()
    ]
    assert sum(same) / len(same) >= 0.95

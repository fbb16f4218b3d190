"""How well 360 job ads and 150 CVs are read: texts in the manner of real ones, labelled by a second reader. Ads 301 to 360 were read
once and never looked at while the rules were made, so their figures tell what to expect of a new ad; keep it so until other unseen
ads take their place. The rules were made with all the others. The bounds are a little below the figures, so that a change for the
worse is noticed. We want 0.93 for skills and cues, 0.85 for the role and 0.9 for seniority and years."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.db import transaction

from guidance.catalog import loading, snapshot
from guidance.matching import service
from tests.content.figures import CONTENT

TEXTS = Path(__file__).parent / "texts"
CUES = ("must", "nice", "plain")
# By kind of text and number of the last text of a part: different people wrote the parts, one after the other.
BOUNDS = {
    ("ads", 120): {
        "skills": 0.93,
        "cues": 0.95,
        "role": 0.9,
        "one of its roles": 0.94,
        "seniority": 0.98,
        "years": 0.94,
    },
    ("ads", 180): {
        "skills": 0.92,
        "cues": 0.95,
        "role": 0.98,
        "one of its roles": 0.98,
        "seniority": 0.98,
        "years": 0.94,
    },
    ("ads", 240): {
        "skills": 0.875,
        "cues": 0.94,
        "role": 0.92,
        "one of its roles": 0.97,
        "seniority": 0.98,
        "years": 0.94,
    },
    ("ads", 300): {
        "skills": 0.91,
        "cues": 0.97,
        "role": 0.92,
        "one of its roles": 0.92,
        "seniority": 0.95,
        "years": 0.95,
    },
    ("ads", 360): {
        "skills": 0.87,
        "cues": 0.92,
        "role": 0.91,
        "one of its roles": 0.91,
        "seniority": 0.98,
        "years": 0.86,
    },
    ("cvs", 60): {"skills": 0.87, "levels": 0.6},
    ("cvs", 90): {"skills": 0.92, "levels": 0.62},
    ("cvs", 120): {"skills": 0.87, "levels": 0.6},
    ("cvs", 150): {"skills": 0.89, "levels": 0.61},
}


def labelled(name: str) -> list[SimpleNamespace]:
    items = yaml.safe_load((TEXTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return [SimpleNamespace(**item, text=(TEXTS / name / f"{item['id']}.txt").read_text("utf-8")) for item in items]


@pytest.fixture
def catalogue(db: None) -> Iterator[snapshot.Snapshot]:
    """The catalogue that comes with Waymark."""
    with transaction.atomic():
        loading.load(CONTENT)
        yield snapshot.build()
        transaction.set_rollback(True)


def f1(pairs) -> float:
    """The F1 score of pairs of sets (wanted, found)."""
    right = sum(len(wanted & found) for wanted, found in pairs)
    return 2 * right / sum(len(wanted) + len(found) for wanted, found in pairs)


def share(values) -> float:
    values = list(values)
    return sum(values) / len(values)


def cues_of(label) -> dict[str, str]:
    return {skill: cue for cue in CUES for skill in getattr(label, cue) or ()}


def found_cues(ad) -> dict[str, str]:
    return {one.skill: one.cue or "plain" for one in ad.found.skills}


def years_of(label) -> set[tuple]:
    return {(one["min"], one["max"], one["required"]) for one in label.years or ()}


def read_years(ad) -> set[tuple]:
    return {(one.minimum, one.maximum, one.required) for one in ad.years}


def figures_of_ads(read) -> dict[str, float]:
    both = [(cues_of(label), found_cues(ad)) for label, ad in read]
    return {
        "skills": f1([(wanted.keys(), found.keys()) for wanted, found in both]),
        "cues": share(wanted[s] == found[s] for wanted, found in both for s in wanted.keys() & found.keys()),
        "role": share(
            (ad.roles[0].role if ad.roles else None) == (label.roles[0] if label.roles else None) for label, ad in read
        ),
        "one of its roles": share(
            ad.roles[0].role in label.roles if ad.roles else not label.roles for label, ad in read
        ),
        "seniority": share((ad.seniority.rank if ad.seniority else None) == label.seniority for label, ad in read),
        "years": share(read_years(ad) == years_of(label) for label, ad in read),
    }


def figures_of_cvs(read) -> dict[str, float]:
    """The figures of CVs. `read` has the labels, the skills found and the levels proposed."""
    return {
        "skills": f1([(label.skills.keys(), found) for label, found, _ in read]),
        "levels": share(
            level == proposed[skill]
            for label, _, proposed in read
            for skill, level in label.skills.items()
            if skill in proposed
        ),
    }


def test_texts_are_read_well(catalogue):
    ads = [(ad, service.read_ad(ad.text, catalogue)) for ad in labelled("ads")]
    cvs = []
    for cv in labelled("cvs"):
        found = service.match(cv.text, catalogue)
        cvs.append((cv, {one.skill for one in found.skills}, service.proposed_levels(cv.text, found.matches)))
    below, first = {}, {"ads": 0, "cvs": 0}
    for (kind, last), bounds in BOUNDS.items():
        read, figures_of = (ads, figures_of_ads) if kind == "ads" else (cvs, figures_of_cvs)
        figures = figures_of(read[first[kind] : last])
        below |= {(kind, last, name): value for name, value in figures.items() if value < bounds[name]}
        first[kind] = last
    assert below == {}
    assert (len(ads), len(cvs)) == (360, 150)

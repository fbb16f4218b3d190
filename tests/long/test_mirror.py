"""The test of `tests/api/test_mirror.py` with 500 publications instead of a few."""

from collections import Counter

import pytest

from tests.api.mirrors import check_that_a_mirror_cannot_drift
from tests.factories import fact_document, guide_document, make_catalogue, publish


@pytest.mark.django_db
def test_a_mirror_does_not_drift_in_500_publications(client, settings):
    settings.SITE_URL = "http://localhost:8000"
    make_catalogue(40)
    publish(fact_document("growth"), guide_document("the-future", facts=["growth"]))
    done = Counter(check_that_a_mirror_cannot_drift(client, publications=500, seed=11))
    assert {"edit", "rename", "merge", "retire", "restore", "break_address", "add"} <= done.keys()

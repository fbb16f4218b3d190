"""A mirror that follows the documentation stays identical to the catalogue, whatever is published in the meantime."""

import pytest

from tests.api.mirrors import check_that_a_mirror_cannot_drift
from tests.curation.merges import publish_dockers
from tests.factories import fact_document, guide_document, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    publish_dockers()
    publish(fact_document("growth"), guide_document("the-future", facts=["growth"]))


def test_a_mirror_that_follows_the_recipe_does_not_drift(client, catalogue):
    check_that_a_mirror_cannot_drift(client, publications=15, seed=7)

import pytest

from guidance.catalog import health
from tests import factories
from tests.catalog.test_milestones import pack_of


@pytest.mark.parametrize("count", [119, 120, 300, 301])
def test_the_brief_of_a_project_has_120_to_300_words(count):
    found = health.findings(pack_of([factories.project_document("p", body="word " * count)]))
    said = f"has {count} words of body; it should have 120 to 300"
    assert (said in [one.message for one in found]) is (count in (119, 301))

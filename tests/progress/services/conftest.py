import pytest

from tests import factories


@pytest.fixture
def python():
    return factories.make_skill("python")

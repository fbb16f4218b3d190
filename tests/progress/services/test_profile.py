import pytest

from guidance.progress import services
from guidance.progress.models import CalendarFeed

pytestmark = pytest.mark.django_db


def test_make_calendar_address_ends_the_one_before(learner, now):
    first, second = (services.make_calendar_address(learner=learner, now=now) for _ in range(2))
    assert first != second
    assert len(second) >= 43
    assert CalendarFeed.objects.get().digest == services.feed_digest(second)

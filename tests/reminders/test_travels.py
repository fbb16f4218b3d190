"""A sample of `tests/long/test_zones.py`."""

import pytest

from tests.reminders.travels import dates_of_a_traveller


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_changing_the_zone_brings_no_second_mail_of_a_date(seed):
    came = dates_of_a_traveller(seed, days=5, changes=10)
    dates = [on for _at, on in came]
    assert came
    assert dates == sorted(set(dates))

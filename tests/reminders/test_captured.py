"""A few captured emails; `make test-long` sends a thousand."""

import pytest

from tests.reminders.captured import capture, check


@pytest.mark.django_db
def test_each_mail_arrives_sound_and_only_where_it_is_wanted():
    check(capture(60))

"""The emails that a mail server gets, many of them; `tests/reminders/test_captured.py` has a sample."""

import pytest

from tests.reminders.captured import capture, check


@pytest.mark.django_db
def test_each_of_a_thousand_mails_arrives_sound_and_only_where_it_is_wanted():
    check(capture(1_000))

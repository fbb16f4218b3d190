import re
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from guidance.reminders import ledger, sending
from guidance.reminders.audit import Audit
from guidance.reminders.models import Delivery, ReminderKind
from tests.reminders.learners import DAY, HOUR, NOW, make_learner, owe, turn_on

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook-reminders.md"


@pytest.mark.django_db
def test_after_a_restore_nothing_of_before_is_sent_again(capsys, mailoutbox):
    """Runs the snippet as an operator would paste it."""
    [snippet] = re.findall(r'manage\.py shell -c "\n(.*?)"\n', RUNBOOK.read_text(), re.DOTALL)
    learner = make_learner(time_zone="Europe/Zurich")
    with time_machine.travel(NOW, tick=False):
        turn_on(learner, ReminderKind.WEEKLY)
        owe(learner)  # sent, after the backup
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        exec(re.sub("^    ", "", snippet, flags=re.MULTILINE), {})
        assert capsys.readouterr().out == "2\n"
        assert sending.drain() == sending.SendCounts()
        assert set(Delivery.objects.values_list("kind", "state")) == {("study", "expired"), ("weekly", "expired")}
        assert [line for line in Audit(timezone.now(), 2).findings() if not line.startswith("heartbeat")] == []
    assert mailoutbox == []
    assert ledger.plan_due(now=NOW + DAY + HOUR) == 1  # and tomorrow's come

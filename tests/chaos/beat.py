"""`celery -A tests.chaos.beat beat`: the real beat, a wake-up each second instead of each minute."""

from config.celery import app

app.conf.beat_schedule = {
    "reminders": {"task": "guidance.reminders.tasks.tick", "schedule": 1.0, "options": {"expires": 55}}
}

"""`celery -A tests.chaos.beat beat`: the real beat with a wake-up every second instead of every minute."""

from config.celery import app

app.conf.beat_schedule = {
    "reminders": {"task": "guidance.reminders.tasks.tick", "schedule": 1.0, "options": {"expires": 55}}
}

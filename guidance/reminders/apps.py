from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "guidance.reminders"
    label = "reminders"

    def ready(self) -> None:
        from guidance.reminders import receivers  # noqa: F401  connects them

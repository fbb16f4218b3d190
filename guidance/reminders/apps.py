from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "guidance.reminders"
    label = "reminders"

    def ready(self) -> None:
        from guidance.reminders import services  # noqa: F401 connects the receivers

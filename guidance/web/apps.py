from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "guidance.web"
    label = "web"

    def ready(self) -> None:
        from guidance.web.onboarding import drafts  # noqa: F401  connects them

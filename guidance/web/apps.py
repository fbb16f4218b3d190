from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "guidance.web"
    label = "web"

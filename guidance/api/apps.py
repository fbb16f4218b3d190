from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "guidance.api"
    label = "api"

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "guidance.progress"
    label = "progress"

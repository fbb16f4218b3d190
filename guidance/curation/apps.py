from django.apps import AppConfig


class CurationConfig(AppConfig):
    name = "guidance.curation"
    label = "curation"

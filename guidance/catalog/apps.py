from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "guidance.catalog"
    label = "catalog"

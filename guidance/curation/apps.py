from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class CurationConfig(AppConfig):
    name = "guidance.curation"
    label = "curation"

    def ready(self) -> None:
        from guidance.curation import permissions

        # Runs after the `post_migrate` of our apps, so their permissions exist.
        post_migrate.connect(permissions.make, sender=apps.get_app_config("auth"), dispatch_uid="curation.groups")

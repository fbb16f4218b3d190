from django.db import migrations, models

RECORDS = (
    "area", "fact", "skill", "resource", "milestone", "role", "industry", "project", "startingpoint", "guide", "question",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_resource_paid"),
    ]

    operations = [
        migrations.AddField(
            model_name=record,
            name="data",
            # The previous release still writes records while this one is deployed.
            field=models.JSONField(
                verbose_name="other values", default=dict, db_default={}, blank=True, editable=False
            ),
        )
        for record in RECORDS
    ]

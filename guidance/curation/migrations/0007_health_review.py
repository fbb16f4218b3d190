"""Renames the model of looks to health reviews. The table keeps its name, because the previous release still writes to it during the
deployment, so no statement is run."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("curation", "0006_milestones")]

    operations = [
        migrations.AlterModelTable(name="look", table="curation_look"),
        migrations.RenameModel(old_name="Look", new_name="HealthReview"),
    ]

"""A look is a health review. The table keeps its name, which the previous release writes to while this one takes its place, so
no statement is run."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("curation", "0006_milestones")]

    operations = [
        migrations.AlterModelTable(name="look", table="curation_look"),
        migrations.RenameModel(old_name="Look", new_name="HealthReview"),
    ]

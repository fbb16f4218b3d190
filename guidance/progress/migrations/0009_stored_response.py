"""Renames the model of kept answers to stored responses. The table keeps its name, because the previous release writes to it
during the deployment, so no statement is run."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("progress", "0008_time_before_a_unit")]

    operations = [
        migrations.AlterModelTable(name="keptanswer", table="progress_keptanswer"),
        migrations.RenameModel(old_name="KeptAnswer", new_name="StoredResponse"),
    ]

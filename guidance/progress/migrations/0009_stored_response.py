"""A kept answer is a stored response. The table keeps its name, which the previous release writes to while this one takes its
place, so no statement is run."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("progress", "0008_time_before_a_unit")]

    operations = [
        migrations.AlterModelTable(name="keptanswer", table="progress_keptanswer"),
        migrations.RenameModel(old_name="KeptAnswer", new_name="StoredResponse"),
    ]

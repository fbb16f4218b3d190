"""New proof pages show the levels that a check or a project shows. Saved pages do not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0013_reviews")]

    operations = [
        migrations.AlterField(
            "proofpage",
            "skills",
            models.CharField(
                choices=[
                    ("none", "No skills"),
                    ("proved", "Levels that a check or a project shows"),
                    ("all", "All levels, each with its source"),
                ],
                default="proved",
                max_length=6,
                verbose_name="skills",
            ),
        ),
    ]

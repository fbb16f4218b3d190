from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_prerequisites_acyclic")]

    operations = [
        migrations.AddField(
            model_name="resource",
            name="dead_address",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="The one that was found to be dead. Whoever enters another one has done what was needed.",
                max_length=500,
                verbose_name="dead address",
            ),
        ),
    ]

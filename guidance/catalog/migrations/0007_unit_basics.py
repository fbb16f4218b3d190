from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_untried_says_why"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="basics",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whoever has programming basics at level 2, from another language, can do this already.",
                verbose_name="basics",
            ),
        ),
    ]

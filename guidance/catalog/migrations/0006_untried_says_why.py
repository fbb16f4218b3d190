from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_milestones"),
    ]

    operations = [
        migrations.AlterField(
            model_name="unit",
            name="untried",
            field=models.BooleanField(
                default=False,
                help_text="We have not run this ourselves: it needs an outside service, such as a hosted model, a cloud, a GPU or the internet.",
                verbose_name="untried",
            ),
        ),
    ]

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

NEEDS = {"default": list, "blank": True, "db_column": "context"}


class Migration(migrations.Migration):
    """Replaces `ambiguous` and `context` by `needs`, `excludes` and `only_as`.

    The previous release keeps running while this one is deployed, so the columns that it writes stay: `needs` uses the column `context`,
    and `ambiguous`, which now follows from the others, is only removed from the model.
    """

    dependencies = [
        ("catalog", "0011_check_items"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="alias", name="alias_ambiguous_has_context"),
        migrations.AlterField(
            model_name="alias",
            name="ambiguous",
            field=models.BooleanField("ambiguous", default=False, db_default=False),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="alias", name="ambiguous")]
        ),
        migrations.AlterField(
            model_name="alias",
            name="context",
            field=django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=60), verbose_name="context words", **NEEDS
            ),
        ),
        migrations.RenameField(model_name="alias", old_name="context", new_name="needs"),
        migrations.AlterField(
            model_name="alias",
            name="needs",
            field=django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=60),
                verbose_name="needs one of",
                help_text="Words of which one is near where the name means the skill.",
                **NEEDS,
            ),
        ),
        migrations.AddField(
            model_name="alias",
            name="excludes",
            field=django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=60),
                verbose_name="excluded by",
                default=list,
                db_default=[],
                blank=True,
                help_text="Words near which it means something else, and phrases with it in them.",
            ),
        ),
        migrations.AddField(
            model_name="alias",
            name="only_as",
            field=models.CharField(
                "only as",
                max_length=10,
                choices=[
                    ("written", "written: with its capitals, or in a list"),
                    ("item", "item: as an entire item of a list"),
                ],
                default="",
                db_default="",
                blank=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=Q(("only_as__in", ["", "written", "item"])), name="alias_only_as_known"
            ),
        ),
    ]

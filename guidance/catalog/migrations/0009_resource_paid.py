from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_affiliate_help"),
    ]

    operations = [
        migrations.AddField(
            model_name="resource",
            name="paid",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It costs money and the price is not known.",
                verbose_name="paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=Q(("paid", False), ("cost__isnull", True), _connector="OR"),
                name="resource_paid_has_no_price",
                violation_error_message="Leave “paid” empty if the resource is free or you know its price.",
            ),
        ),
    ]

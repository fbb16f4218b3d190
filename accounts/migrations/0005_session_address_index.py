from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0004_session_address_and_seen'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('address_digest', ''), _negated=True), fields=['address_digest'], name='session_address'),
        ),
    ]

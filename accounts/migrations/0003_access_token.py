"""Personal access tokens.

A trigger deletes them when the password changes or the account is disabled, since there are many ways to either: the pages,
the admin, the commands. Enabling the account again does not restore them.
"""

import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION accounts_end_access_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM accounts_accesstoken WHERE owner_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER user_ends_access_tokens AFTER UPDATE OF password, is_active ON accounts_user FOR EACH ROW
WHEN (OLD.password IS DISTINCT FROM NEW.password OR (OLD.is_active AND NOT NEW.is_active))
EXECUTE FUNCTION accounts_end_access_tokens();
"""

BACKWARD = """
DROP TRIGGER user_ends_access_tokens ON accounts_user;
DROP FUNCTION accounts_end_access_tokens();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_session_of_user'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$', 'Write it on one line.', code='one_line')], verbose_name='name')),
                ('scope', models.CharField(choices=[('read', 'read'), ('write', 'read and write')], max_length=8, verbose_name='scope')),
                ('prefix', models.CharField(max_length=16, verbose_name='begins with')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'access token',
                'verbose_name_plural': 'access tokens',
                'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['read', 'write'])), name='access_token_scope_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='access_token_has_name'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at')), django.db.models.lookups.LessThanOrEqual(django.db.models.expressions.CombinedExpression(models.F('expires_at'), '-', models.F('created_at')), datetime.timedelta(days=90))), name='access_token_expires'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='access_token_is_digested')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

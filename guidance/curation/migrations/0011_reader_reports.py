"""Reports of readers."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0010_sent_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReaderReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='event id')),
                ('kind', models.CharField(blank=True, choices=[('area', 'area'), ('skill', 'skill'), ('check', 'check items'), ('resource', 'resource'), ('milestone', 'milestone'), ('role', 'role'), ('industry', 'industry'), ('project', 'project'), ('starting-point', 'starting point'), ('guide', 'guide'), ('question', 'question'), ('fact', 'fact')], max_length=16, verbose_name='kind of record')),
                ('record_id', models.BigIntegerField(blank=True, null=True, verbose_name='record')),
                ('page', models.CharField(blank=True, help_text='Name of the page, if it is not the page of a record.', max_length=20, verbose_name='page')),
                ('topic', models.CharField(choices=[('dead-link', 'A link doesn’t work'), ('wrong', 'Something is wrong'), ('out-of-date', 'Something is out of date'), ('unclear', 'Something is unclear'), ('idea', 'I have an idea')], max_length=11, verbose_name='topic')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('email', models.EmailField(blank=True, help_text='For a sender without an account.', max_length=254, verbose_name='email address')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('state', models.CharField(choices=[('open', 'open'), ('held', 'held back'), ('done', 'dealt with')], default='open', max_length=4, verbose_name='state')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='dealt with')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='curation.readerreport', verbose_name='duplicate of')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reader_reports', to=settings.AUTH_USER_MODEL, verbose_name='sender')),
                ('proposal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='curation.proposal', verbose_name='proposal')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by')),
            ],
            options={
                'verbose_name': 'reader report',
                'verbose_name_plural': 'reader reports',
                'ordering': ['-pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['state', '-at'], name='report_by_state'), models.Index(condition=models.Q(('state', 'open')), fields=['kind', 'record_id'], name='report_open_of_record')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['area', 'skill', 'check', 'resource', 'milestone', 'role', 'industry', 'project', 'starting-point', 'guide', 'question', 'fact']), ('page', ''), ('record_id__isnull', False)), models.Q(('kind', ''), ('record_id__isnull', True), models.Q(('page', ''), _negated=True)), _connector='OR'), name='report_of_record_or_page'), models.CheckConstraint(condition=models.Q(('topic__in', ['dead-link', 'wrong', 'out-of-date', 'unclear', 'idea'])), name='report_topic_known'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('kind', 'resource'), ('topic', 'dead-link')), _connector='OR'), name='report_says_something'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 2000), name='report_text_length'), models.CheckConstraint(condition=models.Q(('learner__isnull', True), ('email', ''), _connector='OR'), name='report_has_one_address'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('done_at__isnull', True), ('state__in', ['open', 'held'])), models.Q(('done_at__isnull', False), ('state', 'done')), _connector='OR'), name='report_done_at_a_moment'), models.CheckConstraint(condition=models.Q(('duplicate_of__isnull', True), models.Q(('duplicate_of', models.F('id')), _negated=True), _connector='OR'), name='report_not_of_itself')],
            },
        ),
    ]

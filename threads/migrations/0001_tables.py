"""The tables of threads."""

import django.db.models.deletion
import django.db.models.functions.text
import negotiation_hub.kernel.ids
import threads.machine
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_tables'),
    ]

    operations = [Tables(
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('title', models.CharField(max_length=100)),
                ('charter', models.TextField(blank=True)),
                ('is_public', models.BooleanField(default=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='people.organisation')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', django.db.models.functions.text.Lower('name'))), name='group_name_lower_case'), models.CheckConstraint(condition=models.Q(('is_public', True), ('owner__isnull', False), _connector='OR'), name='group_members_of_an_owner')],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=200)),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='threads.group')),
                ('listing', models.UUIDField(null=True)),
                ('room', models.UUIDField(null=True)),
                ('order', models.UUIDField(null=True)),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('posts', models.PositiveIntegerField(default=0)),
                ('status', models.CharField(default=threads.machine.Status['OPEN'], max_length=8)),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-last_at', '-id'], name='thread_topics'), models.Index(condition=models.Q(('listing__isnull', False)), fields=['listing', '-last_at'], name='thread_questions'), models.Index(fields=['started_by', 'created_at'], name='thread_started')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', [threads.machine.Status['OPEN'], threads.machine.Status['RESOLVED']])), name='thread_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='threads.thread')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to=settings.AUTH_USER_MODEL)),
                ('side', models.CharField(max_length=9)),
                ('name', models.CharField(max_length=100)),
                ('joined_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('thread', 'user'), name='member_once_per_thread')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='threads.thread')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='threads.group')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
                ('level', models.CharField(blank=True, choices=[('web', 'on the site'), ('mail', 'each post by mail'), ('none', 'nothing')], default='', max_length=4)),
                ('read_seq', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('thread', 'user'), name='follow_thread_once'), models.UniqueConstraint(fields=('group', 'user'), name='follow_group_once'), models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', False), ('thread__isnull', True)), models.Q(('group__isnull', True), ('thread__isnull', False)), _connector='OR'), name='follow_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='PostMail',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('message_id', models.CharField(max_length=250, unique=True)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='threads.thread')),
                ('seq', models.BigIntegerField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['author', 'at'], name='post_mail_of_author')],
                'constraints': [models.UniqueConstraint(fields=('thread', 'seq'), name='one_message_id_per_post')],
            },
        ),
    )]

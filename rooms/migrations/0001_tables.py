"""The tables of rooms."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.sealed
import rooms.approval
import rooms.negotiation
import rooms.offer
import rooms.request
import uuid
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_tables'),
        ('people', '0001_tables'),
    ]

    operations = [Tables(
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('listing', models.UUIDField(db_index=True, null=True)),
                ('title', models.CharField(max_length=200)),
                ('currency', models.CharField(max_length=3)),
                ('list_price', models.BigIntegerField(null=True)),
                ('origin', models.JSONField(null=True)),
                ('asked', models.JSONField(null=True)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms_as_buyer', to='people.organisation')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms_as_seller', to='people.organisation')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_at', models.DateTimeField()),
                ('status', models.CharField(default=rooms.negotiation.Status['OPEN'], max_length=8)),
                ('standing', models.PositiveSmallIntegerField(null=True)),
                ('versions', models.PositiveSmallIntegerField(default=0)),
                ('locked', models.JSONField(null=True)),
                ('board_locked', models.JSONField(null=True)),
                ('order', models.JSONField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('buyer', models.F('seller')), _negated=True), name='room_two_parties'), models.CheckConstraint(condition=models.Q(('status__in', [rooms.negotiation.Status['OPEN'], rooms.negotiation.Status['AGREED'], rooms.negotiation.Status['ORDERED'], rooms.negotiation.Status['CLOSED']])), name='room_status_known')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.stream')),
                ('seq', models.BigIntegerField()),
                ('latest', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='search_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchReach',
            fields=[
                ('stream', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='search_reach', serialize=False, to='kernel.stream')),
                ('seq', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='people.organisation')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('status', models.CharField(default=rooms.request.Status['DRAFT'], max_length=8)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True)),
                ('lines', models.JSONField(default=list)),
                ('currency', models.CharField(max_length=3)),
                ('needed_by', models.DateField(null=True)),
                ('answers_until', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('awarded', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rooms.room')),
            ],
            options={
                'indexes': [models.Index(fields=['buyer', '-made_at'], name='request_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', [rooms.request.Status['DRAFT'], rooms.request.Status['OPEN'], rooms.request.Status['CLOSED'], rooms.request.Status['AWARDED']])), name='request_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('awarded__isnull', False), ('status', rooms.request.Status['AWARDED'])), models.Q(models.Q(('status', rooms.request.Status['AWARDED']), _negated=True), ('awarded__isnull', True)), _connector='OR'), name='request_awarded_names_the_room')],
            },
        ),
        migrations.CreateModel(
            name='GuestLink',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guest_links', to='people.organisation')),
                ('listing', models.UUIDField()),
                ('label', models.CharField(max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('token', models.CharField(max_length=64, unique=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('room', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guest_link', to='rooms.room')),
                ('guest', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guest_link', to=settings.AUTH_USER_MODEL)),
                ('browser', models.CharField(blank=True, max_length=64)),
                ('entered_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('code', models.CharField(blank=True, max_length=100)),
                ('code_at', models.DateTimeField(null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
                ('codes', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-made_at'], name='guest_links_of_seller')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='rooms.room')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
                ('side', models.CharField(max_length=9)),
                ('mode', models.CharField(blank=True, default='', max_length=9)),
                ('muted', models.JSONField(null=True)),
                ('removed', models.JSONField(null=True)),
                ('joined_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'user'), name='one_seat_per_person_and_room')],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='rooms.room')),
                ('version', models.PositiveSmallIntegerField()),
                ('side', models.CharField(max_length=6)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('status', models.CharField(default=rooms.offer.Status['PENDING'], max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('tax_basis', models.CharField(max_length=8)),
                ('tax_rate_bp', models.PositiveSmallIntegerField()),
                ('amends', models.UUIDField(null=True)),
                ('packages', negotiation_hub.kernel.sealed.Sealed()),
                ('hash', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('first_expires_at', models.DateTimeField(null=True)),
                ('frozen', models.JSONField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'version'), name='offer_version_once'), models.UniqueConstraint(condition=models.Q(('status', rooms.offer.Status['PENDING'])), fields=('room',), name='one_standing_offer'), models.CheckConstraint(condition=models.Q(('status__in', [rooms.offer.Status['PENDING'], rooms.offer.Status['COUNTERED'], rooms.offer.Status['SUPERSEDED'], rooms.offer.Status['ACCEPTED'], rooms.offer.Status['DECLINED'], rooms.offer.Status['WITHDRAWN'], rooms.offer.Status['EXPIRED'], rooms.offer.Status['VOIDED']])), name='offer_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='rooms.room')),
                ('side', models.CharField(max_length=6)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('number', models.PositiveSmallIntegerField()),
                ('command', models.UUIDField()),
                ('way', models.CharField(max_length=9)),
                ('answers', models.PositiveSmallIntegerField(null=True)),
                ('terms', negotiation_hub.kernel.sealed.Sealed()),
                ('packages', negotiation_hub.kernel.sealed.Sealed()),
                ('beyond', negotiation_hub.kernel.sealed.Sealed()),
                ('status', models.CharField(default=rooms.approval.Status['PENDING_APPROVAL'], max_length=16)),
                ('made_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'by', 'command'), name='approval_once_per_command'), models.UniqueConstraint(fields=('room', 'side', 'number'), name='approval_numbered_once'), models.UniqueConstraint(condition=models.Q(('status', rooms.approval.Status['PENDING_APPROVAL'])), fields=('room', 'side'), name='one_waiting_approval'), models.CheckConstraint(condition=models.Q(('status__in', [rooms.approval.Status['PENDING_APPROVAL'], rooms.approval.Status['APPROVED'], rooms.approval.Status['REFUSED'], rooms.approval.Status['WITHDRAWN'], rooms.approval.Status['LAPSED']])), name='approval_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Bound',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bounds', to='rooms.room')),
                ('side', models.CharField(max_length=6)),
                ('minor', negotiation_hub.kernel.sealed.Sealed(null=True)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'side'), name='bound_once_per_side')],
            },
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preferences', to='rooms.room')),
                ('side', models.CharField(max_length=6)),
                ('revision', models.PositiveIntegerField()),
                ('issues', negotiation_hub.kernel.sealed.Sealed()),
                ('alternative', negotiation_hub.kernel.sealed.Sealed(null=True)),
                ('notes', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'side'), name='preferences_once_per_side')],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='rooms.room')),
                ('version', models.PositiveSmallIntegerField()),
                ('package', models.PositiveSmallIntegerField()),
                ('offer_hash', models.CharField(max_length=64)),
                ('terms_hash', models.CharField(max_length=64)),
                ('gross', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('payee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('method', models.CharField(max_length=20)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('stream', models.UUIDField()),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='rooms.room')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given', models.CharField(max_length=64)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('thumbnail', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=100)),
                ('bytes', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('seq', models.BigIntegerField(null=True)),
                ('place', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['stream', 'seq'], name='attachment_of_message'), models.Index(condition=models.Q(('seq__isnull', True)), fields=['by', 'created_at'], name='attachment_staged')],
            },
        ),
        migrations.CreateModel(
            name='RequestInvite',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invites', to='rooms.request')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('room', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rooms.room')),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'seller'), name='request_invites_a_seller_once')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='rooms.room')),
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='rooms.offer')),
                ('package', models.PositiveSmallIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('gross', models.BigIntegerField()),
                ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('amends', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amended_by', to='rooms.agreement')),
                ('annexes', models.JSONField(default=list)),
                ('hash', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
        ),
    )]

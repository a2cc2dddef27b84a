"""Services: appointments with their proposals, proofs of work, disputes."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.sealed
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0011_stock_holds'),
        ('kernel', '0009_mail_calendar'),
        ('orders', '0024_bookings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('listing_id', models.UUIDField(null=True)),
                ('status', models.CharField(default='open', max_length=12)),
                ('starts_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('zone', models.CharField(default='UTC', max_length=64)),
                ('place', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('who', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('due', models.DateField(null=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appointment', to='orders.orderline')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='orders.order')),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentChange',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField()),
                ('event', models.CharField(max_length=12)),
                ('before', models.CharField(max_length=12)),
                ('after', models.CharField(max_length=12)),
                ('actor', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('starts_at', models.DateTimeField(null=True)),
                ('missing', models.CharField(blank=True, default='', max_length=6)),
                ('reason', negotiation_hub.kernel.sealed.Sealed(null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='orders.appointment')),
            ],
            options={
                'ordering': ['appointment', 'seq'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentProposal',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=6)),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('times', models.JSONField()),
                ('minutes', models.PositiveIntegerField()),
                ('zone', models.CharField(max_length=64)),
                ('place', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('who', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('note', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('outcome', models.CharField(choices=[('standing', 'Standing'), ('taken', 'Taken'), ('declined', 'Declined'), ('replaced', 'Replaced')], default='standing', max_length=12)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.UUIDField(null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='orders.appointment')),
            ],
            options={
                'ordering': ['appointment', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentRule',
            fields=[
                ('listing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='appointment_rule', serialize=False, to='catalog.listing')),
                ('minutes', models.PositiveIntegerField()),
                ('at_once', models.PositiveSmallIntegerField(null=True)),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='appointmentrule_takes_time'), models.CheckConstraint(condition=models.Q(('at_once', None), ('at_once__gt', 0), _connector='OR'), name='appointmentrule_takes_somebody')],
            },
        ),
        migrations.CreateModel(
            name='WorkDispute',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('reason', negotiation_hub.kernel.sealed.SealedText()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('end', models.CharField(blank=True, choices=[('received', 'Received'), ('changes', 'Changes'), ('appointed', 'Appointed'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], default='', max_length=12)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='orders.workmilestone')),
            ],
            options={
                'ordering': ['work', 'id'],
            },
        ),
        migrations.CreateModel(
            name='WorkProof',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('given', models.CharField(max_length=64)),
                ('name', negotiation_hub.kernel.sealed.SealedText()),
                ('media_type', models.CharField(max_length=100)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='orders.workmilestone')),
            ],
            options={
                'ordering': ['work', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['listing_id', 'starts_at'], name='appointment_by_listing'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'agreed', 'missed', 'canceled'])), name='appointment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'open'), ('status', 'canceled'), models.Q(('sequence__gt', 0), ('starts_at__isnull', False)), _connector='OR'), name='appointment_agreed_has_a_time'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at', None), ('starts_at', None)), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='appointment_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.UniqueConstraint(fields=('appointment', 'seq'), name='appointmentchange_seq_once'),
        ),
        migrations.AddConstraint(
            model_name='appointmentproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'standing')), fields=('appointment',), name='proposal_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='appointmentproposal',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['buyer', 'seller'])), name='proposal_side_known'),
        ),
        migrations.AddConstraint(
            model_name='appointmentproposal',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='proposal_takes_time'),
        ),
        migrations.AddConstraint(
            model_name='workdispute',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('work',), name='workdispute_open_once'),
        ),
        migrations.AddConstraint(
            model_name='workdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('end', ''), _negated=True)), _connector='OR'), name='workdispute_ends_somehow'),
        ),
        migrations.AddConstraint(
            model_name='workproof',
            constraint=models.UniqueConstraint(fields=('work', 'given'), name='workproof_once'),
        ),
        immutable(
            "orders_appointmentproposal",
            may_change=["outcome", "answered_at", "answered_by"],
            may_reseal=["place", "who", "note"],
        ),
        immutable("orders_appointmentchange", may_clear=["reason"], may_reseal=["reason"]),
        immutable("orders_workproof", may_reseal=["name"]),
        immutable(
            "orders_workdispute", may_change=["ended_at", "ended_by", "end"], may_reseal=["reason"]
        ),
    ]

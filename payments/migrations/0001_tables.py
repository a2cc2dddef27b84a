"""The tables of payments."""

import django.db.models.deletion
import django.db.models.expressions
import negotiation_hub.kernel.ids
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
            name='Account',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=80, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('subject', models.UUIDField(db_index=True)),
                ('currency', models.CharField(max_length=3)),
                ('bound', models.CharField(max_length=8)),
                ('debits_posted', models.BigIntegerField(default=0)),
                ('credits_posted', models.BigIntegerField(default=0)),
                ('debits_pending', models.BigIntegerField(default=0)),
                ('credits_pending', models.BigIntegerField(default=0)),
                ('entries', models.BigIntegerField(default=0)),
                ('seal', models.BinaryField(max_length=44)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['wallet', 'held', 'receivable', 'psp_clearing', 'platform_fee', 'psp_fee', 'payout_transit', 'bank'])), name='account_kind_known'), models.CheckConstraint(condition=models.Q(('bound__in', ['credit', 'debit', 'none'])), name='account_bound_known'), models.CheckConstraint(condition=models.Q(('credits_pending__gte', 0), ('credits_posted__gte', 0), ('debits_pending__gte', 0), ('debits_posted__gte', 0)), name='account_sums_not_negative'), models.CheckConstraint(condition=models.Q(('credits_posted__lte', 4611686018427387904), ('debits_posted__lte', 4611686018427387904)), name='account_sums_exact'), models.CheckConstraint(condition=models.Q(models.Q(('bound', 'credit'), _negated=True), ('credits_posted__gte', django.db.models.expressions.CombinedExpression(models.F('debits_posted'), '+', models.F('debits_pending'))), _connector='OR'), name='account_credits_cover_debits'), models.CheckConstraint(condition=models.Q(models.Q(('bound', 'debit'), _negated=True), ('debits_posted__gte', django.db.models.expressions.CombinedExpression(models.F('credits_posted'), '+', models.F('credits_pending'))), _connector='OR'), name='account_debits_cover_credits')],
            },
        ),
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=32)),
                ('reference', models.CharField(db_index=True, max_length=120)),
                ('order_id', models.UUIDField(db_index=True, null=True)),
                ('size', models.PositiveIntegerField()),
                ('at_us', models.BigIntegerField()),
                ('mac', models.BinaryField(max_length=44)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='cause_has_transfers')],
            },
        ),
        migrations.CreateModel(
            name='PaymentRequest',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('order_id', models.UUIDField(db_index=True)),
                ('payer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('payee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('due_at', models.DateTimeField()),
                ('cause', models.CharField(max_length=120, unique=True)),
                ('title', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lt', 9007199254740992)), name='request_amount_positive'), models.CheckConstraint(condition=models.Q(('payer', models.F('payee')), _negated=True), name='request_has_two_sides')],
            },
        ),
        migrations.CreateModel(
            name='ProviderEvent',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('provider', models.CharField(max_length=32)),
                ('event_id', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=100)),
                ('object_ref', models.CharField(blank=True, default='', max_length=255)),
                ('sealed', models.BinaryField()),
                ('received_at', models.DateTimeField()),
                ('handled_at', models.DateTimeField(null=True)),
                ('causes', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['received_at'], name='provider_event_waiting')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'event_id'), name='provider_event_once')],
            },
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('holder', models.CharField(max_length=70)),
                ('sealed', models.BinaryField()),
                ('last4', models.CharField(max_length=4)),
                ('active', models.BooleanField(default=True)),
                ('created_by', models.UUIDField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('active', True)), fields=('organisation',), name='bank_account_active_once')],
            },
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('count', models.PositiveIntegerField()),
                ('total', models.BigIntegerField()),
                ('message_id', models.CharField(max_length=35, unique=True)),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gt', 0), ('total__gt', 0)), name='payout_batch_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('cause', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='payments.cause')),
                ('position', models.PositiveIntegerField()),
                ('debit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='payments.account')),
                ('credit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='payments.account')),
                ('debit_entry', models.BigIntegerField()),
                ('credit_entry', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('phase', models.CharField(choices=[('posted', 'Posted'), ('pending', 'Pending'), ('post', 'Post'), ('void', 'Void'), ('expire', 'Expire')], max_length=8)),
                ('pending', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ending', to='payments.transfer')),
                ('expires_at', models.DateTimeField(null=True)),
                ('at_us', models.BigIntegerField()),
                ('mac', models.BinaryField(max_length=44)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='transfer_expiring')],
                'constraints': [models.UniqueConstraint(fields=('cause', 'position'), name='transfer_position_once'), models.UniqueConstraint(fields=('debit', 'debit_entry'), name='transfer_debit_entry_once'), models.UniqueConstraint(fields=('credit', 'credit_entry'), name='transfer_credit_entry_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='transfer_amount_positive'), models.CheckConstraint(condition=models.Q(('amount__lt', 9007199254740992)), name='transfer_amount_exact'), models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='transfer_has_two_sides'), models.CheckConstraint(condition=models.Q(('phase__in', ['posted', 'pending', 'post', 'void', 'expire'])), name='transfer_phase_known'), models.CheckConstraint(condition=models.Q(models.Q(('pending__isnull', True), ('phase__in', ('posted', 'pending'))), models.Q(('pending__isnull', False), models.Q(('phase__in', ('posted', 'pending')), _negated=True)), _connector='OR'), name='transfer_ends_what_it_names'), models.CheckConstraint(condition=models.Q(('expires_at__isnull', True), ('phase', 'pending'), _connector='OR'), name='transfer_only_holds_expire')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='payments.paymentrequest')),
                ('order_id', models.UUIDField(db_index=True)),
                ('payee_id', models.UUIDField()),
                ('provider', models.CharField(max_length=32)),
                ('provider_ref', models.CharField(max_length=255, null=True)),
                ('intent_ref', models.CharField(blank=True, db_index=True, default='', max_length=255)),
                ('status', models.CharField(default='requires_payment_method', max_length=24)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('authorized', models.BigIntegerField(default=0)),
                ('captured', models.BigIntegerField(default=0)),
                ('refunded', models.BigIntegerField(default=0)),
                ('fee', models.BigIntegerField(default=0)),
                ('failure_code', models.CharField(blank=True, default='', max_length=64)),
                ('hosted_url', models.TextField(blank=True, default='')),
                ('return_url', models.TextField(blank=True, default='')),
                ('started_by', models.UUIDField(null=True)),
                ('steps', models.PositiveIntegerField(default=0)),
                ('poll_at', models.DateTimeField(db_index=True, null=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'provider_ref'), name='payment_once_per_provider_ref'), models.CheckConstraint(condition=models.Q(('status__in', ['requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture', 'partially_captured', 'succeeded', 'canceled', 'failed'])), name='payment_status_known'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_amount_positive'), models.CheckConstraint(condition=models.Q(('authorized__gte', 0), ('captured__gte', 0), ('fee__gte', 0), ('refunded__gte', 0)), name='payment_totals_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='payments.bankaccount')),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('status', models.CharField(default='requested', max_length=12)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='payments.payoutbatch')),
                ('steps', models.PositiveIntegerField(default=0)),
                ('requested_by', models.UUIDField()),
                ('requested_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-requested_at'], name='payout_by_organisation'), models.Index(condition=models.Q(('status', 'requested')), fields=['currency'], name='payout_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lt', 9007199254740992)), name='payout_amount_positive'), models.CheckConstraint(condition=models.Q(('status__in', ['requested', 'sent', 'paid', 'failed', 'canceled'])), name='payout_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('batch__isnull', True), ('status__in', ['requested', 'canceled'])), models.Q(('batch__isnull', False), models.Q(('status__in', ['requested', 'canceled']), _negated=True)), _connector='OR'), name='payout_in_file_once_sent')],
            },
        ),
        migrations.CreateModel(
            name='PaymentStep',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='payments.payment')),
                ('seq', models.PositiveIntegerField()),
                ('before', models.CharField(max_length=24)),
                ('after', models.CharField(max_length=24)),
                ('authorized', models.BigIntegerField()),
                ('captured', models.BigIntegerField()),
                ('refunded', models.BigIntegerField()),
                ('fee', models.BigIntegerField()),
                ('failure_code', models.CharField(blank=True, default='', max_length=64)),
                ('cause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.cause')),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='payments.providerevent')),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('payment', 'seq'), name='payment_step_once')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment')),
                ('amount', models.BigIntegerField()),
                ('status', models.CharField(default='requested', max_length=12)),
                ('provider_ref', models.CharField(max_length=255, null=True)),
                ('cause', models.CharField(max_length=120)),
                ('requested_by', models.UUIDField(null=True)),
                ('failure_code', models.CharField(blank=True, default='', max_length=64)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('payment', 'cause'), name='refund_once_per_cause'), models.UniqueConstraint(fields=('payment', 'provider_ref'), name='refund_once_per_provider_ref'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount_positive'), models.CheckConstraint(condition=models.Q(('status__in', ['requested', 'pending', 'succeeded', 'failed'])), name='refund_status_known')],
            },
        ),
        migrations.CreateModel(
            name='PayoutStep',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('payout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='payments.payout')),
                ('seq', models.PositiveIntegerField()),
                ('before', models.CharField(blank=True, max_length=12)),
                ('after', models.CharField(max_length=12)),
                ('cause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.cause')),
                ('note', models.CharField(blank=True, default='', max_length=140)),
                ('by', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('payout', 'seq'), name='payout_step_once')],
            },
        ),
    )]

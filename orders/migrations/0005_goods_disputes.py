"""What the buyer says against goods, how that ends, and returns of which the seller takes a part."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.sealed
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable, thaw


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0004_pickings"),
    ]

    operations = [
        thaw("orders_goodsreturn"),
        thaw("orders_partreceipt"),
        thaw("orders_returnitem"),
        migrations.CreateModel(
            name='DisputeChange',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField()),
                ('event', models.CharField(max_length=24)),
                ('before', models.CharField(blank=True, max_length=12)),
                ('after', models.CharField(max_length=12)),
                ('actor', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('amount', models.BigIntegerField(null=True)),
                ('reason', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
            ],
            options={
                'ordering': ['dispute', 'seq'],
            },
        ),
        migrations.CreateModel(
            name='DisputeItem',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('quantity', models.CharField(max_length=40)),
                ('missing', models.CharField(max_length=40)),
            ],
            options={
                'ordering': ['dispute', 'id'],
            },
        ),
        migrations.CreateModel(
            name='GoodsDispute',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=24)),
                ('words', negotiation_hub.kernel.sealed.SealedText()),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('status', models.CharField(default='disputed', max_length=12)),
                ('proposal', models.UUIDField(null=True)),
                ('end', models.CharField(blank=True, max_length=12)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('share', models.BigIntegerField(null=True)),
                ('refund', models.BigIntegerField(null=True)),
                ('refunded_at', models.DateTimeField(null=True)),
                ('refunded_amount', models.BigIntegerField(null=True)),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='goodsreturn',
            name='return_reason_known',
        ),
        migrations.AddField(
            model_name='returnitem',
            name='agreed',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='disputeitem',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputed', to='orders.orderline'),
        ),
        migrations.AddField(
            model_name='goodsdispute',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='orders.order'),
        ),
        migrations.AddField(
            model_name='disputeitem',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='orders.goodsdispute'),
        ),
        migrations.AddField(
            model_name='disputechange',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='orders.goodsdispute'),
        ),
        migrations.AddField(
            model_name='goodsreturn',
            name='dispute',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goods_return', to='orders.goodsdispute'),
        ),
        migrations.AddField(
            model_name='partreceipt',
            name='dispute',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='part_receipt', to='orders.goodsdispute'),
        ),
        migrations.AddConstraint(
            model_name='goodsreturn',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['damaged', 'wrong_item', 'not_as_described', 'no_longer_wanted', 'not_received', 'other'])), name='return_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='goodsdispute',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['disputed', 'decided', 'resolved'])), name='dispute_status_known'),
        ),
        migrations.AddConstraint(
            model_name='goodsdispute',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['not_received', 'damaged', 'not_as_described', 'other'])), name='dispute_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='goodsdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'resolved'), _negated=True), ('end', ''), ('ended_at', None)), models.Q(models.Q(('end__in', ['received', 'withdrawn', 'replacement', 'refund', 'rejection', 'amended', 'ended'])), ('ended_at__isnull', False), ('status', 'resolved')), _connector='OR'), name='dispute_resolved_somehow'),
        ),
        migrations.AddConstraint(
            model_name='goodsdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('end', 'refund'), _negated=True), ('refund', None), ('refunded_amount', None), ('share', None)), models.Q(('end', 'refund'), ('refund__gt', 0), ('share__gte', models.F('refund'))), _connector='OR'), name='dispute_gives_back_of_its_share'),
        ),
        migrations.AddConstraint(
            model_name='goodsdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refunded_amount', None), ('refunded_at', None)), models.Q(('refund__gte', models.F('refunded_amount')), ('refunded_amount__gte', 0), ('refunded_at__isnull', False)), _connector='OR'), name='dispute_gives_back_what_was_agreed'),
        ),
        migrations.AddConstraint(
            model_name='disputeitem',
            constraint=models.UniqueConstraint(fields=('dispute', 'line'), name='disputeitem_line_once'),
        ),
        migrations.AddConstraint(
            model_name='disputechange',
            constraint=models.UniqueConstraint(fields=('dispute', 'seq'), name='disputechange_seq_once'),
        ),
        migrations.AddConstraint(
            model_name='disputechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('outcome', 'refund')), models.Q(models.Q(('outcome', 'refund'), _negated=True), ('amount', None)), _connector='OR'), name='disputechange_sum_of_a_refund'),
        ),
        immutable(
            "orders_goodsreturn",
            may_change=["status", "outcome", "carrier", "tracking", "closed_at", "sellable", "share", "refunded_at", "refunded_amount"],
            may_reseal=["note"],
        ),
        immutable("orders_partreceipt", may_change=["released_at", "released_amount", "released_fee"]),
        immutable("orders_returnitem", may_change=["stocked", "agreed"]),
        immutable(
            "orders_goodsdispute",
            may_change=["status", "proposal", "end", "ended_at", "ended_by", "share", "refund", "refunded_at", "refunded_amount"],
            may_reseal=["words"],
        ),
        immutable("orders_disputeitem"),
        immutable("orders_disputechange", may_reseal=["reason"]),
    ]

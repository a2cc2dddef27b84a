"""What a buyer's canceling has cost."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cancellation',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('by', models.UUIDField()),
                ('cost', models.BigIntegerField()),
                ('canceled_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('released_amount', models.BigIntegerField(null=True)),
                ('released_fee', models.BigIntegerField(null=True)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='cancellation', to='orders.order')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('cost__gt', 0)), name='cancellation_cost_positive')],
            },
        ),
        immutable("orders_cancellation", may_change=["released_at", "released_amount", "released_fee"]),
    ]

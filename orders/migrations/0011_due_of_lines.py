"""When each line of an order is to be there, where that was agreed."""

from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable, thaw


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_deliveries")]

    operations = [
        thaw("orders_orderline"),
        migrations.AddField("orderline", "due", models.DateField(null=True)),
        immutable("orders_orderline"),
    ]

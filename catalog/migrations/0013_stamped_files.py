"""A seller has each buyer's copy of a file stamped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_stock_changes")]

    operations = [migrations.AddField("listingfile", "stamp", models.BooleanField(default=False))]

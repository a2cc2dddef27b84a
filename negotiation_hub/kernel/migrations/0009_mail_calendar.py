"""A mail may carry a date for the reader's calendar."""

from django.db import migrations

from negotiation_hub.kernel import sealed


class Migration(migrations.Migration):
    dependencies = [("kernel", "0008_sealed")]

    operations = [migrations.AddField("mail", "calendar", sealed.SealedText(null=True))]

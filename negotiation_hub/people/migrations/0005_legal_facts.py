"""What an organisation says of itself on its invoices."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_second_factor_rule")]

    operations = [
        migrations.CreateModel(
            name="LegalFacts",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="legal_facts",
                        serialize=False,
                        to="people.organisation",
                    ),
                ),
                ("street", models.CharField(max_length=200)),
                ("postal_code", models.CharField(blank=True, max_length=20)),
                ("city", models.CharField(max_length=100)),
                ("country", models.CharField(max_length=2)),
                ("vat_id", models.CharField(blank=True, max_length=40)),
                ("registration", models.CharField(blank=True, max_length=40)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]

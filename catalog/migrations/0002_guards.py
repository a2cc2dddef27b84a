"""What was told, held, moved and stamped never changes; and what the search needs in each database."""

from django.db import migrations

from catalog import indexing
from negotiation_hub.kernel.guards import immutable


def install(_apps, schema_editor):
    indexing.install(schema_editor)


def remove(_apps, schema_editor):
    indexing.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_tables")]

    operations = [
        immutable("catalog_attribution"),
        immutable("catalog_consent"),
        immutable("catalog_stockhold", may_change=["pieces", "gone", "returned_at"]),
        immutable("catalog_stockmove"),
        immutable("catalog_visit"),
        migrations.RunPython(install, remove),
    ]

"""Storefronts, files, counted stock, private floors, and what the search needs in each database."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
from django.conf import settings
from django.db import migrations, models

from catalog import indexing
from negotiation_hub.kernel.guards import immutable


def install_search(_apps, schema_editor):
    indexing.install(schema_editor)


def remove_search(_apps, schema_editor):
    indexing.remove(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0001_initial'),
        ('kernel', '0003_authority'),
        ('people', '0002_authority'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListingFile',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('cause', models.UUIDField()),
                ('change', models.IntegerField()),
                ('reason', models.CharField(choices=[('counted', 'counted'), ('taken', 'taken'), ('returned', 'returned')], max_length=16)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Storefront',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='storefront', serialize=False, to='people.organisation')),
                ('story', models.TextField(blank=True)),
                ('policies', models.TextField(blank=True)),
                ('contact', models.CharField(blank=True, max_length=200)),
                ('published', models.BooleanField(default=False)),
                ('updated_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='listing',
            name='floor_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='listing',
            name='stock',
            field=models.IntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('floor_minor', None), models.Q(('floor_minor__gt', 0), ('floor_minor__lte', models.F('price_minor'))), _connector='OR'), name='listing_floor_possible'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('stock', None), ('stock__gte', 0), _connector='OR'), name='listing_stock_possible'),
        ),
        migrations.AddField(
            model_name='listingfile',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file'),
        ),
        migrations.AddField(
            model_name='listingfile',
            name='listing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='catalog.listing'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='listing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_moves', to='catalog.listing'),
        ),
        migrations.AddConstraint(
            model_name='listingfile',
            constraint=models.UniqueConstraint(fields=('listing', 'order'), name='listing_file_order_once'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.UniqueConstraint(fields=('cause', 'listing'), name='stock_move_once_per_cause'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(('change', 0), _negated=True), name='stock_move_moves'),
        ),
        immutable('catalog_stockmove'),
        migrations.RunPython(install_search, remove_search),
    ]

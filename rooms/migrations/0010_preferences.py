"""What a side wants in a room, for that side only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0009_supervision'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=6)),
                ('revision', models.PositiveIntegerField()),
                ('issues', models.JSONField()),
                ('alternative', models.PositiveSmallIntegerField(null=True)),
                ('notes', models.TextField(blank=True)),
                ('set_at', models.DateTimeField()),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preferences', to='rooms.room')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'side'), name='preferences_once_per_side'), models.CheckConstraint(condition=models.Q(('alternative__isnull', True), ('alternative__lte', 10000), _connector='OR'), name='preferences_alternative_in_basis_points')],
            },
        ),
    ]

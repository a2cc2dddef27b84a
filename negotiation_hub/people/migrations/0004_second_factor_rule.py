"""Above how much an organisation asks for a second factor."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_guests'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactorRule',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='second_factor_rule', serialize=False, to='people.organisation')),
                ('minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='second_factor_rule_above_zero')],
            },
        ),
    ]

"""What an agreement pins beside its offer, such as a board."""

from django.db import migrations, models

from negotiation_hub.kernel import guards


class Migration(migrations.Migration):
    dependencies = [("rooms", "0002_guards")]

    operations = [
        guards.thaw("rooms_agreement"),
        migrations.AddField("agreement", "annexes", models.JSONField(default=list)),
        guards.immutable("rooms_agreement"),
    ]

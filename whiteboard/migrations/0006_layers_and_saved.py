"""A side may have a layer of the board to itself; versions may be saved under names."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel import guards

BY = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("whiteboard", "0005_authors"),
    ]

    operations = [
        guards.thaw("whiteboard_boardversion"),
        migrations.RemoveConstraint("boardversion", "board_version_once"),
        migrations.AddField(
            "boardversion", "by", models.ForeignKey(to=settings.AUTH_USER_MODEL, **BY)
        ),
        migrations.AddField("boardversion", "name", models.CharField(blank=True, default="", max_length=100)),
        migrations.AddConstraint(
            "boardversion",
            models.UniqueConstraint(fields=("board", "seq", "reason"), name="board_version_once"),
        ),
        guards.immutable("whiteboard_boardversion", may_change=["picture_id"]),
        migrations.AddField("board", "side", models.CharField(blank=True, default="", max_length=10)),
        migrations.AlterField("board", "room", models.UUIDField()),
        migrations.AddConstraint("board", models.UniqueConstraint(fields=("room", "side"), name="board_once")),
    ]

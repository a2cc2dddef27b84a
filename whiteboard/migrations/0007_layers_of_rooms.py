"""Each side of every room that was opened before gets a layer of its own."""

from django.db import migrations

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.ids import uuid7


def open_layers(apps, schema_editor):
    Stream, Board = apps.get_model("kernel", "Stream"), apps.get_model("whiteboard", "Board")
    boards = Board.objects.filter(side="").order_by("pk")
    for room_id, created_at in boards.values_list("room", "created_at"):
        for side in ("buyer", "seller"):
            layer = uuid7()
            Stream.objects.create(
                id=layer, kind="layer", scope=room_id, side=side, head_hash=stream.genesis(layer)
            )
            Board.objects.create(id=layer, room=room_id, side=side, created_at=created_at)


class Migration(migrations.Migration):
    dependencies = [
        ("whiteboard", "0006_layers_and_saved"),
        ("kernel", "0007_remembered"),
    ]

    operations = [migrations.RunPython(open_layers, migrations.RunPython.noop)]

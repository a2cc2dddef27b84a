"""Every room that was opened before there were boards gets one."""

from django.db import migrations

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.ids import uuid7


def open_boards(apps, schema_editor):
    Room, Stream, Board = (
        apps.get_model(*name) for name in (("rooms", "Room"), ("kernel", "Stream"), ("whiteboard", "Board"))
    )
    rooms = Room.objects.exclude(pk__in=Board.objects.values("room")).order_by("pk")
    for room_id, opened_at in rooms.values_list("pk", "opened_at"):
        board_id = uuid7()
        Stream.objects.create(
            id=board_id, kind="board", scope=room_id, side="", head_hash=stream.genesis(board_id)
        )
        Board.objects.create(id=board_id, room=room_id, created_at=opened_at)


class Migration(migrations.Migration):
    dependencies = [
        ("whiteboard", "0002_guards"),
        ("rooms", "0004_origin"),
        ("kernel", "0003_authority"),
    ]

    operations = [migrations.RunPython(open_boards, migrations.RunPython.noop)]

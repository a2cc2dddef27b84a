"""A moderator steps in or back: their open sockets learn what they may do now."""

from django.db import migrations

from negotiation_hub.kernel import authority


class Migration(migrations.Migration):
    dependencies = [("rooms", "0005_approvals_and_supervision"), ("kernel", "0003_authority")]

    operations = [authority.watched("rooms_participant", "user_id", updates=["mode"], events=["update"])]

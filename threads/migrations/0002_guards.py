"""What came by mail never changes; who is in a thread is counted, so that open sockets are checked again."""

from django.db import migrations

from negotiation_hub.kernel import authority
from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_tables"), ("kernel", "0001_tables")]

    operations = [
        immutable("threads_postmail"),
        authority.watched("threads_member", "user_id", updates=["user_id", "thread_id"]),
    ]

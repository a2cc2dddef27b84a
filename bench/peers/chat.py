"""The chat of the Channels tutorial, on daphne with the in-memory layer.

With `PERSIST=1` it stores each message with one `acreate` before it sends it on, in the database that
`DATABASE_URL` names, on SQLite with the settings that our product uses.
"""

# ruff: noqa: ANN001, ANN201 - the consumer is written as the tutorial has it

import json
import os
import sys

import dj_database_url
import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

DATABASE = dj_database_url.parse(os.environ.get("DATABASE_URL") or "sqlite://:memory:", conn_max_age=None)
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
settings.configure(
    SECRET_KEY="nothing here is secret",  # noqa: S106 - no session is ever made
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    DATABASES={"default": DATABASE},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "channels",
    ],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - Django must be set up first
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.db import connection, models  # noqa: E402

PERSIST = os.environ.get("PERSIST") == "1"


class Message(models.Model):
    room = models.CharField(max_length=64, db_index=True)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat"


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        if PERSIST:
            await Message.objects.acreate(room=self.room_name, text=message)
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))


application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter([re_path(r"ws/chat/(?P<room_name>[\w-]+)/$", ChatConsumer.as_asgi())])
            )
        ),
    }
)

if __name__ == "__main__" and sys.argv[1:] == ["make-table"]:
    with connection.schema_editor() as editor:
        editor.create_model(Message)

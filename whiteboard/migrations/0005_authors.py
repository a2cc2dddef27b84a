"""Who drew an element first: whoever changed it last, where that is all that is known."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

AUTHOR = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


def from_last(apps, schema_editor):
    apps.get_model("whiteboard", "Element").objects.update(author=F("by"))


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("whiteboard", "0004_images"),
    ]

    operations = [
        migrations.AddField("element", "author", models.ForeignKey(null=True, **AUTHOR)),
        migrations.RunPython(from_last, migrations.RunPython.noop),
        migrations.AlterField("element", "author", models.ForeignKey(**AUTHOR)),
    ]

"""Jobs and mails are sealed, as is what services append to the streams of rooms; people have secrets."""

from django.db import migrations, models

from negotiation_hub.kernel import guards, sealed


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_remembered")]

    operations = [
        migrations.CreateModel(
            name="SubjectSecret",
            fields=[
                ("subject", models.UUIDField(primary_key=True, serialize=False)),
                ("secret", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterField("job", "payload", sealed.Sealed()),
        migrations.AlterField("mail", "html", sealed.SealedText(blank=True, default="")),
        migrations.AlterField("mail", "text", sealed.SealedText()),
        guards.thaw("kernel_event"),
        guards.immutable("kernel_event", may_clear=["salt", "content"], may_reseal=["content"]),
    ]

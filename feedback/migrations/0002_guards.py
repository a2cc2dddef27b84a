"""What was asked and answered never changes."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_tables")]

    operations = [
        immutable("feedback_answer"),
        immutable("feedback_invitation", may_change=["answered_at"]),
        immutable("feedback_surveyversion"),
    ]

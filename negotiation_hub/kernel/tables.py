"""The tables of an app, made in one step: the first migration of each app."""

from typing import Any

from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation


class Tables(Operation):
    """Creates tables, in an order in which each refers only to those before it.

    Django makes all related models anew for each table that is added to a state which it has shown before.
    With more than a hundred tables that was most of a first start; here they are made once for each app.
    """

    reversible = True

    def __init__(self, *models: CreateModel) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Adds the models to a state that makes its classes when they are asked for."""
        state.__dict__.pop("apps", None)  # as ProjectState.clear_delayed_apps_cache does
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Creates the tables."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drops them, the last one first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What the migration's plan says."""
        return f"Create {len(self.models)} tables"

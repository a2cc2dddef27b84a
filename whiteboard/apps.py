"""The shared whiteboard: what both sides draw, kept as a stream, frozen into agreements."""

from typing import Any

from django.apps import AppConfig


class WhiteboardConfig(AppConfig):
    name = "whiteboard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Gives every room a board, every agreement its annex, and registers the jobs."""
        import orjson

        from negotiation_hub.kernel import wire
        from orders import hooks as orders
        from rooms import hooks
        from whiteboard import jobs, pictures, services  # noqa: F401 - importing them registers the jobs

        def with_elements(body: dict[str, Any]) -> dict[str, Any]:
            # In the log an element is text, as the log knows no floats; on the wire it is itself.
            return {"elements": [orjson.Fragment(content) for content in body["elements"]]}

        wire.presenters["board.drawn"] = with_elements
        hooks.opened.append(services.open_board)
        hooks.annexes.append(services.freeze)
        orders.annex_pictures.append(pictures.of_annex)

"""The front door of pages."""

from django.urls import include, path

from negotiation_hub import health
from negotiation_hub.api import api

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("accounts/auth/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("-/", include("negotiation_hub.devtools.urls")),
    path("demo/story/", include("negotiation_hub.demo.urls")),
    path("", include("negotiation_hub.people.urls")),
    path("", include("payments.urls")),
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("", include("rooms.urls")),
    path("", include("threads.urls")),
    path("", include("whiteboard.urls")),
    path("", include("feedback.urls")),
    path("", include("desk.urls")),
]

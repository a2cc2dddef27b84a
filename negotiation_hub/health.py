"""Is it alive, can it serve, and how is it doing."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from negotiation_hub.kernel.hub import hub
from negotiation_hub.kernel.models import Job

_waiting = Gauge("hub_jobs_waiting", "Jobs of the outbox that are not done")
_sockets = Gauge("hub_sockets", "Sockets of this process")
_streams = Gauge("hub_streams", "Streams that are open in this process")
_writing = Gauge("hub_writer_waiting", "Events that wait for the group-commit writer of this process")
_failed = Gauge("hub_jobs_failed", "Jobs of the outbox that were given up")


def alive(request: HttpRequest) -> JsonResponse:
    """The process answers. Says nothing of what it depends on: restarting it would not mend a database."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> JsonResponse:
    """The process can serve: its database answers and has every table."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if missing:
        return JsonResponse({"status": "migrations missing"}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus."""
    _waiting.set(Job.objects.filter(done_at=None, failed_at=None).count())
    _failed.set(Job.objects.filter(failed_at__isnull=False).count())
    _sockets.set(len(hub.members))
    _streams.set(sum(1 for _ in hub.topics()))
    _writing.set(hub.writer.waiting)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)

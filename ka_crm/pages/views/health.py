"""Whether this installation is alive and ready, for machines; no login, no details."""

import os
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ka_crm.lib import clock
from segmentation.queries import current_run

_WAIT_SECONDS = 2


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and broker answer; 503 otherwise. The age of the current run is told, not judged."""
    database, age = _database()
    broker = _broker()
    is_ready = database and broker
    body: dict[str, Any] = {
        "status": "ready" if is_ready else "not ready",
        "database": "ok" if database else "unreachable",
        "broker": "ok" if broker else "unreachable",
        "last_run_age_hours": age,
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def _database() -> tuple[bool, float | None]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        run = current_run()
    except DatabaseError:
        return False, None
    if run is None or run.completed_at is None:
        return True, None
    return True, round((clock.now() - run.completed_at).total_seconds() / 3600, 1)


def _broker() -> bool:
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folder:
        return os.access(folder, os.W_OK)
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=_WAIT_SECONDS)
    except Exception:  # any failure of any broker
        return False
    return True

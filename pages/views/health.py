"""What does a monitor learn about this installation?"""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.health import check_health


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database and Redis answer, else 503.

    Work that is late is said, and no reason for a 503: the pages work, and no monitor should take them away for it.
    """
    found = check_health(timezone.now())
    return JsonResponse(
        {
            "status": "ok" if found.is_up else "unavailable",
            "database": "ok" if found.has_database else "unavailable",
            "redis": "ok" if found.has_redis else "unavailable",
            "oldest_waiting_delivery_seconds": found.oldest_waiting_seconds,
            "clock_pulse_seconds": found.clock_seconds,
            "lanes": {
                name: {
                    "oldest_waiting_seconds": lane.oldest_waiting_seconds,
                    "worker_pulse_seconds": lane.pulse_seconds,
                }
                for name, lane in found.lanes.items()
            },
            "late": found.late,
        },
        status=200 if found.is_up else 503,
    )

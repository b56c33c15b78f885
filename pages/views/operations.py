"""How does whoever runs the site see how it runs?"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import civic_required
from notifications.selectors.operation import COUNTED_UP_TO
from pages.operations import operations_at


@civic_required("notifications.see_operations")
@never_cache
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Lanes, what is stuck, and alerts, as they are at this moment."""
    now = timezone.now()
    context = {
        "operations": operations_at(now),
        "now": now,
        "counted_up_to": COUNTED_UP_TO,
        "has_operators": bool(settings.OPERATOR_EMAILS),
        "has_mail": settings.HAS_MAIL_SERVER or settings.DEMO,
    }
    return render(request, "pages/operations.html", context)

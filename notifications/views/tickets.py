"""How does a page get its ticket to the live stream?"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from notifications import tickets
from notifications.selectors import channels_of


@never_cache
@require_POST
def ticket(request: HttpRequest) -> HttpResponse:
    """Set the cookie for what the signed-in person may hear; 403 for visitors. Not below /live/: no database there."""
    at = timezone.now()
    if not isinstance(request.user, User):
        return HttpResponse(status=403)
    response = HttpResponse(status=204)
    tickets.set_cookie(response, channels=channels_of(request.user), at=at)
    return response

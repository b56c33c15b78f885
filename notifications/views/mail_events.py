"""Where does a mail provider tell of mail that came back?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.limits import caller_of, seconds_to_wait
from notifications import services
from notifications.gateways import mail_events as gateway

REFUSED_A_MINUTE = 20


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_events(request: HttpRequest, provider: str) -> HttpResponse:
    """Take in what the provider of this installation tells; it proves itself by a secret and its signature.

    Some look with HEAD whether there is anybody.
    """
    if not gateway.listens_to(provider):
        raise Http404
    try:
        events = gateway.read_events(request, provider) if request.method == "POST" else []
    except (gateway.NotFromProvider, gateway.Unreadable):
        too_many = seconds_to_wait("mail-events", caller_of(request), count=REFUSED_A_MINUTE, seconds=60)
        return HttpResponse(status=429 if too_many else 400)
    for event in events:
        services.record_mail_came_back(
            provider=event.provider,
            event_id=event.event_id,
            kind=event.kind,
            email=event.email,
            is_complaint=event.is_complaint,
            words=event.words,
            at=timezone.now(),
        )
    return HttpResponse()

"""What would have been mailed, if this were not the demo?"""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.mail_frames import framed, page_with_frames
from pages.selectors import caught_mails, find_caught_mail

PAGE_SIZE = 30


@never_cache
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponseBase:
    """Newest first, all or those to one address. Open to everybody: nobody in the demo is real."""
    address = request.GET.get("address", "").replace("\0", "").strip()
    before = request.GET.get("before", "")
    mails = caught_mails(address=address, before=int(before) if before.isdecimal() else None, size=PAGE_SIZE + 1)
    older_url = ""
    if len(mails) > PAGE_SIZE:
        mails = mails[:PAGE_SIZE]
        older_url = "?" + urlencode({"address": address, "before": mails[-1].pk})
    context = {"mails": mails, "address": address, "older_url": older_url, "newer_url": "?" if before else ""}
    return page_with_frames(request, "pages/demo_mail.html", context)


@never_cache
@require_safe
def demo_mail_html(request: HttpRequest, mail_id: int) -> HttpResponseBase:
    """What the frame beside a mail's text shows."""
    mail = find_caught_mail(mail_id)
    if mail is None or not mail.html:
        raise Http404
    return framed(request, mail.html)

"""What would have been mailed, if this were not the demo?"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.selectors import caught_mails

PAGE_SIZE = 30


@never_cache
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Newest first, all or those to one address. Open to everybody: nobody in the demo is real."""
    address = request.GET.get("address", "").replace("\0", "").strip()
    before = request.GET.get("before", "")
    mails = caught_mails(address=address, before=int(before) if before.isdecimal() else None, size=PAGE_SIZE + 1)
    older_url = ""
    if len(mails) > PAGE_SIZE:
        mails = mails[:PAGE_SIZE]
        older_url = "?" + urlencode({"address": address, "before": mails[-1].pk})
    context = {"mails": mails, "address": address, "older_url": older_url, "newer_url": "?" if before else ""}
    answer = render(request, "pages/demo_mail.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer

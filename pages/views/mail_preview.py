"""What does each mail look like that this installation sends?"""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import civic_required
from pages.mail_frames import framed, page_with_frames
from pages.mail_samples import SAMPLES, Sample, find_sample

PERMISSION = "notifications.see_operations"


@civic_required(PERMISSION)
@never_cache
@require_safe
def mail_samples(request: HttpRequest) -> HttpResponse:
    """Every mail there is, by what it is about."""
    groups = [(name, list(samples)) for name, samples in groupby(SAMPLES, key=lambda sample: sample.group)]
    return render(request, "pages/mail_samples.html", {"groups": groups})


@civic_required(PERMISSION)
@never_cache
@require_safe
def mail_sample(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of them, as HTML and as text, with people who do not exist."""
    sample = _sample(name)
    return page_with_frames(request, "pages/mail_sample.html", {"sample": sample, "mail": sample.written()})


@civic_required(PERMISSION)
@never_cache
@require_safe
def mail_sample_html(request: HttpRequest, name: str) -> HttpResponseBase:
    """What the frame on that page shows."""
    return framed(request, _sample(name).written().html)


def _sample(name: str) -> Sample:
    if sample := find_sample(name):
        return sample
    raise Http404

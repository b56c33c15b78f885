"""How does a neighbor give their word for somebody, and how does somebody take it up?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import resident_required
from accounts.models import User
from commands.views.standing import LINKS_A_DAY
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait
from neighborhoods.models import VouchLink
from neighborhoods.rules import VOUCHES_A_YEAR, VouchLinkKind
from neighborhoods.selectors import find_residency
from neighborhoods.selectors.proofs import count_vouches_promised, open_links, vouches_for, vouches_given_by
from neighborhoods.services.vouches import (
    CannotVouch,
    UnknownLink,
    look_at_link,
    make_invitation,
    take_back_link,
    use_link,
)

LINKS_OPENED_AN_HOUR = 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@resident_required
def vouching(request: HttpRequest) -> HttpResponse:
    """One's own word: given to whom, promised by which links, how often this year; POST makes an invitation."""
    person = request.user
    assert isinstance(person, User)
    home = find_residency(person.pk)
    if home is None or home.neighborhood is None:
        return redirect("commands:residency")
    new_link = ""
    if request.method == "POST":
        if seconds_to_wait("vouch-links", caller_of(request), count=LINKS_A_DAY, seconds=86_400):
            messages.error(request, "Those were many links for one day. Send one you have, or come back tomorrow.")
            return redirect("commands:vouching")
        try:
            token = make_invitation(person=person, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("commands:vouching")
        new_link = request.build_absolute_uri(f"/vouch/{token}/")
    now = timezone.now()
    context = {
        "home": home,
        "new_link": new_link,
        "open_links": list(open_links(person.pk, VouchLinkKind.INVITATION, now)),
        "given": vouches_given_by(person.pk),
        "left": max(VOUCHES_A_YEAR - count_vouches_promised(person.pk, now), 0),
        "a_year": VOUCHES_A_YEAR,
    }
    return render(request, "commands/vouching.html", context)


@resident_required
@require_POST
def take_back_vouch_link(request: HttpRequest, link_id: int) -> HttpResponse:
    """Make a link of one's own useless."""
    assert isinstance(request.user, User)
    try:
        link = take_back_link(link_id=link_id, person=request.user, at=timezone.now())
    except VouchLink.DoesNotExist as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("commands:vouching")
    messages.success(request, "Taken back. Whoever has the link can no longer use it.")
    return redirect("commands:vouching" if link.kind == VouchLinkKind.INVITATION else "commands:residency")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where a neighbor's link leads: who is behind it, and a button that makes it count.

    To visitors every link looks the same, so nobody learns from one which links are there.
    """
    person = request.user
    if not isinstance(person, User):
        return render(request, "commands/vouch_visitor.html")
    return _vouch_of_resident(request, token)


@resident_required
def _vouch_of_resident(request: HttpRequest, token: str) -> HttpResponse:
    person = request.user
    assert isinstance(person, User)
    wait = seconds_to_wait("vouch", caller_of(request), count=LINKS_OPENED_AN_HOUR, seconds=3600)
    if wait:
        refusal = f"Those were many links. Wait {wait // 60 + 1} minutes, then open this one again."
        return render(request, "commands/vouch_refused.html", {"refusal": refusal}, status=429)
    step = use_link if request.method == "POST" else look_at_link
    try:
        offer = step(token=token, person=person, at=timezone.now())
    except UnknownLink as error:
        return render(request, "commands/vouch_refused.html", {"refusal": str(error), "is_unknown": True}, status=404)
    except CannotVouch as error:
        context = {"refusal": str(error), "home": find_residency(person.pk)}
        return render(request, "commands/vouch_refused.html", context, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return render(request, "commands/vouch.html", {"offer": offer})
    if not offer.is_invitation:
        messages.success(request, f"Thank you. {offer.newcomer.public_name} has your word.")
        return redirect("commands:vouching")
    if offer.newcomer_home.is_verified:
        messages.success(request, "Two neighbors have vouched for you. You can answer in public now.")
    else:
        count = len(vouches_for(offer.newcomer_home.pk))
        messages.success(request, f"{offer.voucher.public_name} has vouched for you: {count} of 2.")
    return redirect("commands:residency")

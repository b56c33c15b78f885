"""What does somebody see whose home is known: which ways of proving it stand where, and what to do until then?"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import resident_required
from accounts.models import User
from commands.code_form import CodeForm
from commands.selectors import commands_for
from commands.views.places import map_of
from core.errors import DomainError
from core.limits import caller_of, seconds_to_wait
from neighborhoods.models import Residency
from neighborhoods.rules import VouchLinkKind
from neighborhoods.selectors import find_residency, sides_of
from neighborhoods.selectors.proofs import address_lines, is_home_kept, letter_standing, open_links, vouches_for
from neighborhoods.services import acknowledge_move, choose_side
from neighborhoods.services.homes import keep_home
from neighborhoods.services.letters import ask_for_letter, give_code
from neighborhoods.services.residencies import NoResidency, end_residency
from neighborhoods.services.vouches import make_request

CODES_AN_HOUR = 20
LINKS_A_DAY = 20


def standing_page(
    request: HttpRequest, home: Residency, *, form: CodeForm | None = None, new_link: str = "", status: int = 200
) -> HttpResponse:
    """The page of a home that lies in a neighborhood.

    Args:
        form: With what was typed into it; an empty one unless given.
        new_link: Of a request that was made just now, shown this one time.
    """
    assert home.neighborhood is not None
    context: dict[str, Any] = {
        "home": home,
        "address": address_lines(home.pk),
        "is_kept": is_home_kept(home.pk),
        "sides": sides_of(home) if home.asks_where_since else [],
        "commands": commands_for(home.neighborhood.pk),
        "map": map_of(home.neighborhood),
    }
    if not home.is_verified:
        now = timezone.now()
        context |= {
            "form": form or CodeForm(initial={"code": request.GET.get("code", "")}),
            "letter": letter_standing(home, now),
            "vouches": vouches_for(home.pk),
            "new_link": new_link,
            "verification_desk": settings.VERIFICATION_DESK,
            "open_links": list(open_links(home.person_id, VouchLinkKind.REQUEST, now)),
        }
    return render(request, "commands/residency_standing.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@resident_required
def code(request: HttpRequest) -> HttpResponse:
    """Where the square on a letter leads: the code is filled in, and confirming is by the button."""
    assert isinstance(request.user, User)
    home = find_residency(request.user.pk)
    if home is None or home.neighborhood is None or home.is_verified:
        return redirect("commands:residency")
    if request.method != "POST":
        return standing_page(request, home)
    form = CodeForm(request.POST)
    wait = seconds_to_wait("letter-code", caller_of(request), count=CODES_AN_HOUR, seconds=3600)
    if wait:
        form.add_error("code", f"Those were many tries. Wait {wait // 60 + 1} minutes, then try again.")
        return standing_page(request, home, form=form, status=429)
    if form.is_valid():
        try:
            give_code(person=request.user, code=form.cleaned_data["code"], at=timezone.now())
        except NoResidency as error:
            messages.error(request, str(error))
            return redirect("commands:residency")
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, f"Confirmed: you live in {home.neighborhood}. You can answer in public now.")
            return redirect("commands:residency")
    return standing_page(request, home, form=form, status=422)


@resident_required
@require_POST
def send_letter(request: HttpRequest) -> HttpResponse:
    """Ask for a letter, the first or another."""
    assert isinstance(request.user, User)
    try:
        ask_for_letter(person=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "We will print your letter with the next ones. It takes 3 to 5 days to arrive.")
    return redirect("commands:residency")


@never_cache
@resident_required
@require_POST
def ask_neighbors(request: HttpRequest) -> HttpResponse:
    """Make a link to send to neighbors, and show it this one time."""
    assert isinstance(request.user, User)
    home = find_residency(request.user.pk)
    if home is None or home.neighborhood is None:
        return redirect("commands:residency")
    if seconds_to_wait("vouch-links", caller_of(request), count=LINKS_A_DAY, seconds=86_400):
        messages.error(request, "Those were many links for one day. Send one you have, or come back tomorrow.")
        return redirect("commands:residency")
    try:
        token = make_request(person=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("commands:residency")
    return standing_page(request, home, new_link=request.build_absolute_uri(f"/vouch/{token}/"))


@resident_required
@require_POST
def keep_address(request: HttpRequest) -> HttpResponse:
    """Keep the exact home after it is confirmed, or let it be erased."""
    assert isinstance(request.user, User)
    is_kept = request.POST.get("keep") == "yes"
    try:
        keep_home(person=request.user, is_kept=is_kept)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        told = "We keep your address, encrypted." if is_kept else "We erase your address once your home is confirmed."
        messages.success(request, told)
    return redirect("commands:residency")


@resident_required
@require_POST
def leave_neighborhood(request: HttpRequest) -> HttpResponse:
    """End one's own residency; the account stays."""
    assert isinstance(request.user, User)
    home = find_residency(request.user.pk)
    # The page names the home it asked about: a second click, or one made after a move, ends nothing else.
    if home is not None and request.POST.get("home") == str(home.pk):
        end_residency(residency_id=home.pk, at=timezone.now())
        messages.success(request, "Your home here has ended. You can still read every police post.")
    return redirect("commands:residency")


@resident_required
@require_POST
def follow_boundary(request: HttpRequest) -> HttpResponse:
    """Say on which side of a moved boundary the home is, or that one has read where it counts now."""
    assert isinstance(request.user, User)
    side = request.POST.get("side")
    if side is None:
        acknowledge_move(person=request.user)
        return redirect("commands:residency")
    try:
        home = choose_side(person=request.user, neighborhood_id=int(side) if side.isdecimal() and len(side) < 19 else 0)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Your home counts in {home.neighborhood} now.")
    return redirect("commands:residency")

"""What can people see and change about their own account?"""

from allauth.account.views import logout as allauth_logout
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.access import ask_for_second_factor, asked_again, resident_required, signed_in
from accounts.forms import LeaveForm, NameForm
from accounts.models import User
from accounts.own_data import moment, own_data
from accounts.retention import is_held
from core.errors import DomainError

LEFT = "You have left. Your account is gone, and you can still read every police post."
LEFT_UNDER_HOLD = (
    "You have left, and your account is closed. The city must keep your data for a legal matter; they are deleted when "
    "it ends. You can still read every police post."
)
# Browsers heed it over HTTPS and at localhost alone. Not "cookies": those that have to go are taken back one by one.
FORGET_DRAFTS = '"storage"'


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Name, e-mail, home, keys and programs, each with where to change it."""
    assert isinstance(request.user, User)
    return render(request, "accounts/home.html", {"has_second_factor": selectors.has_second_factor(request.user.pk)})


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """allauth's page, and the browser forgets what the site's pages kept in it: drafts that were not sent."""
    answer: HttpResponseBase = allauth_logout(request)
    if request.method == "POST":
        answer["Clear-Site-Data"] = FORGET_DRAFTS
    return answer


@signed_in
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Keep this browser and let go of all others, and of programs."""
    assert isinstance(request.user, User)
    services.sign_out_elsewhere(person=request.user, here=request.session.session_key)
    messages.success(request, "Every other browser is signed out, and no token works any more.")
    return redirect("accounts:home")


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """What a resident is called; staff are called what the city calls them."""
    assert isinstance(request.user, User)
    person = User.objects.get(pk=request.user.pk)
    form = NameForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_name(person=person, at=timezone.now(), **form.cleaned_data)
        except services.RenamedLately as error:
            form.add_error("full_name", str(error))
        else:
            person.refresh_from_db()
            messages.success(request, f"Neighbors and police see you as “{person.public_name}” now.")
            return redirect("accounts:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/name.html", {"form": form}, status=status)


@signed_in
@asked_again
@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about oneself, to read."""
    assert isinstance(request.user, User)
    return render(request, "accounts/data.html", {"sections": own_data(request.user)})


@signed_in
@asked_again
@never_cache
@require_safe
def data_json(request: HttpRequest) -> HttpResponse:
    """The same as a file for programs."""
    assert isinstance(request.user, User)
    sections = [
        {"title": section.title, "rows": section.rows} for section in own_data(request.user, with_pictures=True)
    ]
    answer = JsonResponse(
        {"made": moment(timezone.now()), "sections": sections}, json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="porchlight-my-data.json"'
    return answer


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponseBase:
    """Say what goes and what stays, and end the account of whoever means it."""
    assert isinstance(request.user, User)
    if request.user.is_police_or_civic_staff:
        refusal = {"explanation": str(services.StaffCannotLeave())}
        return render(request, "errors/403.html", refusal, status=403)
    return _leave(request)


@asked_again
def _leave(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    is_under_hold = is_held(request.user.pk)
    if request.method == "POST" and form.is_valid():
        services.leave(person=request.user, at=timezone.now())
        logout(request)
        messages.success(request, LEFT_UNDER_HOLD if is_under_hold else LEFT)
        answer = redirect("/")
        answer["Clear-Site-Data"] = FORGET_DRAFTS
        return answer
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "is_held": is_under_hold}
    return render(request, "accounts/leave.html", context, status=status)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponseBase:
    """The person's API tokens; POST makes one and shows it this one time, to whoever has shown a key of theirs."""
    person = request.user
    assert isinstance(person, User)
    if person.is_police_or_civic_staff and not selectors.has_second_factor(person.pk):
        return ask_for_second_factor(request)
    return _make_token(request) if request.method == "POST" else _tokens_page(request)


@asked_again
def _make_token(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    try:
        return _tokens_page(request, services.issue_token(person=request.user))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("accounts:tokens")


def _tokens_page(request: HttpRequest, new_token: str | None = None) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {"tokens": selectors.tokens_of(request.user.pk), "new_token": new_token}
    return render(request, "accounts/tokens.html", context)


@signed_in
@require_POST
def revoke_token(request: HttpRequest, token_key: str) -> HttpResponse:
    """Take back one of one's own tokens."""
    assert isinstance(request.user, User)
    if not services.revoke_token(person=request.user, token_key=token_key):
        raise Http404
    messages.success(request, "Taken back. Programs that use this token are refused from now on.")
    return redirect("accounts:tokens")

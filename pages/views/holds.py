"""How do records clerks place and lift legal holds?"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import holds as services
from accounts.access import civic_required
from accounts.models import User
from accounts.rules import HOLD_REASON_MAX_LENGTH
from accounts.selectors import find_hold, holds_newest_first
from core.errors import DomainError
from posts.models import Post
from posts.selectors.public import get_public_post

PERSON, POST, EVERYTHING = "person", "post", "everything"
# A number has at most so many digits in the database.
_DIGITS = 18


class HoldForm(forms.Form):
    """Of whom or what, and why."""

    covers = forms.ChoiceField(
        label="What must not be deleted",
        choices=[
            (PERSON, "Everything kept about one person"),
            (POST, "What was told about one post"),
            (EVERYTHING, "Everything, of everybody"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the hold covers."},
    )
    which = forms.CharField(
        label="Whose, or which",
        required=False,
        max_length=254,
        help_text="The person’s e-mail address or account number, or the post’s number. Empty for everything.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="Why",
        max_length=HOLD_REASON_MAX_LENGTH,
        help_text="A case number and a few words. Records clerks read it.",
        error_messages={"required": "Write why, for whoever has to lift it one day."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        covers, which = cleaned.get("covers"), cleaned.get("which", "").strip()
        cleaned["person_id"] = cleaned["post_id"] = None
        number = int(which) if which.isascii() and which.isdigit() and len(which) <= _DIGITS else None
        if covers == PERSON:
            cleaned["person_id"] = self._person(which, number)
        elif covers == POST:
            cleaned["post_id"] = self._post(number)
        elif covers == EVERYTHING and which:
            self.add_error("which", "Leave this empty for a hold of everything, or choose what it covers.")
        return cleaned

    def _post(self, number: int | None) -> int | None:
        try:
            return get_public_post(number or 0).pk
        except Post.DoesNotExist:
            self.add_error("which", "No published post has this number. It stands in the post’s address: /posts/214/.")
            return None

    def _person(self, which: str, number: int | None) -> int | None:
        accounts = User.objects.filter(pk=number) if number is not None else User.objects.filter(email__iexact=which)
        found = accounts.values_list("pk", flat=True).first()
        if found is None:
            self.add_error("which", "No account has this e-mail address or number. Look it up in the record.")
        return found


@civic_required(services.PLACE_HOLDS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holds(request: HttpRequest) -> HttpResponse:
    """Which holds there are; POST places one."""
    assert isinstance(request.user, User)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        services.place_hold(
            person_id=cleaned["person_id"],
            post_id=cleaned["post_id"],
            reason=cleaned["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "The hold is in force: nothing that it covers is deleted until somebody lifts it.")
        return redirect("pages:holds")
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/holds.html", {"form": form, "holds": holds_newest_first()}, status=status)


@civic_required(services.PLACE_HOLDS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lift_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Ask, then lift."""
    assert isinstance(request.user, User)
    hold = find_hold(hold_id)
    if hold is None:
        raise Http404
    if request.method != "POST" and hold.lifted_at is None:
        return render(request, "pages/lift_hold.html", {"hold": hold})
    try:
        services.lift_hold(hold_id=hold_id, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Lifted. What only this hold kept is deleted within a day.")
    return redirect("pages:holds")

"""How does somebody show by a mailed code that an address is theirs? allauth's page, with words for each refusal."""

import time

from allauth.account import app_settings
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.views import ConfirmEmailVerificationCodeView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

OVER = "That code is over an hour old."
LOCKED = "That was one wrong code too many, so it is locked."


@method_decorator([login_not_required, never_cache], name="dispatch")
class ConfirmEmail(ConfirmEmailVerificationCodeView):  # type: ignore[misc]
    """Says how many tries are left, and what to do when a code is locked or too old."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        state = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
        if state and time.time() - state["at"] > app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT:
            messages.error(request, f"{OVER} {_next_step(request)}")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Form) -> HttpResponse:
        if "code" not in form.data:
            answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return answer
        if not self._process.record_invalid_attempt():
            messages.error(self.request, f"{LOCKED} {_next_step(self.request)}")
            return redirect("account_email" if self.request.user.is_authenticated else "account_login")
        left = self._process.max_attempts - self._process.state["failed_attempts"]
        form.errors["code"] = form.error_class(
            [f"That code does not match. You have {left} {'try' if left == 1 else 'tries'} left."]
        )
        refusal: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return refusal


def _next_step(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return "Add the address again, and we send a new one."
    return "Sign in with your e-mail and password, and we send a new one."

"""How does an officer correct a post that is out, take it back, stop it, or send again what failed?"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from commands.access import DeskRequest, desk_member
from core.errors import NotAllowed
from posts import services
from posts.access import may_correct
from posts.forms.corrections import CorrectForm, RetryForm, StopForm, WithdrawForm
from posts.models import Post
from posts.rules import PostStatus
from posts.selectors.progress import progress_of_post
from posts.views.desk import page_of, post_of
from posts.views.progress import left_and_not
from posts.views.side_menu import side_menu
from posts.views.troubles import troubles_in_words


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """The text as it stands, to be mended, and the line that says what was wrong."""
    post = post_of(request.assignment.command, post_id)
    if post.status != PostStatus.PUBLISHED:
        return redirect(page_of(post))
    if not may_correct(post, person_id=request.user.pk, role=request.assignment.role):
        return _page(request, "correct_not_alone", post, {}, status=403)
    form = CorrectForm(request.POST) if request.method == "POST" else CorrectForm.of_post(post)

    def save(words: dict[str, Any]) -> Post:
        return services.correct_post(post_id=post.pk, by=request.user, at=timezone.now(), **words)

    return _sent(request, form, save, "Corrected. Whoever was told before is told first.") or _page(
        request, "correct", post, {"form": form, "current": _current(post, form)}, status=_status_of(form)
    )


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """Ask why, and whether the words go too; then take the post back."""
    post = post_of(request.assignment.command, post_id)
    if post.status != PostStatus.PUBLISHED:
        return redirect(page_of(post))
    form = WithdrawForm(request.POST) if request.method == "POST" else WithdrawForm()

    def save(words: dict[str, Any]) -> Post:
        return services.withdraw_post(post_id=post.pk, by=request.user, at=timezone.now(), **words)

    return _sent(request, form, save, "Taken back. Whoever was told before is told.") or _page(
        request, "withdraw", post, {"form": form, "current": _current(post, form)}, status=_status_of(form)
    )


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """Ask, then let nothing more of the post leave."""
    post = post_of(request.assignment.command, post_id)
    if post.status != PostStatus.PUBLISHED or post.stopped_at:
        return redirect(page_of(post))
    form = StopForm(request.POST) if request.method == "POST" else StopForm()

    def save(words: dict[str, Any]) -> Post:
        return services.stop_post(post_id=post.pk, by=request.user, at=timezone.now(), **words)

    answer = _sent(request, form, save, "")
    progress = progress_of_post(post_of(request.assignment.command, post_id), at=timezone.now())
    counts = left_and_not(progress)
    if answer:
        messages.success(request, f"Stopped. {counts}." if counts else "Stopped. No notices had left.")
        return answer
    context = {"form": form, "counts": counts, "current": _current(post, form), "progress": progress}
    return _page(request, "stop", post, context, status=_status_of(form))


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: DeskRequest, slug: str, post_id: int, neighborhood_id: int) -> HttpResponse:
    """Say what failed in one neighborhood, ask, and try it again."""
    post = post_of(request.assignment.command, post_id)
    if not post.is_public:
        return redirect(page_of(post))
    progress = progress_of_post(post, at=timezone.now())
    delivery = next((d for d in progress.deliveries if d.neighborhood_id == neighborhood_id), None)
    if delivery is None:
        raise Http404
    form = RetryForm(request.POST) if request.method == "POST" else RetryForm()
    if form.is_bound and form.is_valid():
        try:
            count = services.retry_neighborhood(
                post_id=post.pk,
                neighborhood_id=neighborhood_id,
                with_permanent=form.cleaned_data["with_permanent"],
                by=request.user,
                at=timezone.now(),
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except services.CannotCorrect as error:
            messages.error(request, str(error))
        else:
            place = delivery.neighborhood.name
            messages.success(
                request, f"Trying {place} again." if count else f"Nothing in {place} was left to try again."
            )
        return redirect(page_of(post))
    troubles = [trouble for trouble in troubles_in_words(progress) if trouble["neighborhood_id"] == neighborhood_id]
    context = {"form": form, "place": delivery.neighborhood.name, "troubles": troubles}
    return _page(request, "retry", post, context, status=_status_of(form))


def _sent(
    request: DeskRequest, form: forms.Form, save: Callable[[dict[str, Any]], Post], said: str
) -> HttpResponse | None:
    """Save what was sent and lead back to the post; None where the form is to be shown, with what was wrong in it."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        post = save(form.cleaned_data)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except services.CannotCorrect as error:
        form.add_error(None, str(error))
        return None
    if said:
        messages.success(request, said)
    return redirect(page_of(post))


def _current(post: Post, form: forms.Form) -> Post | None:
    """The post as it stands now, to be read first, where it is not the one this form was opened with."""
    return post if form.is_bound and str(form["version"].value()) != str(post.version) else None


def _status_of(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _page(request: DeskRequest, name: str, post: Post, context: dict[str, Any], *, status: int) -> HttpResponse:
    menu = side_menu(request, "sent_list")
    return render(request, f"posts/desk/{name}.html", {**menu, "post": post, **context}, status=status)

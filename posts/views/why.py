"""Where does a resident read why they got a post, or why not?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import resident_required
from accounts.models import User
from posts.models import Post
from posts.selectors.public import get_public_post
from posts.selectors.why import hearing_of
from posts.why import in_feed, lines


@resident_required
@never_cache
@require_safe
def why(request: HttpRequest, post_id: int) -> HttpResponse:
    """Over which ways the post came to the one who asks; nobody asks for somebody else."""
    assert isinstance(request.user, User)
    try:
        post = get_public_post(post_id)
    except Post.DoesNotExist as error:
        raise Http404 from error
    hearing = hearing_of(post, request.user)
    context = {
        "post": post,
        "topic": hearing.topic.label,
        "lines": [in_feed(hearing), *lines(hearing, at=timezone.now())],
        "has_home": hearing.home is not None,
    }
    return render(request, "posts/why.html", context)

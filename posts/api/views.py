"""What does the API answer about posts, the feed and replies?"""

import uuid
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from accounts.models import User
from commands.models import Assignment, PoliceCommand
from commands.selectors import assignments_of, find_assignment, get_command
from core.errors import DomainError, NotAllowed
from core.pace import seconds_to_rest
from core.throttles import VisitorThrottle
from neighborhoods.models import Residency
from neighborhoods.selectors import find_residency
from posts import services
from posts.api.cursors import CURSOR, moment_in, moment_of, next_page, number_in
from posts.api.permissions import SignedIn, Staff
from posts.api.serializers import (
    ErrorOut,
    FeedPage,
    PostIn,
    PostPage,
    ReleaseIn,
    ReplyIn,
    ReplyOut,
    ReplyPage,
    SentOut,
)
from posts.forms.answers import WRITING
from posts.models import Post
from posts.rules import FEED_PAGE_SIZE
from posts.selectors.desk import get_post_known_to
from posts.selectors.feed import feed_page
from posts.selectors.hidings import count_hidden
from posts.selectors.public import get_public_post, latest_posts
from posts.selectors.replies import may_read_replies, replies_to

PAGE_SIZE = FEED_PAGE_SIZE
REPLY_PAGE_SIZE = 50

REFUSALS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut}


class NoFeed(DomainError):
    """There is no neighborhood whose feed it could be."""


class Posts(APIView):
    """What the police have posted, and the way to post."""

    throttle_classes = [VisitorThrottle, UserRateThrottle]

    def get_permissions(self) -> list[BasePermission]:
        return [Staff() if self.request.method == "POST" else AllowAny()]

    @extend_schema(
        operation_id="posts",
        parameters=[CURSOR, OpenApiParameter("command", str, description="Only posts of the command with this slug.")],
        responses={200: PostPage, 404: ErrorOut},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """The latest police posts, newest first. Public."""
        command_id = None
        if "command" in request.query_params:
            try:
                command_id = get_command(request.query_params["command"]).pk
            except PoliceCommand.DoesNotExist as error:
                raise Http404 from error
        posts = latest_posts(size=PAGE_SIZE + 1, before=moment_in(request), command_id=command_id)
        cursor = moment_of(posts[PAGE_SIZE - 1]) if len(posts) > PAGE_SIZE else None
        return Response(PostPage({"next": next_page(request, cursor), "results": posts[:PAGE_SIZE]}).data)

    @extend_schema(operation_id="send_post", request=PostIn, responses={201: SentOut, **REFUSALS})
    def post(self, request: Request) -> Response:
        """Send a post in a command's name: out at once, or to a second person where the command asks for one."""
        form = PostIn(data=request.data)
        form.is_valid(raise_exception=True)
        post = services.submit_post(
            command=form.validated_data["command"],
            author=_person(request),
            draft=form.draft(),
            submission_key=form.validated_data.get("submission_key") or uuid.uuid4(),
            at=timezone.now(),
        )
        return Response(SentOut(post).data, status=status.HTTP_201_CREATED)


class Release(APIView):
    """The second person's word."""

    permission_classes = [Staff]
    throttle_classes = [UserRateThrottle]

    @extend_schema(operation_id="release_post", request=ReleaseIn, responses={200: SentOut, **REFUSALS})
    def post(self, request: Request, post_id: int) -> Response:
        """Release a colleague's post in the version that was read."""
        form = ReleaseIn(data=request.data)
        form.is_valid(raise_exception=True)
        person = _person(request)
        try:
            get_post_known_to(person.pk, post_id)
        except Post.DoesNotExist as error:
            raise Http404 from error
        post = services.release_post(
            post_id=post_id, version=form.validated_data["version"], by=person, at=timezone.now()
        )
        return Response(SentOut(post).data)


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class Feed(APIView):
    """A resident's own feed."""

    permission_classes = [SignedIn]
    throttle_classes = [UserRateThrottle]

    @extend_schema(operation_id="feed", parameters=[CURSOR], responses={200: FeedPage, 401: ErrorOut, 409: ErrorOut})
    def get(self, request: Request) -> Response:
        """The police posts of one's own neighborhood, newest first, as on the page `/feed/`."""
        residency = find_residency(_person(request).pk)
        if residency is None:
            raise NoFeed("There is no home on this account, so there is no feed. Anybody can read /api/v1/posts/.")
        if residency.neighborhood is None:
            raise NoFeed("Your home lies in no neighborhood now. Anybody can read /api/v1/posts/.")
        posts = feed_page(residency.neighborhood.pk, before=number_in(request), size=PAGE_SIZE + 1)
        cursor = posts[PAGE_SIZE - 1].feed_number if len(posts) > PAGE_SIZE else None
        page = {
            "next": next_page(request, cursor),
            "neighborhood": residency.neighborhood,
            "results": posts[:PAGE_SIZE],
        }
        return Response(FeedPage(page).data)


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class Replies(APIView):
    """The public replies under a post: not public to the city, but to those it was meant for."""

    permission_classes = [SignedIn]
    throttle_classes = [UserRateThrottle]

    @extend_schema(operation_id="replies", parameters=[CURSOR], responses={200: ReplyPage, **REFUSALS})
    def get(self, request: Request, post_id: int) -> Response:
        """Replies in the order they were written, without those that were hidden.

        For verified residents of the post's neighborhoods, its command and headquarters; 404 for everybody else.
        """
        post = _public_post(post_id)
        if not may_read_replies(post, *_reader(_person(request))):
            raise Http404
        replies = replies_to(post, after=number_in(request) or 0, size=REPLY_PAGE_SIZE + 1)
        cursor = replies[REPLY_PAGE_SIZE - 1].pk if len(replies) > REPLY_PAGE_SIZE else None
        page = {
            "next": next_page(request, cursor),
            "hidden_count": sum(count_hidden(post.pk).values()),
            "results": replies[:REPLY_PAGE_SIZE],
        }
        return Response(ReplyPage(page).data)

    @extend_schema(operation_id="reply", request=ReplyIn, responses={201: ReplyOut, **REFUSALS, 429: ErrorOut})
    def post(self, request: Request, post_id: int) -> Response:
        """Reply as a verified resident, or answer in the name of the command that posted."""
        form = ReplyIn(data=request.data)
        form.is_valid(raise_exception=True)
        post = _public_post(post_id)
        person = _person(request)
        key = form.validated_data.get("submission_key") or uuid.uuid4()
        text = form.validated_data["text"]
        if person.is_police_or_civic_staff:
            assignment = find_assignment(person.pk, post.command_id)
            if assignment is None:
                raise NotAllowed("Only the command that posted this answers under it.")
            reply = services.answer_post(
                post_id=post.pk,
                assignment=assignment,
                text=text,
                seen_reply_id=form.validated_data["seen_reply"],
                submission_key=key,
                at=timezone.now(),
            )
        else:
            residency = find_residency(person.pk)
            if residency is None:
                raise Http404
            seconds = seconds_to_rest(person.pk, WRITING)
            if seconds:
                raise Throttled(seconds, WRITING.was_reached)
            try:
                reply = services.reply_as_resident(
                    post_id=post.pk, residency=residency, text=text, submission_key=key, at=timezone.now()
                )
            except Post.DoesNotExist as error:
                raise Http404 from error
        return Response(ReplyOut(reply).data, status=status.HTTP_201_CREATED)


def _person(request: Request) -> User:
    """Whoever the permissions let through."""
    assert isinstance(request.user, User)
    return request.user


def _public_post(post_id: int) -> Post:
    try:
        return get_public_post(post_id)
    except Post.DoesNotExist as error:
        raise Http404 from error


def _reader(person: User) -> tuple[Residency | None, list[Assignment]]:
    """What decides whether somebody reads replies. One query."""
    if person.is_police_or_civic_staff:
        return None, assignments_of(person.pk)
    return find_residency(person.pk), []

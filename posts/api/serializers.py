"""What may a program send about posts and replies, and what does it get back?"""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from commands.selectors import all_commands
from neighborhoods.selectors import neighborhood_ids
from posts import rules
from posts.models import Post
from posts.rules import AudienceScope, PostKind, PostStatus
from posts.selectors.feed import EXCERPT_LENGTH, FeedPost
from posts.services import Draft


class SignatureOut(serializers.Serializer[Any]):
    """A command or a neighborhood by name."""

    slug = serializers.CharField()
    name = serializers.CharField()


class _PublicPost(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    url = serializers.SerializerMethodField(help_text="Its page for people, on this site.")
    kind = serializers.ChoiceField(choices=PostKind.choices)
    title = serializers.CharField()
    text = serializers.SerializerMethodField(help_text="Empty when the post was withdrawn.")
    status = serializers.ChoiceField(choices=PostStatus.choices)
    version = serializers.IntegerField()
    audience = serializers.CharField(
        source="audience_scope", help_text="What the author chose: neighborhoods, command or city."
    )
    neighborhood_count = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    replies_open = serializers.BooleanField(help_text="Whether neighbors may reply in public.")

    def get_url(self, post: Post | FeedPost) -> str:
        return f"/posts/{post.id}/"

    def get_text(self, post: Post | FeedPost) -> str:
        return "" if post.status == PostStatus.WITHDRAWN else post.text


class PostOut(_PublicPost):
    """A published post as everybody may read it."""

    command = SignatureOut()


class _CommandOfFeedPost(serializers.Serializer[Any]):
    slug = serializers.CharField(source="command_slug")
    name = serializers.CharField(source="command_name")


class FeedPostOut(_PublicPost):
    """A post as it stands in one neighborhood's feed."""

    command = _CommandOfFeedPost(source="*")
    feed_number = serializers.IntegerField(help_text="Its place in the feed; higher is newer.")
    text = serializers.SerializerMethodField(
        help_text=f"The first {EXCERPT_LENGTH} characters; empty when the post was withdrawn."
    )


class ReplyOut(serializers.Serializer[Any]):
    """A public reply: by a resident, with their neighborhood, or by a command."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="author.public_name")
    neighborhood = SignatureOut(allow_null=True)
    command = SignatureOut(allow_null=True)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class _Page(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last one.")


class PostPage(_Page):
    results = PostOut(many=True)


class FeedPage(_Page):
    neighborhood = SignatureOut()
    results = FeedPostOut(many=True)


class ReplyPage(_Page):
    hidden_count = serializers.IntegerField(help_text="Replies under this post that were hidden; they are left out.")
    results = ReplyOut(many=True)


class PostIn(serializers.Serializer[Any]):
    """A post to send. Exactly one of `neighborhoods` and `audience` says to whom."""

    default_error_messages = {
        "no_audience": "Say whom it is for: name neighborhoods here, or an audience (command or city).",
        "two_audiences": "Name neighborhoods or an audience, not both.",
        "nobody": "Nobody would get this. Name at least one neighborhood.",
        "unknown": "There is no neighborhood called {slugs}.",
    }

    command = serializers.SlugRelatedField(
        slug_field="slug", queryset=all_commands(), help_text="Slug of the command that speaks."
    )
    kind = serializers.ChoiceField(choices=PostKind.choices)
    title = serializers.CharField(max_length=rules.TITLE_MAX_LENGTH)
    text = serializers.CharField(max_length=rules.TEXT_MAX_LENGTH, help_text="Plain text; HTML is shown as written.")
    neighborhoods = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Slugs. An empty list never means everyone."
    )
    audience = serializers.ChoiceField(
        choices=[AudienceScope.COMMAND, AudienceScope.CITY], required=False, help_text="Instead of neighborhoods."
    )
    replies_open = serializers.BooleanField(
        default=True, help_text="Whether neighbors may reply in public; writing in private is always possible."
    )
    submission_key = serializers.UUIDField(
        required=False, help_text="Send the same key again after a broken connection, and it makes no second post."
    )

    def validate_title(self, title: str) -> str:
        return " ".join(title.split())

    def validate_neighborhoods(self, slugs: Sequence[str]) -> list[int]:
        """Ids of the neighborhoods that were named, so that only the service decides whether they are served."""
        if not slugs:
            self.fail("nobody")
        ids = neighborhood_ids(slugs)
        if unknown := sorted(set(slugs) - ids.keys()):
            self.fail("unknown", slugs=", ".join(unknown[:10]))
        return list(ids.values())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "neighborhoods" in attrs and "audience" in attrs:
            raise serializers.ValidationError({"audience": [self.error_messages["two_audiences"]]})
        if "neighborhoods" not in attrs and "audience" not in attrs:
            raise serializers.ValidationError({"neighborhoods": [self.error_messages["no_audience"]]})
        return attrs

    def draft(self) -> Draft:
        """What was sent, once it is valid."""
        sent = self.validated_data
        return Draft(
            kind=sent["kind"],
            title=sent["title"],
            text=sent["text"],
            scope=sent.get("audience", AudienceScope.NEIGHBORHOODS),
            neighborhood_ids=sent.get("neighborhoods", ()),
            replies_open=sent["replies_open"],
        )


class SentOut(serializers.Serializer[Any]):
    """What became of a post."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(
        choices=PostStatus.choices, help_text="pending: a second person has to release it."
    )
    version = serializers.IntegerField()


class ReleaseIn(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        min_value=1, max_value=32_767, help_text="The version that was read; a later one is not released by it."
    )


class ReplyIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=rules.REPLY_MAX_LENGTH)
    seen_reply = serializers.IntegerField(
        min_value=0,
        max_value=2**62,
        default=0,
        help_text="For police: id of the newest reply that was read, so that two officers do not answer at once.",
    )
    submission_key = serializers.UUIDField(
        required=False, help_text="Send the same key again after a broken connection, and it makes no second reply."
    )


class ErrorOut(serializers.Serializer[Any]):
    """Why not, in words for a person."""

    detail = serializers.CharField()

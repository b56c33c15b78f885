"""What stands in each part of a copy of the public record?

Rows are read by key, a few hundred at a time, in transactions of their own: whoever downloads slowly holds nothing up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.counts import people_count
from notifications.models import Notice
from notifications.rules import Source
from posts.models import Conversation, Delivery, Post, PostVersion, PrivateMessage, Reply, ReplyHiding

AT_ONCE = 500

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Days:
    """From the beginning of one day to the end of another, in the city's time zone."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def ends_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def within(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.begins_at, f"{column}__lt": self.ends_at})


@dataclass(frozen=True, slots=True)
class Table:
    """One part: the name of its file, what it holds in plain words, and its rows."""

    name: str
    about: str
    rows: Callable[[Days], Iterator[Row]]


def _by_key(rows: QuerySet[Any]) -> Iterator[Any]:
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from chunk
        last = chunk[-1].pk


def _moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None


def _person(person: User | None) -> Row | None:
    """As shown in public, with the account's number: two people may have one name."""
    return {"account": person.pk, "name": person.public_name} if person else None


def _posts_of(days: Days) -> QuerySet[Post]:
    """Posts of which something was written in these days."""
    written = PostVersion.objects.filter(days.within("frozen_at"), post=OuterRef("pk"))
    return Post.objects.filter(days.within("created_at") | days.within("published_at") | Q(Exists(written)))


def _posts(days: Days) -> Iterator[Row]:
    people = ("command", "author", "approver", "returned_by", "corrected_by", "stopped_by", "replies_switched_by")
    for post in _by_key(_posts_of(days).select_related(*people)):
        yield {
            "post": post.pk,
            "command": post.command.name,
            "status": post.status,
            "version": post.version,
            "kind": post.kind,
            "title": post.title,
            "text": post.text,
            "audience": post.audience_scope,
            "neighborhoods": post.neighborhood_count,
            "residents": people_count(post.resident_count).plain,
            "written_by": _person(post.author),
            "written_at": _moment(post.created_at),
            "released_by": _person(post.approver),
            "published_at": _moment(post.published_at),
            "returned_by": _person(post.returned_by),
            "return_reason": post.return_reason,
            "corrected_or_withdrawn_by": _person(post.corrected_by),
            "corrected_or_withdrawn_at": _moment(post.corrected_at),
            "what_was_wrong": post.what_was_wrong,
            "text_taken_off_public_pages": post.is_text_off,
            "stopped_by": _person(post.stopped_by),
            "stopped_at": _moment(post.stopped_at),
            "replies_open": post.replies_open,
            "replies_switched_by": _person(post.replies_switched_by),
            "replies_switched_at": _moment(post.replies_switched_at),
        }


def _versions(days: Days) -> Iterator[Row]:
    versions = PostVersion.objects.filter(post__in=_posts_of(days)).select_related("written_by")
    for version in _by_key(versions):
        yield {
            "post": version.post_id,
            "version": version.number,
            "act": version.act,
            "kind": version.kind,
            "title": version.title,
            "text": version.text,
            "what_was_wrong": version.what_was_wrong,
            "replies_open": version.replies_open,
            "written_by": _person(version.written_by),
            "written_at": _moment(version.frozen_at),
        }


def _deliveries(days: Days) -> Iterator[Row]:
    for delivery in _by_key(Delivery.objects.filter(post__in=_posts_of(days)).select_related("neighborhood")):
        yield {
            "post": delivery.post_id,
            "neighborhood": delivery.neighborhood.name,
            "version": delivery.version,
            "claimed_residents": people_count(delivery.claimed_count).plain,
            "verified_residents": people_count(delivery.verified_count).plain,
            "shown_live_at": _moment(delivery.done_at),
            "notices_written_at": _moment(delivery.notices_at),
            "stopped": delivery.is_stopped,
        }


def _told(days: Days) -> Iterator[Row]:
    # One post after the other: each is a range of an index, and a citywide one has a million rows to count.
    for post in _by_key(_posts_of(days).only("pk")):
        told = Notice.objects.filter(message__source=Source.POST, message__source_id=post.pk)
        counts = told.values_list("message__version", "channel", "state").annotate(Count("pk"))
        for version, channel, state, count in sorted(counts):
            yield {
                "post": post.pk,
                "version": version,
                "channel": channel,
                "state": state,
                "count": people_count(count).plain,
            }


def _replies(days: Days) -> Iterator[Row]:
    replies = Reply.objects.filter(days.within("created_at")).select_related("author", "neighborhood", "command")
    for reply in _by_key(replies):
        yield {
            "reply": reply.pk,
            "post": reply.post_id,
            "written_by": _person(reply.author),
            "neighborhood": reply.neighborhood.name if reply.neighborhood else None,
            "command": reply.command.name if reply.command else None,
            "written_at": _moment(reply.created_at),
            "text": reply.text,
        }


def _hidings(days: Days) -> Iterator[Row]:
    moments = ("reply__created_at", "hidden_at", "appealed_at", "decided_at")
    in_these_days = Q()
    for moment in moments:
        in_these_days |= days.within(moment)
    hidings = ReplyHiding.objects.filter(in_these_days).select_related(
        "reply__author", "command", "hidden_by", "decided_by"
    )
    for hiding in _by_key(hidings):
        yield {
            "reply": hiding.reply_id,
            "post": hiding.reply.post_id,
            "written_by": _person(hiding.reply.author),
            "text_as_hidden": hiding.snapshot,
            "reason": hiding.reason,
            "note_to_the_writer": hiding.note,
            "command": hiding.command.name,
            "hidden_by": _person(hiding.hidden_by),
            "hidden_at": _moment(hiding.hidden_at),
            "appeal": hiding.appeal_text,
            "appealed_at": _moment(hiding.appealed_at),
            "outcome": hiding.outcome,
            "decided_by": _person(hiding.decided_by),
            "decided_at": _moment(hiding.decided_at),
            "decision_note": hiding.decision_note,
        }


def _conversations(days: Days) -> Iterator[Row]:
    said = PrivateMessage.objects.filter(days.within("created_at"), conversation=OuterRef("pk"))
    conversations = Conversation.objects.filter(Exists(said)).select_related("resident", "command")
    for conversation in _by_key(conversations):
        yield {
            "conversation": conversation.pk,
            "resident": _person(conversation.resident),
            "command": conversation.command.name,
            "about_post": conversation.about_post_id,
            "began_at": _moment(conversation.started_at),
        }


def _messages(days: Days) -> Iterator[Row]:
    for message in _by_key(PrivateMessage.objects.filter(days.within("created_at")).select_related("author")):
        yield {
            "conversation": message.conversation_id,
            "message": message.pk,
            "from_police": message.is_from_police,
            "written_by": _person(message.author),
            "written_at": _moment(message.created_at),
            "text": message.text,
        }


TABLES = (
    Table("posts", "posts of which something was written in these days, as they stand now", _posts),
    Table("versions", "every text of those posts that was ever sent for approval, published or corrected", _versions),
    Table("deliveries", "the neighborhoods each of those posts went to, with how many people lived there", _deliveries),
    Table("told", "how many were told of those posts at once, by channel and what became of it", _told),
    Table("replies", "public replies written in these days, hidden ones too", _replies),
    Table("hidings", "replies that were hidden, appealed or decided about in these days, with the text", _hidings),
    Table("conversations", "private exchanges of residents with a command that went on in these days", _conversations),
    Table("messages", "the messages of those exchanges that were written in these days", _messages),
)

"""How do tests tell people of a post, as a worker does, and say how each of them fared?"""

from datetime import datetime

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.models import Message, Notice
from notifications.rules import Act, Channel, NoticeState, Source
from notifications.services.messages import News, make_message
from posts.models import Post, PostVersion
from posts.rules import TOPICS, lane_of_notices


def tell(post: Post, at: datetime) -> Message:
    """The message of the post's current version."""
    act = PostVersion.objects.get(post=post, number=post.version).act
    return make_message(
        news=News(
            source=Source.POST,
            source_id=post.pk,
            version=post.version,
            act=Act(act),
            topic=TOPICS[post.kind],
            lane=lane_of_notices(post.kind),
            label=post.get_kind_display(),
            title=post.title,
            text=post.text,
            path=f"/posts/{post.pk}/",
            said_at=at,
        ),
        at=at,
    )


def told(
    message: Message,
    person: User,
    place: Neighborhood | None,
    at: datetime,
    *,
    state: NoticeState = NoticeState.WAITING,
    channel: Channel = Channel.EMAIL,
    attempts: int = 0,
    reason: str = "",
) -> Notice:
    """One person's notice, due or ended at `at`."""
    return Notice.objects.create(
        message=message,
        person=person,
        neighborhood=place,
        channel=channel,
        lane=message.lane,
        state=state,
        due_at=at,
        ended_at=None if state == NoticeState.WAITING else at,
        attempts=attempts,
        reason=reason,
    )

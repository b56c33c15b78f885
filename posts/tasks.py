"""Which background work do posts have? Each task reads the clock and calls one service; ids are its only arguments."""

from celery import shared_task
from django.utils import timezone

from notifications import gateways
from notifications.channels import command_desk, neighborhood_verified
from notifications.gateways import LiveEvent, LiveUnavailable
from notifications.gateways.transport import mail_transport
from notifications.services import digests
from posts import services
from posts.cards import card_renderer
from posts.digests import FeedDigests
from posts.selectors.announcements import listeners_of_message, listeners_of_reply


@shared_task(name="posts.fan_out_post")
def fan_out_post(post_id: int) -> None:
    """Hand over what is left of a post's live events; without Redis the sweeper comes back to it."""
    try:
        services.fan_out_post(post_id=post_id, at=timezone.now(), live=gateways.live, render_card=card_renderer())
    except LiveUnavailable:
        return


@shared_task(name="posts.sweep")
def sweep(lane: str) -> None:
    """Make up for every nudge of a lane's posts that was lost."""
    services.sweep(lane=lane, at=timezone.now())


@shared_task(name="posts.announce_reply")
def announce_reply(reply_id: int) -> None:
    """Tell open pages that there is something new under a post; its words stay in the database."""
    heard = listeners_of_reply(reply_id)
    channels = [neighborhood_verified(pk) for pk in heard.neighborhood_ids] + [
        command_desk(pk) for pk in heard.command_ids
    ]
    gateways.live.publish(
        [LiveEvent(channel=channel, id=None, kind="reply", data={"post": heard.post_id}) for channel in channels]
    )


@shared_task(name="posts.announce_message")
def announce_message(message_id: int) -> None:
    """Tell a command's open desks that a resident wrote; not who, and not what."""
    command_id = listeners_of_message(message_id)
    gateways.live.publish([LiveEvent(channel=command_desk(command_id), id=None, kind="desk")])


@shared_task(name="posts.schedule_digests")
def schedule_digests() -> None:
    """Find for whom a digest is due."""
    services.schedule_digests(at=timezone.now())


@shared_task(name="posts.send_digests")
def send_digests() -> None:
    """Send the digests that wait."""
    digests.send_digests(make_writer=lambda: FeedDigests(timezone.now), gateway=mail_transport(), clock=timezone.now)

"""How is it said in plain words why a resident heard of a post, or why not?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from core.templatetags.porchlight import dated
from notifications.choices import WEEKDAYS, said_day, said_hour
from notifications.models import Digest, Notice
from notifications.rules import Act, Channel, NoticeState, Pace, quiet
from notifications.services.sending.claims import SUPPRESSED
from posts.rules import PostStatus
from posts.selectors.why import Hearing

_ACTS = {Act.NEWS: "", Act.CORRECTION: ": the correction", Act.WITHDRAWAL: ": that it was taken back"}
_DIGESTS = {Pace.DAILY: "Daily digest", Pace.WEEKLY: "Weekly digest"}
_DAYS = {Pace.DAILY: 1, Pace.WEEKLY: 7}
_HEARD_AT_ONCE = {NoticeState.SENT, NoticeState.WAITING}
_LONG_AGO = "What was sent to whom is kept for {days} days. This post is older, so nobody can say any more."
_GONE = "It was taken back or stopped before your digest left, so it is not in there."
_WAS_DIFFERENT = "When it went out, your choices, your address or your home were not what they are now."


@dataclass(frozen=True, slots=True)
class Line:
    """One way in which the resident heard or did not.

    Attributes:
        heading: The way: “E-mail”, “Push: the correction”.
        state: A word that sums it up: "Sent", "Not sent", "Waiting", "Failed".
    """

    heading: str
    state: str
    text: str

    @property
    def icon(self) -> str:
        return {"Sent": "check_circle", "Waiting": "schedule", "Failed": "error_outline"}.get(self.state, "remove")


def in_feed(hearing: Hearing) -> Line:
    """Whether the post stands in the resident's feed, and why."""
    if hearing.home is None or hearing.home.neighborhood is None:
        return Line("Your feed", "Not there", "You have no neighborhood here, so you have no feed yet.")
    home = hearing.home.neighborhood.name
    if hearing.here is not None:
        if hearing.post.status == PostStatus.WITHDRAWN:
            return Line("Your feed", "Taken back", "The police took it back. One line in your feed says so.")
        return Line("Your feed", "There", f"It went to {home}, and you live there.")
    text = f"It did not go to {home}, where you live."
    if hearing.there is not None and hearing.home_then is not None and hearing.home_then.neighborhood is not None:
        text += f" It went to {hearing.home_then.neighborhood.name}, where you lived when it came out."
    return Line("Your feed", "Not there", text)


def lines(hearing: Hearing, *, at: datetime) -> list[Line]:
    """What came to the resident besides the feed and what did not, each with its reason."""
    told = [_of_notice(notice, at) for notice in hearing.notices]
    told += _of_digests(hearing)
    if not told and at - hearing.published_at > timedelta(days=settings.NOTICES_KEPT_DAYS):
        return [Line("E-mail and push", "No longer kept", _LONG_AGO.format(days=settings.NOTICES_KEPT_DAYS))]
    common = "" if told else _nothing_for_anybody_there(hearing)
    if common:
        return [Line("E-mail and push", "Not sent", common)]
    if not hearing.told_over(Channel.EMAIL) and not hearing.digests:
        told.append(_no_mail(hearing, at))
    if not hearing.told_over(Channel.PUSH):
        told.append(Line("Push", "Not sent", _why_no_push(hearing)))
    return told


def _of_notice(notice: Notice, at: datetime) -> Line:
    heading = f"{notice.get_channel_display()}{_ACTS[Act(notice.message.act)]}"
    if notice.state == NoticeState.SENT:
        when = f"It left {_end(notice.ended_at)}" if notice.ended_at else ""
        spam = " Not in your inbox? Look among spam." if notice.channel == Channel.EMAIL else ""
        return Line(heading, "Sent", when + spam)
    if notice.state == NoticeState.FAILED and notice.reason != SUPPRESSED:
        return Line(heading, "Failed", f"The other side did not take it: {_sentence(notice.reason)}")
    if notice.state != NoticeState.WAITING:
        return Line(heading, "Not sent", notice.reason)
    if notice.message.ended_at is not None:
        return Line(heading, "Not sent", "It was corrected, withdrawn or stopped before it left.")
    if notice.attempts:
        text = f"A try failed: {_sentence(notice.reason)} The next one: {_end(notice.due_at)}"
        return Line(heading, "Waiting", text)
    if notice.due_at > at:
        return Line(heading, "Waiting", f"It waits for the end of your quiet hours or pause: {_end(notice.due_at)}")
    return Line(heading, "Waiting", "It is on its way.")


def _of_digests(hearing: Hearing) -> Iterator[Line]:
    """The digest that carried it: the first that left; else what became of those that should have."""
    # Whoever hears at once does not read it again in a digest.
    if any(notice.state in _HEARD_AT_ONCE for notice in hearing.told_over(Channel.EMAIL)):
        return
    sent = [digest for digest in hearing.digests if digest.state == NoticeState.SENT]
    for digest in sent[:1] or hearing.digests[-1:]:
        yield _of_digest(hearing, digest)


def _of_digest(hearing: Hearing, digest: Digest) -> Line:
    heading = _DIGESTS[Pace(digest.pace)]
    gone_at = _gone_at(hearing)
    if gone_at is not None and gone_at <= (digest.ended_at or gone_at):
        return Line(heading, "Not sent", _GONE)
    if digest.state == NoticeState.SENT:
        when = f" It left {_end(digest.ended_at)}" if digest.ended_at else ""
        return Line(heading, "Sent", f"You chose the {digest.pace} digest for these.{when}")
    if digest.state == NoticeState.WAITING:
        return Line(heading, "Waiting", f"It is in the digest that leaves {_end(digest.due_at)}")
    if digest.state == NoticeState.FAILED and digest.reason != SUPPRESSED:
        return Line(heading, "Failed", f"The other side did not take your digest: {_sentence(digest.reason)}")
    return Line(heading, "Not sent", digest.reason)


def _nothing_for_anybody_there(hearing: Hearing) -> str:
    """Why nothing at all was written for the resident, whatever they chose; empty where it was up to them."""
    if hearing.there is None:
        if hearing.home is not None and hearing.home_then is None and hearing.here is not None:
            return (
                f"You joined {dated(hearing.home.claimed_at)}, after it had come out. Older posts are not sent again."
            )
        return "It did not go to the neighborhood you lived in when it came out."
    if hearing.there.notices_at is None:
        return "It is being sent out just now. Look again in a minute."
    stopped_at = hearing.post.stopped_at
    if stopped_at is not None and stopped_at <= hearing.there.notices_at:
        return f"The police stopped it before it reached you: {_end(stopped_at)}"
    return ""


def _no_mail(hearing: Hearing, at: datetime) -> Line:
    text = _why_no_mail(hearing)
    if text:
        return Line("E-mail", "Not sent", text)
    pace = hearing.chosen.choice(hearing.topic).email
    if pace not in _DAYS:
        return Line("E-mail", "Not sent", _WAS_DIFFERENT)
    often = f"the {pace} digest for {hearing.topic.label.lower()}"
    if _gone_at(hearing) is not None:
        return Line(_DIGESTS[pace], "Not sent", _GONE)
    if at - hearing.published_at > timedelta(days=_DAYS[pace], hours=2):
        return Line(_DIGESTS[pace], "Not sent", f"You chose {often}, and none that left since then had it.")
    when = said_hour(hearing.chosen.digest_hour)
    if pace == Pace.WEEKLY:
        when = f"{WEEKDAYS[hearing.chosen.digest_weekday][1]}, {when}"
    return Line(_DIGESTS[pace], "Waiting", f"You chose {often}. The next one: {when}")


def _why_no_mail(hearing: Hearing) -> str:
    """The first reason that holds; empty where the resident hears in a digest, and where none is known."""
    if hearing.suppression is not None:
        if hearing.suppression.is_complaint:
            return "No e-mail goes to your address: your mail program told us that it is not wanted there."
        return "No e-mail goes to your address, because mail to it came back."
    changed = _chosen_since(hearing) or _paused(hearing)
    if changed:
        return changed
    if hearing.chosen.choice(hearing.topic).email == Pace.NEVER:
        return f"You chose no e-mail for {hearing.topic.label.lower()}."
    return ""


def _why_no_push(hearing: Hearing) -> str:
    if hearing.first_device_at is None:
        return "No device of yours shows push messages."
    if hearing.there and hearing.there.notices_at and hearing.first_device_at > hearing.there.notices_at:
        return f"You turned push on {dated(hearing.first_device_at)}, after it had gone out."
    changed = _chosen_since(hearing) or _paused(hearing)
    if changed:
        return changed
    if not hearing.chosen.choice(hearing.topic).push:
        return f"You chose no push for {hearing.topic.label.lower()}."
    return _WAS_DIFFERENT


def _chosen_since(hearing: Hearing) -> str:
    changed_at = hearing.chosen.changed_at
    if changed_at is None or hearing.there is None or hearing.there.notices_at is None:
        return ""
    if changed_at <= hearing.there.notices_at:
        return ""
    return f"You changed how you hear {dated(changed_at)}, after it had gone out. What held before is not kept."


def _paused(hearing: Hearing) -> str:
    until = hearing.chosen.paused_until
    if until is None or not quiet.is_paused(hearing.published_at, until, ZoneInfo(settings.CITY_TIME_ZONE)):
        return ""
    return f"You were on a pause until {said_day(until)}."


def _gone_at(hearing: Hearing) -> datetime | None:
    """Since when no digest carries it."""
    if hearing.post.status == PostStatus.WITHDRAWN:
        return hearing.post.corrected_at
    return hearing.post.stopped_at


def _end(moment: datetime) -> str:
    """A moment at the end of a sentence."""
    return _sentence(dated(moment))


def _sentence(text: str) -> str:
    """With one full stop, whether or not the words brought theirs."""
    return f"{text.rstrip('.')}."

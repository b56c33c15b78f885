"""What became of all that the demo city's people were told before the demo began?

The services of a real city write it. Nothing is claimed or handed to a mail server, because no worker can look into the
transaction that builds the city. Some mailboxes are gone, and one is full.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from notifications.mails.identity import message_id
from notifications.models import Digest, Mail, Notice
from notifications.rules import NoticeState, Topic
from notifications.services.digests import claims as digest_claims
from notifications.services.sending import claims
from notifications.services.sending.mail import AT_HAND_OVER
from notifications.services.suppression import record_mail_came_back
from pages.demo.people import CAST, DOMAIN
from posts.selectors.digests import digest_posts

TAKEN_AFTER = timedelta(seconds=3)
A_SECOND_TAKES = 12

GONE = "550 5.1.1 There is no such mailbox here."
FULL = "552 5.2.2 The mailbox is full."
# Someone of the cast each; of the crowd one mailbox in so many is gone.
GONE_OF_CAST, FULL_OF_CAST = f"expired@{DOMAIN}", f"locked@{DOMAIN}"
GONE_OF_CROWD = 50
_OF_CAST = frozenset(person.email for person in CAST)


def deliver_notices(at: datetime) -> None:
    """End all notices that are due."""
    taken = []
    for notice in Notice.objects.filter(state=NoticeState.WAITING, due_at__lte=at).select_related("person"):
        words = _refusal(notice.person.email)
        if words:
            claims.mark_failed(notice_ids=[notice.pk], at=at + TAKEN_AFTER, reason=words)
            _let_it_come_back(words, notice.person.email, message_id("notice", notice.pk), at + TAKEN_AFTER)
        else:
            taken.append(notice.pk)
    for start in range(0, len(taken), A_SECOND_TAKES):
        seconds = timedelta(seconds=start // A_SECOND_TAKES)
        claims.mark_sent(notice_ids=taken[start : start + A_SECOND_TAKES], at=at + TAKEN_AFTER + seconds)


def deliver_digests(at: datetime) -> None:
    """End all digests that are due."""
    counts: dict[tuple[object, ...], int] = {}
    ended: dict[tuple[str, int], list[int]] = defaultdict(list)
    due = Digest.objects.filter(state=NoticeState.WAITING, due_at__lte=at)
    for digest in due.select_related("person").order_by("pk"):
        words = _refusal(digest.person.email)
        if words:
            digest_claims.mark_failed(digest_id=digest.pk, at=at + TAKEN_AFTER, reason=words)
            _let_it_come_back(words, digest.person.email, message_id("digest", digest.pk), at + TAKEN_AFTER)
            continue
        contents = (digest.neighborhood_id, digest.after_number, digest.upto_number, *digest.topics)
        if contents not in counts:
            counts[contents] = _count_posts(digest)
        has_news = counts[contents] or Topic.NEIGHBORS in digest.topics
        ended[NoticeState.SENT if has_news else NoticeState.SUPERSEDED, counts[contents]].append(digest.pk)
    for (state, count), ids in ended.items():
        is_sent = state == NoticeState.SENT
        Digest.objects.filter(pk__in=ids).update(
            state=state,
            ended_at=at + TAKEN_AFTER,
            post_count=count if is_sent else None,
            attempts=int(is_sent),
            reason="" if is_sent else digest_claims.NOTHING_NEW,
        )


def forget_account_mail() -> None:
    """Codes and invitations of that time would be of no use to anybody, so they do not leave weeks later."""
    Mail.objects.all().delete()


def _count_posts(digest: Digest) -> int:
    return digest_posts(
        digest.neighborhood_id, after=digest.after_number, upto=digest.upto_number, topics=digest.topics, at_most=1
    ).total


def _refusal(address: str) -> str:
    """What the mail server of an address says; nothing if it takes the mail."""
    if address == FULL_OF_CAST:
        return FULL
    is_gone = address not in _OF_CAST and Random(f"{address} is gone").randrange(GONE_OF_CROWD) == 0
    return GONE if is_gone or address == GONE_OF_CAST else ""


def _let_it_come_back(words: str, address: str, event_id: str, at: datetime) -> None:
    if words == GONE:
        record_mail_came_back(
            provider=AT_HAND_OVER,
            event_id=event_id,
            kind="bounced",
            email=address,
            is_complaint=False,
            words=words,
            at=at,
        )

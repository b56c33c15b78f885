"""How is something that failed told again?"""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from core.queue import nudge
from notifications.models import Message
from notifications.rules import RANK_OF_CORRECTIONS, Channel, Source, Topic
from notifications.rules.quiet import IS_NOT_PAUSED_SQL
from notifications.rules.retries import MAX_ATTEMPTS
from notifications.services.messages.correcting import wants_anything_sql
from notifications.services.messages.telling import wants_sql

_SENDERS = {Channel.EMAIL: "notifications.send_mail", Channel.PUSH: "notifications.send_push"}

# What failed before its tries were used up failed for good: the other side said that it will never work. What is to be
# tried again later anyway is tried now; what waits for the morning goes on waiting. What failed is told only to those
# who still want it: whoever chose otherwise since then had no waiting notice that could have ended.
_RETRY = """
UPDATE notifications_notice AS notice
SET state = 'waiting', ended_at = NULL, due_at = %(at)s, lease_until = NULL, reason = '',
    attempts = CASE WHEN notice.state = 'failed' THEN 0 ELSE notice.attempts END
FROM (
    SELECT notice.id
    FROM notifications_notice AS notice
    LEFT JOIN notifications_preferences AS chosen ON chosen.person_id = notice.person_id
    WHERE notice.message_id = %(message_id)s AND notice.neighborhood_id = %(neighborhood_id)s AND (
        (notice.state = 'waiting' AND notice.attempts > 0 AND notice.lease_until IS NULL)
        OR (
            notice.state = 'failed' AND (%(with_permanent)s OR notice.attempts >= %(max_attempts)s)
            AND (chosen.person_id IS NULL OR ({is_wanted} AND {is_not_paused}))
        )
    )
    ORDER BY notice.id FOR UPDATE OF notice
) AS again
WHERE notice.id = again.id
RETURNING notice.lane, notice.channel
"""


@transaction.atomic
def retry_failed(
    *, source: Source, source_id: int, version: int, neighborhood_id: int, with_permanent: bool, at: datetime
) -> int:
    """Let wait again, due at once, what failed of a message in one neighborhood. Nothing of a message that has ended.

    Args:
        neighborhood_id: Where the people lived when they were to be told.
        with_permanent: Also what the other side refused for good.

    Returns:
        How many notices wait again.
    """
    message = Message.objects.filter(source=source, source_id=source_id, version=version, ended_at=None).first()
    if message is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _RETRY.format(is_wanted=_is_wanted_sql(Topic(message.topic)), is_not_paused=IS_NOT_PAUSED_SQL),
            {
                "message_id": message.pk,
                "neighborhood_id": neighborhood_id,
                "with_permanent": with_permanent,
                "max_attempts": MAX_ATTEMPTS,
                "at": at,
                "time_zone": settings.CITY_TIME_ZONE,
            },
        )
        retried = cursor.fetchall()
    for lane, channel in sorted(set(retried)):
        nudge(_SENDERS[Channel(channel)], lane, lane=lane)
    return len(retried)


def _is_wanted_sql(topic: Topic) -> str:
    """As it was asked when the notice was written: of corrections, whether the person wants anything that way."""
    conditions = " ".join(
        f"WHEN '{channel.value}' THEN CASE WHEN notice.rank = {RANK_OF_CORRECTIONS} "
        f"THEN {wants_anything_sql(channel)} ELSE {wants_sql(channel, topic)[1]} END"
        for channel in Channel
    )
    return f"CASE notice.channel {conditions} END"

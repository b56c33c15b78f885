"""How is something that failed told again?"""

from datetime import datetime

from django.db import connection, transaction

from core.queue import nudge
from notifications.retries import MAX_ATTEMPTS
from notifications.rules import Channel, Source

_SENDERS = {Channel.EMAIL: "notifications.send_mail", Channel.PUSH: "notifications.send_push"}

# What failed before its tries were used up failed for good: the other side said that it will never work. What is to be
# tried again later anyway is tried now; what waits for the morning goes on waiting.
_RETRY = """
UPDATE notifications_notice AS notice
SET state = 'waiting', ended_at = NULL, due_at = %(at)s, lease_until = NULL, attempts = 0, reason = ''
FROM notifications_message AS message
WHERE message.source = %(source)s AND message.source_id = %(source_id)s AND message.version = %(version)s
    AND message.ended_at IS NULL AND notice.message_id = message.id AND notice.neighborhood_id = %(neighborhood_id)s
    AND (
        (notice.state = 'failed' AND (%(with_permanent)s OR notice.attempts >= %(max_attempts)s))
        OR (notice.state = 'waiting' AND notice.attempts > 0 AND notice.lease_until IS NULL)
    )
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
    with connection.cursor() as cursor:
        cursor.execute(
            _RETRY,
            {
                "source": source.value,
                "source_id": source_id,
                "version": version,
                "neighborhood_id": neighborhood_id,
                "with_permanent": with_permanent,
                "max_attempts": MAX_ATTEMPTS,
                "at": at,
            },
        )
        retried = cursor.fetchall()
    for lane, channel in sorted(set(retried)):
        nudge(_SENDERS[Channel(channel)], lane, lane=lane)
    return len(retried)

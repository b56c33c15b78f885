"""What becomes of the notices that waited when their message ended?"""

from datetime import datetime

from django.db import connection, transaction

from notifications.models import Message, Notice
from notifications.rules import NoticeState

# So many rows at a time are locked, briefly.
CHUNK_SIZE = 5_000
REASON = "It was corrected, withdrawn or stopped before it left."


def finish_ended(*, at: datetime) -> int:
    """Mark what still waits of ended messages as superseded, each chunk in a transaction of its own.

    A notice that a worker has is left to the worker, or to a later run once its lease is over. It keeps the lease: it
    may have left before the worker died, and whoever it reached gets the correction.

    Returns:
        How many notices were marked.
    """
    ended = Message.objects.filter(ended_at__isnull=False, settled_at=None).order_by("ended_at")
    return sum(_finish(message_id, at) for message_id in ended.values_list("pk", flat=True))


def _finish(message_id: int, at: datetime) -> int:
    count, after_person_id = 0, 0
    while marked := _mark_chunk(message_id, after_person_id, at):
        count += len(marked)
        after_person_id = max(marked)
    if not Notice.objects.filter(message_id=message_id, state=NoticeState.WAITING).exists():
        Message.objects.filter(pk=message_id).update(settled_at=at)
    return count


@transaction.atomic
def _mark_chunk(message_id: int, after_person_id: int, at: datetime) -> list[int]:
    """Walks along the key (message, person, channel), so that no chunk looks at what earlier ones have marked."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_notice AS notice SET state = 'superseded', ended_at = %(at)s, reason = %(reason)s
            FROM (
                SELECT id FROM notifications_notice
                WHERE message_id = %(message_id)s AND person_id >= %(after_person_id)s AND state = 'waiting'
                  AND (lease_until IS NULL OR lease_until < %(at)s)
                ORDER BY person_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            ) AS left_over
            WHERE notice.id = left_over.id
            RETURNING notice.person_id
            """,
            {
                "message_id": message_id,
                "after_person_id": after_person_id,
                "at": at,
                "reason": REASON,
                "limit": CHUNK_SIZE,
            },
        )
        return [person_id for (person_id,) in cursor.fetchall()]

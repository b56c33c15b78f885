"""Does everything run that people rely on, and who is told when it does not?"""

from datetime import datetime

from django.db import connection, transaction

CLOCK = "clock"


@transaction.atomic
def record_pulse(*, lane: str, at: datetime) -> None:
    """Write down that the lane's worker is alive, and with it the clock that sent it the task."""
    _beat([lane, CLOCK], at)


def _beat(names: list[str], at: datetime) -> None:
    # Sorted, so that two of them never wait for each other; a pulse that comes late takes nothing back.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_pulse (name, at) SELECT name, %(at)s FROM unnest(%(names)s::text[]) AS name
            ORDER BY name
            ON CONFLICT (name) DO UPDATE SET at = greatest(notifications_pulse.at, excluded.at)
            """,
            {"names": sorted(names), "at": at},
        )

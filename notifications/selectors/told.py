"""What was a person told, over which channel, and what became of it?"""

from collections.abc import Collection

from notifications.models import Digest, Notice
from notifications.rules import Source


def notices_of(person_id: int) -> list[Notice]:
    """Every notice of a person with its message, newest first. One query."""
    return list(Notice.objects.filter(person_id=person_id).select_related("message").order_by("-id"))


def notices_about(person_id: int, source: Source, source_id: int) -> list[Notice]:
    """What a person was told about one thing, with the messages, oldest version first. One query over unique keys."""
    notices = Notice.objects.filter(message__source=source, message__source_id=source_id, person_id=person_id)
    return list(notices.select_related("message").order_by("message__version", "channel"))


def digests_of(person_id: int) -> list[Digest]:
    """Every digest of a person with its neighborhood, newest first. One query."""
    return list(Digest.objects.filter(person_id=person_id).select_related("neighborhood").order_by("-day", "pace"))


def digests_over(person_id: int, topic: str, places: Collection[tuple[int, int]]) -> list[Digest]:
    """The digests of a person in whose range something lies, oldest first. One query.

    Args:
        places: Neighborhood and feed number of it; more than one where the person moved.
    """
    digests = Digest.objects.filter(person_id=person_id, topics__contains=[topic]).order_by("day", "pace")
    return [
        digest
        for digest in digests
        if any(
            digest.neighborhood_id == neighborhood_id and digest.after_number < number <= digest.upto_number
            for neighborhood_id, number in places
        )
    ]

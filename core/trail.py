"""Which changes of a row are kept for the audit trail?"""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=type[Model])


def recorded(*fields: str, model_name: str) -> Callable[[M], M]:
    """Keep every version of these fields in an append-only table that the database itself writes.

    Only ids, states and times belong there: no name, e-mail, address or free text. Who did something has to be a field
    of the row (ADR 6): the library's own context puts a second statement in front of each write, which binding on the
    server does not allow.

    Args:
        model_name: Of the table's model, beside the tracked one: "AssignmentEvent".
    """
    track: Callable[[M], M] = pghistory.track(
        fields=list(fields), model_name=model_name, context_field=None, append_only=True
    )
    return track

"""Which changes of a row are kept for the audit trail?"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.conf import settings
from django.db.migrations import RunSQL
from django.db.models import Index, Model

M = TypeVar("M", bound=type[Model])


def recorded(*fields: str, model_name: str, events: Sequence[pghistory.RowEvent] = ()) -> Callable[[M], M]:
    """Keep every version of these fields in an append-only table that the database itself writes.

    The migration that makes the table ends with `append_only`, so that the role `app` has no right to change it either.

    Only ids, states and times belong there: no name, e-mail, address or free text. Who did something has to be a field
    of the row (ADR 6): the library's own context puts a second statement in front of each write, which binding on the
    server does not allow.

    Args:
        model_name: Of the table's model, beside the tracked one: "AssignmentEvent".
        events: What is worth a line; unless given, a new row and a change of these fields.
    """
    # By this index the trail is read, a page at a time.
    newest_first = Index(fields=["-pgh_created_at", "-pgh_id"], name=f"{model_name.lower()}_newest")
    track: Callable[[M], M] = pghistory.track(
        *events,
        fields=list(fields),
        model_name=model_name,
        context_field=None,  # type: ignore[arg-type]  # documented, and missing in the package's types
        append_only=True,
        meta={"indexes": [newest_first]},
    )
    return track


def append_only(*tables: str) -> RunSQL:
    """The step of a migration that leaves the role `app` only adding to these tables and reading them."""
    names, role = ", ".join(tables), settings.APP_ROLE
    return RunSQL(
        f'REVOKE UPDATE, DELETE, TRUNCATE ON {names} FROM "{role}"', f'GRANT UPDATE, DELETE ON {names} TO "{role}"'
    )

"""What may be deleted for good, and what does a legal hold keep?

Every deletion of a record asks here: a row at a time (`may_purge`), many at once (`purgeable`), or by age (`purge`).
Where the database itself deletes, it asks `accounts_is_held(person)`, which is the same rule (migration 0008). What is
no record, such as sessions, is listed with its reason in `tests/architecture/test_deletions.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.models import LegalHold, User
from core.locks import hold_holds_still

# So many rows a transaction: enough to be quick, and nobody waits long for its locks.
CHUNK_SIZE = 2_000

Holds = QuerySet[LegalHold]


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom and what the rows of a table tell of.

    Attributes:
        people: Names of columns, also of tables above ("residency__person_id"), that hold the account's number.
        post: Given the holds of posts, which rows they keep.
    """

    people: tuple[str, ...] = ()
    post: Callable[[Holds], Q] | None = None


_CONCERNS: dict[type[Model], Concern] = {User: Concern(people=("pk",))}


def concerns(model: type[Model], *, people: tuple[str, ...] = (), post: Callable[[Holds], Q] | None = None) -> None:
    """Say whom the rows of a table tell of, so that they can be purged at all. Each app says it of its own tables."""
    _CONCERNS[model] = Concern(people, post)


def holds_in_force() -> Holds:
    return LegalHold.objects.filter(lifted_at=None)


def is_held(person_id: int) -> bool:
    """Whether what is kept about a person must stay. One query."""
    of_everything = Q(person=None, post_id=None)
    return holds_in_force().filter(of_everything | Q(person_id=person_id)).exists()


def purgeable(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that no hold keeps.

    Raises:
        KeyError: Nobody said whom the table tells of (`concerns`).
    """
    concern = _CONCERNS[rows.model]
    holds = holds_in_force()
    is_kept = Q(Exists(holds.filter(person=None, post_id=None)))
    for column in concern.people:
        is_kept |= Q(Exists(holds.filter(person_id=OuterRef(column))))
    if concern.post is not None:
        is_kept |= concern.post(holds.filter(post_id__isnull=False))
    return rows.filter(~is_kept)


def may_purge(row: Model) -> bool:
    """Whether a row may be deleted for good, as far as legal holds go. One query."""
    return purgeable(type(row)._default_manager.filter(pk=row.pk)).exists()


def purge(rows: QuerySet[Any], *, oldest_by: str = "pk", chunk_size: int = CHUNK_SIZE) -> int:
    """Delete for good those of the rows that no hold keeps, oldest first, a chunk a transaction.

    Memory does not grow with the rows, and whoever ends it in the middle loses nothing: the next call goes on. What
    somebody works on at this moment stays for the next call.

    Args:
        oldest_by: A column that is never empty in these rows, by which an index gives them in order.

    Returns:
        How many, not counting what hung on them.
    """
    deleted = 0
    after: tuple[Any, Any] | None = None
    while True:
        with transaction.atomic():
            # Before the rows are read, so that no hold is placed between the look and the deletion.
            hold_holds_still()
            chunk = _locked(_behind(purgeable(rows), oldest_by, after), oldest_by, chunk_size)
            if chunk:
                of_chunk = rows.model._base_manager.filter(pk__in=[pk for _, pk in chunk])
                deleted += of_chunk.delete()[1].get(rows.model._meta.label, 0)
        if len(chunk) < chunk_size:
            return deleted
        after = chunk[-1]


def purge_sign_ins() -> int:
    """Delete sign-ins older than twelve months, but for those that a hold keeps.

    The database does it in the owner's name, a chunk a call, because the role `app` may not delete a line of the trail.
    """
    deleted = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            hold_holds_still()
            cursor.execute("SELECT accounts_forget_sign_ins()")
            (count,) = cursor.fetchone()
        if not count:
            return deleted
        deleted += count


def _behind(rows: QuerySet[Any], column: str, after: tuple[Any, Any] | None) -> QuerySet[Any]:
    if after is None:
        return rows
    value, pk = after
    # The first condition alone is what an index can use.
    return rows.filter(Q(**{f"{column}__gte": value}), Q(**{f"{column}__gt": value}) | Q(pk__gt=pk))


def _locked(rows: QuerySet[Any], column: str, count: int) -> list[tuple[Any, Any]]:
    """The first of the rows, by (column, key), each locked until the transaction ends."""
    ordered = rows.order_by(column, "pk").select_for_update(of=("self",), skip_locked=True)
    return list(ordered.values_list(column, "pk")[:count])

"""Is the audit trail a trail: only ever added to, and without a word of or about anybody?"""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import Error, connection, models, transaction
from pghistory.models import Event

from accounts.models import RecordExport, SignIn
from neighborhoods.models import LookUp
from pages.audit.sources import SOURCES, Kind
from pages.audit.words import SENTENCES
from posts.rules import HidingOutcome

EVENTS = sorted((model for model in apps.get_models() if issubclass(model, Event) and model._meta.managed), key=str)
EVENTS = [model for model in EVENTS if model._meta.app_label != "pghistory"]
TRAIL: list[type[models.Model]] = [*EVENTS, SignIn, LookUp, RecordExport]
# What the library itself writes: "insert", "update", "delete".
LABEL = "pgh_label"


@pytest.fixture(params=TRAIL, ids=lambda model: model._meta.label)
def table(request: pytest.FixtureRequest) -> Any:
    return request.param


def columns_of(table: type[models.Model]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s",
            [table._meta.db_table],
        )
        return dict(cursor.fetchall())


def test_there_is_something_to_test() -> None:
    names = {model._meta.model_name for model in EVENTS}
    assert {"assignmentevent", "invitationevent", "userevent", "postevent", "residencyevent"} <= names


def test_the_application_may_only_read_and_add(table: type[models.Model], db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s",
            [settings.APP_ROLE, table._meta.db_table],
        )
        assert {privilege for (privilege,) in cursor.fetchall()} == {"SELECT", "INSERT"}
    name = table._meta.db_table
    key = table._meta.pk.column
    for statement in (f"UPDATE {name} SET {key} = {key}", f"DELETE FROM {name}", f"TRUNCATE {name}"):
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_it_holds_numbers_states_and_times_alone(table: type[models.Model], db: None) -> None:
    harmless = {"bigint", "integer", "smallint", "boolean", "timestamp with time zone", "date"}
    words = {name for name, kind in columns_of(table).items() if kind not in harmless}
    # A word may stand there only if it is one of a list.
    one_of_a_list = {field.column for field in table._meta.fields if field.choices}
    assert words - one_of_a_list - {LABEL} == set()


def test_nothing_that_is_deleted_takes_a_line_along(table: type[models.Model], db: None) -> None:
    keys = [field for field in table._meta.get_fields() if isinstance(field, models.ForeignKey)]
    assert {field.remote_field.on_delete for field in keys} <= {models.DO_NOTHING, models.PROTECT}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' AND confdeltype != 'a'",
            [table._meta.db_table],
        )
        assert cursor.fetchall() == []


def test_every_table_of_the_trail_is_on_its_page(db: None) -> None:
    assert {source.rows().model for source in SOURCES} == set(TRAIL)


def test_every_outcome_of_an_appeal_has_words() -> None:
    assert {outcome.value for outcome in HidingOutcome} <= SENTENCES[Kind.HIDING].keys()


def test_context_of_the_library_is_not_used(db: None) -> None:
    """It would put a second statement in front of each write, which binding on the server refuses (ADR 6)."""
    assert not any(name.startswith("pghistory.") for name in settings.MIDDLEWARE)
    assert not any("pgh_context" in columns_of(model) for model in EVENTS)

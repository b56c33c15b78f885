"""Can whoever holds the password of the role `app` climb the wall? Over a connection of its own, not the tests'."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg.errors import InsufficientPrivilege, NotNullViolation, StringDataRightTruncation, UndefinedFunction

from accounts.models import User
from config.settings import env
from neighborhoods.models import Neighborhood
from tests.community.conftest import TABLES, Talk
from tests.community.factories import WORDS
from tests.servers import url_of_test_database

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = env.db_url("DATABASE_OWNER_URL")["USER"]
ATTACKS = (
    "ALTER TABLE community_neighborpost DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE community_neighborpost NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE community_neighborpost OWNER TO CURRENT_USER",
    "ALTER POLICY select_neighborpost ON community_neighborpost USING (true)",
    "DROP POLICY select_neighborpost ON community_neighborpost",
    "CREATE POLICY open ON community_neighborpost FOR SELECT USING (true)",
    "DROP TABLE community_neighborpost CASCADE",
    "TRUNCATE community_neighborpost CASCADE",
    "DROP TRIGGER community_neighborpost_insert ON community_neighborpost",
    "CREATE OR REPLACE FUNCTION community_home() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 1::bigint'",
    "CREATE FUNCTION public.community_home(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    "ALTER FUNCTION community_home() RESET ALL",
    "DROP FUNCTION community_person() CASCADE",
    "CREATE VIEW public.window AS SELECT * FROM community_neighborpost",
    "CREATE TABLE public.copied AS SELECT * FROM community_neighborpost",
    "COPY community_neighborpost TO PROGRAM 'cat'",
    "COPY community_neighborpost TO '/tmp/copied'",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    f'SET ROLE "{OWNER}"',
    f'SET SESSION AUTHORIZATION "{OWNER}"',
    "UPDATE community_neighborpost SET title = 'x'",
)


@pytest.fixture
def outside(talk: Talk) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A session as the application itself opens it, with autocommit."""
    with psycopg.connect(url_of_test_database(), autocommit=True) as connection:
        yield connection


def count(outside: psycopg.Connection[tuple[object, ...]], table: str) -> object:
    row = outside.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return row[0]


def test_it_is_the_role_that_owns_nothing(outside: psycopg.Connection[tuple[object, ...]]) -> None:
    row = outside.execute(
        "SELECT session_user, current_user, rolsuper OR rolbypassrls OR rolcreaterole, "
        "(SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row == (settings.APP_ROLE, settings.APP_ROLE, False, 0)


def test_raw_sql_without_an_identity_finds_nothing(outside: psycopg.Connection[tuple[object, ...]]) -> None:
    assert {model._meta.db_table: count(outside, model._meta.db_table) for model in TABLES} == {
        model._meta.db_table: 0 for model in TABLES
    }


def test_the_wall_cannot_be_taken_down(outside: psycopg.Connection[tuple[object, ...]]) -> None:
    # No error, only a warning: nothing was granted, as the UPDATE among the attacks shows.
    outside.execute("GRANT UPDATE ON community_neighborpost TO CURRENT_USER")
    went_through = []
    for attack in ATTACKS:
        try:
            outside.execute(attack)
        except (InsufficientPrivilege, UndefinedFunction):
            continue
        went_through.append(attack)
    assert went_through == []
    assert count(outside, "community_neighborpost") == 0


def test_switching_row_security_off_is_an_error_and_no_way_in(
    outside: psycopg.Connection[tuple[object, ...]],
) -> None:
    outside.execute("SET row_security = off")
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        count(outside, "community_neighborpost")


def test_a_temporary_table_does_not_stand_in_front_of_a_real_one(
    outside: psycopg.Connection[tuple[object, ...]], officer: User, resident: User
) -> None:
    """Whoever could pretend a residency would be let in."""
    outside.execute("CREATE TEMP TABLE neighborhoods_residency AS SELECT * FROM public.neighborhoods_residency")
    outside.execute("CREATE TEMP TABLE accounts_user AS SELECT * FROM public.accounts_user")
    outside.execute(
        "UPDATE pg_temp.neighborhoods_residency SET person_id = %s WHERE person_id = %s", [officer.pk, resident.pk]
    )
    outside.execute("UPDATE pg_temp.accounts_user SET kind = 'resident'")
    outside.execute("SET search_path = pg_temp, public")
    outside.execute("SELECT set_config('porchlight.person', %s, false)", [str(officer.pk)])
    assert count(outside, "public.community_neighborpost") == 0


def test_statistics_tell_no_words(outside: psycopg.Connection[tuple[object, ...]]) -> None:
    rows = outside.execute("SELECT tablename FROM pg_stats WHERE tablename LIKE 'community\\_%'").fetchall()
    assert {table for (table,) in rows} <= {"community_room", "community_weekcount"}


def test_no_error_tells_words(
    outside: psycopg.Connection[tuple[object, ...]], resident: User, oak: Neighborhood
) -> None:
    """An error ends in a log. Of other tables PostgreSQL shows the whole row that failed; of these it does not."""
    row = {"author": resident.pk, "place": oak.pk, "title": None, "text": WORDS}
    insert = (
        "INSERT INTO community_neighborpost (author_id, neighborhood_id, kind, title, text, is_open_to_adjoining, "
        "submission_key, created_at) VALUES (%(author)s, %(place)s, 'talk', %(title)s, %(text)s, false, "
        "gen_random_uuid(), now())"
    )
    outside.execute("SELECT set_config('porchlight.person', %s, false)", [str(resident.pk)])
    for changes, expected in (
        ({}, NotNullViolation),
        ({"title": "x" * 121}, StringDataRightTruncation),
        ({"title": WORDS, "author": resident.pk + 1}, InsufficientPrivilege),
    ):
        with pytest.raises(expected) as error:
            outside.execute(insert, row | changes)
        assert WORDS not in str(error.value)
        assert "ladder" not in str(error.value.diag.message_detail)


def test_an_identity_by_hand_is_gone_with_its_transaction(
    outside: psycopg.Connection[tuple[object, ...]], resident: User
) -> None:
    with outside.transaction():
        outside.execute("SELECT set_config('porchlight.person', %s, true)", [str(resident.pk)])
        assert count(outside, "community_neighborpost") == 3
    assert count(outside, "community_neighborpost") == 0

"""Does a backup hold everything, neighbors' words included, and does it come back with every right as it was?"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from ops import environment, postgres
from ops.backup import back_up, who_sees_everything
from ops.clients import Login
from ops.place import Place
from ops.restore import restore, who_owns_everything
from ops.say import CannotGoOn
from tests.installation import manage
from tests.servers import PostgresServer, PrivatePlace

TABLES = """
SELECT relation.relname FROM pg_class AS relation
WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind = 'r' ORDER BY 1
"""
# Everything that says who may do what, and what the database itself does; each a line of text.
RIGHTS = {
    "relations": """
        SELECT relname, relkind, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity,
            (SELECT string_agg(right_of::text, ' ' ORDER BY right_of::text) FROM unnest(relacl) AS right_of)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S', 'm') ORDER BY 1
    """,
    "columns": """
        SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attacl,
            pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
            AND attnum > 0 AND NOT attisdropped
        ORDER BY attrelid::regclass::text, attname
    """,
    "policies": "SELECT * FROM pg_policies ORDER BY tablename, policyname",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "triggers": """
        SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1
    """,
    "functions": """
        SELECT pg_get_functiondef(oid), pg_get_userbyid(proowner),
            (SELECT string_agg(right_of::text, ' ' ORDER BY right_of::text) FROM unnest(proacl) AS right_of)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
            AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
        ORDER BY 1
    """,
    "rights of what is made later": """
        SELECT defaclrole::regrole, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2
    """,
    "the schema": "SELECT nspowner::regrole, nspacl FROM pg_namespace WHERE nspname = 'public'",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
}


# The server writes one and the same condition differently once it has read it back.
_CASTS = re.compile(r"::(?:text|character varying)(?:\[\])?|[()]")


class Cluster:
    """A PostgreSQL as the set-up makes it."""

    def __init__(self, place: Place) -> None:
        self.place, self.server = place, PostgresServer(place)
        self.server.start()

    @property
    def everything(self) -> Login:
        return postgres.superuser(self.place)

    @property
    def owner(self) -> Login:
        return Login.of_url(self.server.urls["DATABASE_OWNER_URL"])

    @property
    def app(self) -> Login:
        return Login.of_url(self.server.urls["DATABASE_URL"])

    def rights(self, what: str) -> list[str]:
        return [_CASTS.sub("", line) for line in self.everything.ask(RIGHTS[what]).splitlines()]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = self.everything.ask(TABLES).splitlines()
        counting = " UNION ALL ".join(f"SELECT '{table}=' || count(*) FROM {table}" for table in tables)
        pairs = (line.split("=") for line in self.everything.ask(counting).splitlines())
        return {name: int(count) for name, count in pairs}


@pytest.fixture(scope="module")
def city() -> Iterator[Cluster]:
    """The demo city."""
    private = PrivatePlace()
    cluster = Cluster(private.place)
    values = environment.with_secrets({**cluster.server.urls, "REDIS_URL": settings.REDIS_URL})
    env = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_NAME"} | values
    manage(env, "migrate", "--no-input", "--verbosity", "0")
    manage(env, "create_demo", "--sign-ins", str(private.place.local / "demo.json"))
    yield cluster
    cluster.server.stop()
    private.remove()


@pytest.fixture
def empty() -> Iterator[Cluster]:
    """Another machine's, after `make services`."""
    private = PrivatePlace()
    cluster = Cluster(private.place)
    yield cluster
    cluster.server.stop()
    private.remove()


@pytest.fixture(scope="module")
def backup(city: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return back_up(city.everything, tmp_path_factory.mktemp("backups"))


def test_everything_comes_back_as_it_was(city: Cluster, empty: Cluster, backup: Path) -> None:
    before = city.counts()
    assert before["community_neighborpost"] > 0  # what row security hides from every role of ours

    restore(backup, empty.owner)

    assert empty.counts() == before
    for what in RIGHTS:
        assert empty.rights(what) == city.rights(what), what


def test_the_restored_city_keeps_its_walls(empty: Cluster, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.SERVER_NAMES:
        monkeypatch.delenv(name, raising=False)
    environment.write_env(empty.place, empty.server.urls)

    restore(backup, who_owns_everything(empty.place))

    assert empty.app.ask("SELECT count(*) FROM community_neighborpost") == "0"
    assert int(empty.app.ask("SELECT count(*) FROM posts_post")) > 0
    with pytest.raises(CannotGoOn, match="permission denied"):
        empty.app.ask("DELETE FROM posts_postevent")
    with pytest.raises(CannotGoOn, match="permission denied"):
        empty.app.ask("TRUNCATE posts_post CASCADE")


def test_only_an_empty_database_takes_a_backup(city: Cluster, backup: Path) -> None:
    before = city.counts()

    with pytest.raises(CannotGoOn, match="not empty"):
        restore(backup, city.owner)

    assert city.counts() == before


def test_a_damaged_backup_is_refused_and_leaves_nothing(empty: Cluster, backup: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.dump"
    cut.write_bytes(backup.read_bytes()[:-5_000])
    with pytest.raises(CannotGoOn):
        restore(cut, empty.owner)

    strange = tmp_path / "letter.txt"
    strange.write_text("Dear neighbors")
    with pytest.raises(CannotGoOn):
        restore(strange, empty.owner)

    assert empty.everything.ask(TABLES) == "spatial_ref_sys"


def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_role_that_does_not_see_every_row_makes_no_backup(city: Cluster, tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="row-level security"):
        back_up(city.owner, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_role_made_as_the_documentation_says_sees_every_row(city: Cluster, tmp_path: Path) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    statement = next(line.strip() for line in text.splitlines() if line.strip().startswith("CREATE ROLE backup "))
    grant = next(line.strip() for line in text.splitlines() if line.strip().startswith("GRANT pg_read_all_data "))
    city.everything.ask(statement.replace("…", "secret"))
    city.everything.ask(grant)

    address = city.everything.address.replace("//postgres@", "//backup@")
    assert back_up(Login(address, "secret"), tmp_path / "backups").stat().st_size > 0


def test_a_named_role_is_used_and_a_database_of_somebody_elses_needs_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in environment.SERVER_NAMES:
        monkeypatch.setenv(name, "postgresql://app@db/porchlight")
    monkeypatch.delenv("DATABASE_BACKUP_URL", raising=False)
    with pytest.raises(CannotGoOn, match="DATABASE_BACKUP_URL"):
        who_sees_everything(Place(tmp_path))

    monkeypatch.setenv("DATABASE_BACKUP_URL", "postgresql://backup:geheim%21@db:6432/porchlight?sslmode=require")
    login = who_sees_everything(Place(tmp_path))
    assert login == Login("postgresql://backup@db:6432/porchlight?sslmode=require", "geheim!")


def test_a_cluster_that_does_not_run_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*environment.SERVER_NAMES, "DATABASE_BACKUP_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CannotGoOn, match="make services"):
        who_sees_everything(Place(tmp_path))
    with pytest.raises(CannotGoOn, match="make services"):
        who_owns_everything(Place(tmp_path))

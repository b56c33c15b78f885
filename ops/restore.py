"""How does a backup become a working database again, with every right as it was?"""

import os
import tempfile
import time
from pathlib import Path

from ops import environment, postgres
from ops.backup import check
from ops.clients import Login, client
from ops.place import HOME, ROOT, Place, shown
from ops.say import CannotGoOn, say, step

# Whatever an extension brought along is there in an empty database too.
COUNT_RELATIONS = """
SELECT count(*) FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE namespace.nspname NOT LIKE 'pg\\_%' AND namespace.nspname <> 'information_schema'
    AND relation.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = relation.oid AND deptype = 'e')
"""
# A backup says which rights were given, not which were taken away: those that new tables have by themselves would come
# on top, and append-only tables be open again. The backup brings these, too, back at its end.
NO_RIGHTS_OF_THEMSELVES = """
DO $$
DECLARE given record;
BEGIN
    FOR given IN
        SELECT DISTINCT grantee::regrole AS role, CASE defaclobjtype WHEN 'r' THEN 'TABLES' ELSE 'SEQUENCES' END AS kind
        FROM pg_default_acl, aclexplode(defaclacl)
        WHERE defaclrole = current_user::regrole AND defaclnamespace = 'public'::regnamespace
            AND defaclobjtype IN ('r', 'S') AND grantee <> defaclrole
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON %s FROM %s', given.kind, given.role);
    END LOOP;
END
$$;
"""
# The superuser made these, in the template that every database of ours comes from.
NOT_OURS = (
    " EXTENSION ",
    " COMMENT - EXTENSION ",
    " SCHEMA - public ",
    " COMMENT - SCHEMA public ",
    " ACL - SCHEMA public ",
    " TABLE DATA public spatial_ref_sys ",
)


def main() -> int:
    """`make restore FILE=…`: into an empty database, as the role that owns the schema."""
    named = os.environ.get("FILE", "")
    if not named:
        raise CannotGoOn("Say which backup: make restore FILE=.local/backups/….dump")
    file = Path(named) if Path(named).is_absolute() else ROOT / named
    if not file.is_file():
        raise CannotGoOn(f"There is no file {shown(file)}.")
    HOME.prepare()
    started = time.monotonic()
    count = restore(file, who_owns_everything(HOME))
    say(f"{count} tables are back, after {time.monotonic() - started:.1f} s.")
    say(
        f"Not in a backup are the keys in {shown(HOME.env_file)} of the installation it was made from. Take over its "
        "SECRET_KEY, LIVE_TOKEN_KEY, SECOND_FACTOR_KEYS, HOME_KEYS, HOUSEHOLD_KEY and VAPID_PRIVATE_KEY before anybody "
        "uses the site; then `make run`, which migrates."
    )
    return 0


def who_owns_everything(place: Place) -> Login:
    """The role that owns the schema, on the servers the caller named or on ours.

    Raises:
        CannotGoOn: Ours do not run.
    """
    given = environment.given_servers()
    if not given and not (place.local / "superuser").exists():
        # Not for its rights: it says so where the cluster does not run.
        postgres.superuser(place)
    return Login.of_url({**environment.read_env(place), **given}["DATABASE_OWNER_URL"])


def restore(file: Path, owner: Login) -> int:
    """Put everything back or nothing.

    Returns:
        How many tables were filled.

    Raises:
        CannotGoOn: The file is damaged, or the database is not empty; it is as it was.
    """
    with step("Reading the backup"):
        contents = check(file)
    _refuse_unless_empty(owner)
    ours = [line for line in contents if not any(mark in f"{line} " for mark in NOT_OURS)]
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted, step("Restoring"):
        wanted.write("\n".join(ours) + "\n")
        wanted.flush()
        script = [str(client("pg_restore")), "--file=-", "--no-owner", "--use-list", wanted.name, str(file)]
        owner.feed(NO_RIGHTS_OF_THEMSELVES, script)
    with step("Counting, so that the database knows how to plan"):
        owner.run("psql", "--no-psqlrc", "--quiet", "--command", "ANALYZE")
    return sum(" TABLE DATA " in line for line in ours)


def _refuse_unless_empty(owner: Login) -> None:
    count = int(owner.ask(COUNT_RELATIONS))
    if count:
        raise CannotGoOn(
            f"This database is not empty: {count} tables and sequences are in it. A backup goes only into an "
            "empty one, so that nothing is mixed or lost. In a fresh checkout: make services, then make restore."
        )
    if owner.ask("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'") != "1":
        raise CannotGoOn("PostGIS is missing from this database: make it from the template of ops/roles.sql.")

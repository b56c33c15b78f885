"""How does a scratch database become a city of a given size, by SQL instead of by people?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

AUTHOR_EMAIL = "author@benchmark.test"
RESIDENT_EMAIL = "resident-1@benchmark.test"
AREA_COMMAND = "area"

_NEIGHBORHOODS = """
WITH load AS (
    INSERT INTO neighborhoods_boundaryload (file_name, sha256, loaded_at) VALUES ('benchmark', repeat('0', 64), now())
    RETURNING id
), place AS (
    INSERT INTO neighborhoods_neighborhood (key, name, slug, claimed_count, verified_count)
    SELECT 'Neighborhood ' || n, 'Neighborhood ' || n, 'neighborhood-' || n, 0, 0
    FROM generate_series(1, %(count)s) AS n
    RETURNING id
), square AS (
    SELECT place.id, ST_MakeEnvelope(x, y, x + 0.01, y + 0.01, 4326) AS ground
    FROM place, LATERAL (SELECT (place.id %% 100) * 0.01 AS x, (place.id / 100) * 0.01 AS y) AS corner
)
INSERT INTO neighborhoods_boundary (neighborhood_id, load_id, boundary, center, area_m2, started_at)
SELECT square.id, load.id, ST_Multi(ground), ST_Centroid(ground), 1000000, now() FROM square, load
"""

_STAFF = """
WITH person AS (
    INSERT INTO accounts_user
        (email, password, full_name, shows_last_name, kind, rank, is_superuser, is_active, joined_at)
    VALUES (%(email)s, '!', 'Ada Author', false, 'staff', 'Officer', false, true, now()) RETURNING id
), area AS (
    INSERT INTO commands_policecommand (name, slug, letter, kind, about, phone, second_person)
    VALUES ('Area Command', %(area)s, 'A', 'area', '', '', 'never') RETURNING id
), coverage AS (
    INSERT INTO commands_coverage (command_id, neighborhood_id, started_at)
    SELECT area.id, place.id, now()
    FROM area, (SELECT id FROM neighborhoods_neighborhood ORDER BY id LIMIT %(size)s) AS place
)
INSERT INTO commands_assignment (person_id, command_id, role, started_at)
SELECT person.id, command.id, 'author', now()
FROM person, (SELECT id FROM area UNION SELECT id FROM commands_policecommand WHERE kind = 'headquarters') AS command
"""

_RESIDENTS = """
WITH place AS (
    SELECT array_agg(neighborhood_id ORDER BY neighborhood_id) AS ids,
           array_agg(center ORDER BY neighborhood_id) AS centers
    FROM neighborhoods_boundary
), person AS (
    INSERT INTO accounts_user
        (email, password, full_name, shows_last_name, kind, rank, is_superuser, is_active, joined_at)
    SELECT 'resident-' || n || '@benchmark.test', '!', 'Rosa Resident', false, 'resident', '', false, true, now()
    FROM generate_series(1, %(count)s) AS n
    RETURNING id
)
INSERT INTO neighborhoods_residency
    (person_id, neighborhood_id, standing, cell_row, cell_column, cell_center, claimed_at, verified_at,
     verified_how, household_hash)
SELECT person.id, place.ids[1 + person.id %% cardinality(place.ids)], 'verified', 0, 0,
       place.centers[1 + person.id %% cardinality(place.ids)], now(), now(), 'in_person', ''
FROM person, place
"""

_COUNTS = """
UPDATE neighborhoods_neighborhood SET verified_count = counted.people
FROM (SELECT neighborhood_id, count(*) AS people FROM neighborhoods_residency GROUP BY neighborhood_id) AS counted
WHERE counted.neighborhood_id = neighborhoods_neighborhood.id
"""

# The same text in every post: about what an officer writes.
POST_TEXT = "Two cars were opened overnight on the 700 block. Please look whether something is missing from yours. " * 4

_POSTS = """
INSERT INTO posts_post (command_id, author_id, kind, title, text, status, version, audience_scope, return_reason,
    submission_key, created_at, changed_at, published_at, neighborhood_count, resident_count)
SELECT command.id, author.id, 'last_night', 'Two cars opened overnight', %(text)s, 'published', 1, 'city', '',
    gen_random_uuid(), moment, moment, moment, %(places)s, 0
FROM generate_series(1, %(count)s) AS n,
     LATERAL (SELECT now() - interval '1 year' + n * interval '1 second' AS moment) AS clock,
     (SELECT id FROM commands_policecommand WHERE kind = 'headquarters') AS command,
     (SELECT id FROM accounts_user WHERE email = %(author)s) AS author
RETURNING id
"""

# Posts in the order of time, each in every neighborhood, as years of use would have left them.
_DELIVERIES = """
INSERT INTO posts_delivery
    (post_id, neighborhood_id, feed_number, version, claimed_count, verified_count, attempts, done_at, notices_at)
SELECT post.id, place.id, row_number() OVER (PARTITION BY place.id ORDER BY post.id), 1, 0, 0, 1, post.published_at,
       post.published_at
FROM posts_post AS post CROSS JOIN neighborhoods_neighborhood AS place
ORDER BY post.id, place.id
"""

_FEEDS = """
INSERT INTO posts_feed (neighborhood_id, number)
SELECT neighborhood_id, max(feed_number) FROM posts_delivery GROUP BY neighborhood_id
ON CONFLICT (neighborhood_id) DO UPDATE SET number = excluded.number
"""


def owner_connection() -> psycopg.Connection:
    """A connection that may also analyze, drop and add keys."""
    # As in config/settings.py: without it a million recorded rows would take hours.
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True, options="-c pgtrigger.ignore={}")


def app_connection() -> psycopg.Connection:
    """A bare connection with the rights that the installation itself has; every statement commits."""
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def seed_city(owner: psycopg.Connection, *, neighborhoods: int, of_area: int, residents: int) -> None:
    """Neighborhoods, the first of them served by an area command, one author there and at headquarters, residents."""
    owner.execute(_NEIGHBORHOODS, {"count": neighborhoods})
    owner.execute(_STAFF, {"email": AUTHOR_EMAIL, "area": AREA_COMMAND, "size": of_area})
    with _untracked(owner, "accounts_user", "neighborhoods_residency"):
        owner.execute(_RESIDENTS, {"count": residents})
    owner.execute(_COUNTS)
    owner.execute("VACUUM ANALYZE")


def seed_posts(owner: psycopg.Connection, *, count: int, places: int) -> list[int]:
    """Published posts without any delivery; gives their ids."""
    rows = owner.execute(_POSTS, {"text": POST_TEXT, "count": count, "author": AUTHOR_EMAIL, "places": places})
    return [post_id for (post_id,) in rows]


def seed_deliveries(owner: psycopg.Connection) -> int:
    """Every post delivered in every neighborhood; gives the number of deliveries there are then."""
    with without_keys(owner, "posts_delivery"):
        count = owner.execute(_DELIVERIES).rowcount
    owner.execute(_FEEDS)
    owner.execute("VACUUM ANALYZE")
    return count


@contextmanager
def _untracked(owner: psycopg.Connection, *tables: str) -> Iterator[None]:
    """Keep no trail of a million sign-ups that never happened: it would take most of the time."""
    for table in tables:
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    yield
    for table in tables:
        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))


@contextmanager
def without_keys(owner: psycopg.Connection, table: str) -> Iterator[None]:
    """Take a table's keys and indexes away and put the same ones back: millions of rows go in ten times faster."""
    constraints = owner.execute(
        """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f'
        """,
        [table],
    ).fetchall()
    indexes = owner.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
        [table],
    ).fetchall()
    alter = sql.SQL("ALTER TABLE {} ").format(sql.Identifier(table))
    for name, _ in reversed(constraints):
        owner.execute(alter + sql.SQL("DROP CONSTRAINT {}").format(sql.Identifier(name)))
    for name, _ in indexes:
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    owner.execute("SET maintenance_work_mem = '512MB'")
    for name, definition in constraints:
        owner.execute(alter + sql.SQL("ADD CONSTRAINT {} ").format(sql.Identifier(name)) + sql.SQL(definition))
    for _, definition in indexes:
        owner.execute(definition)

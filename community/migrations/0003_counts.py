"""Keeps the numbers that anybody may know: a room's number for caching, and how much was written in a week.

The triggers run once for a statement, so that one that takes many rows away raises its rooms together and in order.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION community_raise_rooms(places bigint[]) RETURNS void LANGUAGE sql
SET search_path = public, pg_temp AS $$
    -- In id order, or two who write at once in adjoining places would wait for each other forever.
    INSERT INTO community_room (neighborhood_id, number)
    SELECT DISTINCT place, 1 FROM unnest(places) AS place WHERE place IS NOT NULL ORDER BY place
    ON CONFLICT (neighborhood_id) DO UPDATE SET number = community_room.number + 1
$$;

-- Whose readers notice a change: the places themselves and those beside them, whether or not the post is open to them.
CREATE FUNCTION community_places_around(places bigint[]) RETURNS bigint[] LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT array_agg(place) FROM (
        SELECT unnest(places) AS place
        UNION
        SELECT other_id FROM neighborhoods_adjoining WHERE neighborhood_id = ANY (places)
    ) AS around
$$;

CREATE FUNCTION community_posts_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO community_weekcount (neighborhood_id, week_on, post_count, comment_count)
        SELECT neighborhood_id, date_trunc('week', created_at AT TIME ZONE 'UTC')::date AS week_on, count(*), 0
        FROM changed GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (neighborhood_id, week_on)
        DO UPDATE SET post_count = community_weekcount.post_count + excluded.post_count;
    END IF;
    PERFORM community_raise_rooms(community_places_around((SELECT array_agg(neighborhood_id) FROM changed)));
    RETURN NULL;
END
$$;

-- The rooms around the post; where whoever deletes a comment no longer sees the post, the rooms around all the places
-- it can have been read from. A post that goes takes its comments along and has raised the rooms itself.
CREATE FUNCTION community_comments_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO community_weekcount (neighborhood_id, week_on, post_count, comment_count)
        SELECT neighborhood_id, date_trunc('week', created_at AT TIME ZONE 'UTC')::date AS week_on, 0, count(*)
        FROM changed GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (neighborhood_id, week_on)
        DO UPDATE SET comment_count = community_weekcount.comment_count + excluded.comment_count;
    END IF;
    PERFORM community_raise_rooms(community_places_around((
        SELECT array_agg(post.neighborhood_id)
        FROM changed JOIN community_neighborpost AS post ON post.id = changed.post_id
    ) || community_places_around((
        SELECT array_agg(changed.neighborhood_id) FROM changed
        WHERE NOT EXISTS (SELECT FROM community_neighborpost AS post WHERE post.id = changed.post_id)
    ))));
    RETURN NULL;
END
$$;

CREATE FUNCTION community_thanks_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM community_raise_rooms(community_places_around((
        SELECT array_agg(post.neighborhood_id)
        FROM changed JOIN community_neighborpost AS post ON post.id = changed.post_id
    )));
    RETURN NULL;
END
$$;

-- A mute or a block changes what two people see: in the room of the one who does it, and in those around.
CREATE FUNCTION community_people_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM changed) THEN
        PERFORM community_raise_rooms(community_places_around(ARRAY[community_home()]));
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION community_removals_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM community_raise_rooms(community_places_around((SELECT array_agg(neighborhood_id) FROM changed)));
    RETURN NULL;
END
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION community_removals_changed();
DROP FUNCTION community_people_changed();
DROP FUNCTION community_thanks_changed();
DROP FUNCTION community_comments_changed();
DROP FUNCTION community_posts_changed();
DROP FUNCTION community_places_around(bigint[]);
DROP FUNCTION community_raise_rooms(bigint[]);
"""

# Each a table, what it calls, and when.
TRIGGERS = (
    ("neighborpost", "community_posts_changed", ("INSERT", "DELETE")),
    ("comment", "community_comments_changed", ("INSERT", "DELETE")),
    ("thanks", "community_thanks_changed", ("INSERT", "DELETE")),
    ("mute", "community_people_changed", ("INSERT", "DELETE")),
    ("block", "community_people_changed", ("INSERT", "DELETE")),
    ("removal", "community_removals_changed", ("INSERT", "UPDATE")),
)


def make_triggers() -> str:
    return ";\n".join(
        f"CREATE TRIGGER community_{table}_{event.lower()} AFTER {event} ON community_{table}"
        f" REFERENCING {'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        for table, function, events in TRIGGERS
        for event in events
    )


def drop_triggers() -> str:
    return ";\n".join(
        f"DROP TRIGGER community_{table}_{event.lower()} ON community_{table}"
        for table, _, events in TRIGGERS
        for event in events
    )


class Migration(migrations.Migration):
    dependencies = [("community", "0002_the_wall")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(make_triggers(), drop_triggers()),
    ]

"""Keeps the numbers that anybody may know: a room's number for caching, and how much was written in a week."""

from django.db import migrations

TRIGGERS = """
CREATE FUNCTION community_raise_rooms(places bigint[]) RETURNS void LANGUAGE sql AS $$
    -- In id order, or two who write at once in adjoining places would wait for each other forever.
    INSERT INTO community_room (neighborhood_id, number)
    SELECT DISTINCT place, 1 FROM unnest(places) AS place WHERE place IS NOT NULL ORDER BY place
    ON CONFLICT (neighborhood_id) DO UPDATE SET number = community_room.number + 1
$$;

-- Whose readers notice a change: the place itself and those beside it, whether or not this post is open to them.
CREATE FUNCTION community_places_around(place bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT array_append(array_agg(other_id), place) FROM neighborhoods_adjoining WHERE neighborhood_id = place
$$;

CREATE FUNCTION community_post_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO community_weekcount (neighborhood_id, week_on, post_count, comment_count)
        VALUES (NEW.neighborhood_id, date_trunc('week', NEW.created_at AT TIME ZONE 'UTC'), 1, 0)
        ON CONFLICT (neighborhood_id, week_on) DO UPDATE SET post_count = community_weekcount.post_count + 1;
        PERFORM community_raise_rooms(community_places_around(NEW.neighborhood_id));
        RETURN NEW;
    END IF;
    PERFORM community_raise_rooms(community_places_around(OLD.neighborhood_id));
    RETURN OLD;
END
$$;
CREATE TRIGGER community_post_changed AFTER INSERT OR DELETE ON community_neighborpost
FOR EACH ROW EXECUTE FUNCTION community_post_changed();

CREATE FUNCTION community_comment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO community_weekcount (neighborhood_id, week_on, post_count, comment_count)
        VALUES (NEW.neighborhood_id, date_trunc('week', NEW.created_at AT TIME ZONE 'UTC'), 0, 1)
        ON CONFLICT (neighborhood_id, week_on) DO UPDATE SET comment_count = community_weekcount.comment_count + 1;
        PERFORM community_raise_rooms(community_places_around(NEW.neighborhood_id));
        RETURN NEW;
    END IF;
    PERFORM community_raise_rooms(community_places_around(OLD.neighborhood_id));
    RETURN OLD;
END
$$;
CREATE TRIGGER community_comment_changed AFTER INSERT OR DELETE ON community_comment
FOR EACH ROW EXECUTE FUNCTION community_comment_changed();

-- Thanks, mutes and blocks change what people of the actor's own place see; a removal what those around it see.
CREATE FUNCTION community_person_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM community_raise_rooms(community_places_around(community_home()));
    RETURN NULL;
END
$$;
CREATE TRIGGER community_thanks_changed AFTER INSERT OR DELETE ON community_thanks
FOR EACH ROW EXECUTE FUNCTION community_person_changed();
CREATE TRIGGER community_mute_changed AFTER INSERT OR DELETE ON community_mute
FOR EACH ROW EXECUTE FUNCTION community_person_changed();
CREATE TRIGGER community_block_changed AFTER INSERT OR DELETE ON community_block
FOR EACH ROW EXECUTE FUNCTION community_person_changed();

CREATE FUNCTION community_removal_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM community_raise_rooms(community_places_around(NEW.neighborhood_id));
    RETURN NEW;
END
$$;
CREATE TRIGGER community_removal_changed AFTER INSERT OR UPDATE ON community_removal
FOR EACH ROW EXECUTE FUNCTION community_removal_changed();
"""

DROP = """
DROP TRIGGER community_removal_changed ON community_removal;
DROP TRIGGER community_block_changed ON community_block;
DROP TRIGGER community_mute_changed ON community_mute;
DROP TRIGGER community_thanks_changed ON community_thanks;
DROP TRIGGER community_comment_changed ON community_comment;
DROP TRIGGER community_post_changed ON community_neighborpost;
DROP FUNCTION community_removal_changed();
DROP FUNCTION community_person_changed();
DROP FUNCTION community_comment_changed();
DROP FUNCTION community_post_changed();
DROP FUNCTION community_places_around(bigint);
DROP FUNCTION community_raise_rooms(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0002_the_wall")]

    operations = [migrations.RunSQL(TRIGGERS, DROP)]

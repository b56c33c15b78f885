"""Lets no copy of somebody's words stay who was leaving in the moment it was handed in.

As in 0004: leaving takes the rooms first. Whoever reports, or asks for another look, takes the room too once the row is
written, and looks again whether that of which it is a copy is still there.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION community_reported_still_there() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM community_room
    WHERE neighborhood_id IN (SELECT neighborhood_id FROM added) ORDER BY neighborhood_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM added
        WHERE NOT CASE subject_kind
            WHEN 'post' THEN EXISTS (SELECT FROM community_neighborpost AS post WHERE post.id = added.subject_id)
            ELSE EXISTS (SELECT FROM community_comment AS comment WHERE comment.id = added.subject_id)
        END
    ) THEN
        RAISE EXCEPTION 'What is reported is gone.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION community_removed_still_there() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM community_room
    WHERE neighborhood_id IN (SELECT neighborhood_id FROM added) ORDER BY neighborhood_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM added
        WHERE NOT EXISTS (SELECT FROM community_removalcopy AS copy WHERE copy.removal_id = added.removal_id)
    ) THEN
        RAISE EXCEPTION 'What was removed is gone.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION community_removed_still_there();
DROP FUNCTION community_reported_still_there();
"""

TRIGGERS = (("report", "community_reported_still_there"), ("appeal", "community_removed_still_there"))


def make_triggers() -> str:
    return ";\n".join(
        f"CREATE TRIGGER community_{table}_insert_looks_again AFTER INSERT ON community_{table}"
        f" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        for table, function in TRIGGERS
    )


def drop_triggers() -> str:
    return ";\n".join(f"DROP TRIGGER community_{table}_insert_looks_again ON community_{table}" for table, _ in TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("community", "0004_who_left_writes_no_more")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(make_triggers(), drop_triggers()),
    ]

"""Lets nobody's words stay who was leaving in the moment they were written.

A policy looks at things as they were when the statement began. Leaving takes the rooms first, and so does whoever
writes: one of the two waits, and whoever wrote while the other left looks again, with the rooms in hand.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION community_still_there() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF community_home() IS NULL THEN
        RAISE EXCEPTION 'Whoever writes lives here no more.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$
"""

TABLES = ("neighborpost", "comment")


# Triggers of one moment run in the order of their names: after the one that takes the rooms.
def make_triggers() -> str:
    return ";\n".join(
        f"CREATE TRIGGER community_{table}_insert_looks_again AFTER INSERT ON community_{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION community_still_there()"
        for table in TABLES
    )


def drop_triggers() -> str:
    return ";\n".join(f"DROP TRIGGER community_{table}_insert_looks_again ON community_{table}" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("community", "0003_counts")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION community_still_there()"),
        migrations.RunSQL(make_triggers(), drop_triggers()),
    ]

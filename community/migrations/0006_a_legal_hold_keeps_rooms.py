"""Lets age delete nothing in the rooms of somebody whose data a legal hold keeps.

Their words may hang on what others wrote, and whoever purges sees none of them: the wall stays closed for that, too. So
the whole room stays, and those beside it, from where its posts can be answered. What somebody deletes themselves goes
all the same: that is not the city's doing.
"""

from django.db import migrations

HOLDS_ROOM = """
CREATE FUNCTION community_room_is_held(place bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_legalhold AS hold
        WHERE hold.lifted_at IS NULL AND hold.post_id IS NULL AND (
            hold.person_id IS NULL OR EXISTS (
                SELECT FROM neighborhoods_residency AS residency
                WHERE residency.person_id = hold.person_id AND (
                    residency.neighborhood_id = place OR residency.neighborhood_id IN (
                        SELECT beside.other_id FROM neighborhoods_adjoining AS beside
                        WHERE beside.neighborhood_id = place
                    )
                )
            )
        )
    )
$$
"""

ME = "(SELECT community_person())"
PURGES_BEFORE = "(SELECT community_purges_before())"
# Of each table: what its owner may always delete, and the moment by which it is old.
OWN_AND_AGE = {
    "neighborpost": (f"author_id = {ME}", "created_at"),
    "comment": (f"author_id = {ME}", "created_at"),
    "report": (f"reporter_id = {ME} OR author_id = {ME}", "reported_at"),
    "removal": ("false", "removed_at"),
}


def policies(of_age: str) -> str:
    return ";\n".join(
        f"ALTER POLICY delete_{table} ON community_{table}"
        f" USING ({own} OR ({age} < {PURGES_BEFORE}{of_age}))"
        for table, (own, age) in OWN_AND_AGE.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_who_left_leaves_no_copy"),
        ("accounts", "0008_legal_holds_and_exports"),
    ]

    operations = [
        migrations.RunSQL(HOLDS_ROOM, "DROP FUNCTION community_room_is_held(bigint)"),
        migrations.RunSQL(policies(" AND NOT community_room_is_held(neighborhood_id)"), policies("")),
    ]

from django.db import migrations

# What `services.boundaries` does at each load, once for the boundaries that are there.
ADJOINING = """
    WITH pair AS MATERIALIZED (
        SELECT one.neighborhood_id AS one_id, other.neighborhood_id AS other_id
        FROM neighborhoods_boundary AS one
        JOIN neighborhoods_boundary AS other
          ON other.neighborhood_id > one.neighborhood_id
         AND other.boundary && ST_Expand(one.boundary, 0.0005 / cos(radians(
                 least(greatest(abs(ST_YMin(one.boundary)), abs(ST_YMax(one.boundary))), 89)
             )), 0.0005)
        WHERE one.ended_at IS NULL AND other.ended_at IS NULL
          AND (ST_Intersects(one.boundary, other.boundary)
               OR ST_DWithin(one.boundary::geography, other.boundary::geography, 50))
    )
    INSERT INTO neighborhoods_adjoining (neighborhood_id, other_id)
    SELECT one_id, other_id FROM pair UNION ALL SELECT other_id, one_id FROM pair
    ON CONFLICT DO NOTHING
"""

# Of a home that is over only the neighborhood and the dates stay.
ENDED_HOMES = """
    UPDATE neighborhoods_residency
    SET cell_row = NULL, cell_column = NULL, cell_center = NULL, household_hash = ''
    WHERE standing = 'ended'
"""


class Migration(migrations.Migration):
    dependencies = [("neighborhoods", "0004_homes_and_moves")]

    operations = [
        migrations.RunSQL(ADJOINING, migrations.RunSQL.noop),
        migrations.RunSQL(ENDED_HOMES, migrations.RunSQL.noop),
    ]

"""What are the figures, counted row by row and by nothing of the page's own code?"""

from typing import Any

from django.db import connection


def counted_by_hand() -> dict[str, tuple[Any, ...]]:
    """For each current neighborhood: claimed, verified, posts, replies, last activity."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH readable AS (
                SELECT * FROM posts_reply WHERE id NOT IN (
                    SELECT reply_id FROM posts_replyhiding WHERE outcome IN ('', 'upheld', 'dropped')
                )
            )
            SELECT n.slug,
                (SELECT CASE WHEN count(*) BETWEEN 1 AND 4 THEN 'under 5' ELSE count(*)::text END
                 FROM neighborhoods_residency r WHERE r.neighborhood_id = n.id AND r.standing = 'claimed'),
                (SELECT CASE WHEN count(*) BETWEEN 1 AND 4 THEN 'under 5' ELSE count(*)::text END
                 FROM neighborhoods_residency r WHERE r.neighborhood_id = n.id AND r.standing = 'verified'),
                (SELECT count(DISTINCT d.post_id) FROM posts_delivery d WHERE d.neighborhood_id = n.id),
                (SELECT count(*) FROM readable a WHERE a.neighborhood_id = n.id),
                (SELECT max(moment) FROM (
                    SELECT p.changed_at AS moment FROM posts_post p JOIN posts_delivery d ON d.post_id = p.id
                    WHERE d.neighborhood_id = n.id
                    UNION ALL SELECT a.created_at FROM readable a WHERE a.neighborhood_id = n.id
                ) AS moments)
            FROM neighborhoods_neighborhood n
            WHERE EXISTS (SELECT 1 FROM neighborhoods_boundary b WHERE b.neighborhood_id = n.id AND b.ended_at IS NULL)
            """
        )
        return {slug: tuple(rest) for slug, *rest in cursor.fetchall()}

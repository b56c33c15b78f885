"""Raises the wall: row-level security on every table of the neighbors' room, forced for the owner too.

Each policy asks who is speaking (`community.identity`) and finds out by itself where that person lives now, verified.
Without an identity a table is empty. Functions are plain SQL and run with the caller's rights: nothing here can see
more than the caller. Each fixes where it looks for tables, or a temporary table of the same name would stand in front.

A DELETE without a condition needs no right to read, so it takes just the rows its policy names: that is how an account
leaves and how old rows are purged. What may change of a row besides is a right on single columns.

Policies that name each other's tables in a ring are refused by PostgreSQL; where there would be one, a function stands.
"""

from django.conf import settings
from django.db import migrations

# Each a signature, what it gives, and its body.
FUNCTIONS = (
    (
        "community_person()",
        "bigint",
        "SELECT nullif(current_setting('porchlight.person', true), '')::bigint",
    ),
    # Where the person who is speaking lives now, verified; nobody but a resident has such a home.
    (
        "community_home()",
        "bigint",
        """
        SELECT residency.neighborhood_id
        FROM neighborhoods_residency AS residency
        JOIN accounts_user AS person ON person.id = residency.person_id
        WHERE residency.person_id = community_person() AND residency.standing = 'verified'
          AND person.kind = 'resident' AND person.is_active
        """,
    ),
    (
        "community_moderators()",
        "SETOF bigint",
        """
        SELECT person.id
        FROM accounts_user AS person
        JOIN accounts_user_groups AS membership ON membership.user_id = person.id
        JOIN auth_group ON auth_group.id = membership.group_id
        WHERE auth_group.name = 'Community moderators' AND person.kind = 'staff' AND person.is_active
        """,
    ),
    (
        "community_is_moderator()",
        "boolean",
        "SELECT coalesce(community_person() IN (SELECT community_moderators()), false)",
    ),
    # The leads of a neighborhood who live there, verified, at this moment, and have since they offered.
    (
        "community_leads_of(place bigint)",
        "SETOF bigint",
        """
        SELECT lead.person_id
        FROM community_lead AS lead
        JOIN neighborhoods_residency AS residency
          ON residency.person_id = lead.person_id AND residency.neighborhood_id = lead.neighborhood_id
         AND residency.standing = 'verified' AND residency.verified_at <= lead.offered_at
        JOIN accounts_user AS person ON person.id = lead.person_id
        WHERE lead.neighborhood_id = place AND lead.state = 'active' AND person.kind = 'resident' AND person.is_active
        """,
    ),
    # Who handles what concerns the given people: the leads of the place who are not among them, else such leads of
    # adjoining places, else the community moderators.
    (
        "community_handlers(place bigint, involved bigint[])",
        "SETOF bigint",
        """
        WITH own AS (
            SELECT lead FROM community_leads_of(place) AS lead WHERE lead <> ALL (involved)
        ), beside AS (
            SELECT DISTINCT lead
            FROM neighborhoods_adjoining AS adjoining, community_leads_of(adjoining.other_id) AS lead
            WHERE adjoining.neighborhood_id = place AND lead <> ALL (involved) AND NOT EXISTS (SELECT FROM own)
        )
        SELECT lead FROM own
        UNION ALL
        SELECT lead FROM beside
        UNION ALL
        SELECT moderator FROM community_moderators() AS moderator
        WHERE moderator <> ALL (involved) AND NOT EXISTS (SELECT FROM own) AND NOT EXISTS (SELECT FROM beside)
        """,
    ),
    (
        "community_handles(place bigint, involved bigint[])",
        "boolean",
        "SELECT coalesce(community_person() IN (SELECT community_handlers(place, involved)), false)",
    ),
    # Who may not decide an appeal, besides its author.
    (
        "community_hands_in(removed bigint)",
        "bigint[]",
        """
        SELECT ARRAY[removal.removed_by_id, removal.reporter_id] FROM community_removal AS removal
        WHERE removal.id = removed
        """,
    ),
    (
        "community_decides_appeal(removed bigint)",
        "boolean",
        """
        SELECT EXISTS (
            SELECT FROM community_appeal AS appeal
            WHERE appeal.removal_id = removed AND appeal.author_id <> community_person()
        )
        """,
    ),
    # What was written before this moment may be purged; unset, nothing may. Never what is younger than a month.
    (
        "community_purges_before()",
        "timestamptz",
        """
        SELECT least(
            nullif(current_setting('porchlight.purge_before', true), '')::timestamptz, now() - interval '1 month'
        )
        WHERE nullif(current_setting('porchlight.purge_before', true), '') IS NOT NULL
        """,
    ),
)


def make_functions() -> str:
    return ";\n".join(
        f"CREATE FUNCTION {signature} RETURNS {result} LANGUAGE sql STABLE SET search_path = public, pg_temp"
        f" AS $$ {body} $$"
        for signature, result, body in FUNCTIONS
    )


def drop_functions() -> str:
    return ";\n".join(f"DROP FUNCTION {signature}" for signature, _, _ in reversed(FUNCTIONS))


TABLES = (
    "neighborpost",
    "picture",
    "comment",
    "thanks",
    "mute",
    "block",
    "lead",
    "report",
    "removal",
    "removalcopy",
    "appeal",
    "room",
    "weekcount",
)

# In brackets each is worked out once for a statement, not for every row.
ME = "(SELECT community_person())"
HOME = "(SELECT community_home())"
MODERATOR = "(SELECT community_is_moderator())"
PURGES_BEFORE = "(SELECT community_purges_before())"
# Whoever may have to do with reports: a verified resident, or the community moderator.
KEEPER = f"({HOME} IS NOT NULL OR {MODERATOR})"


def not_blocked(who: str) -> str:
    """Neither reads the other, whoever of the two asked for it."""
    return f"""{who} <> ALL (ARRAY(
        SELECT CASE WHEN block.person_id = {ME} THEN block.blocked_id ELSE block.person_id END
        FROM community_block AS block WHERE block.person_id = {ME} OR block.blocked_id = {ME}
    ))"""


TABLE_OF = {"post": "neighborpost", "comment": "comment"}


def not_removed(kind: str) -> str:
    return f"""NOT EXISTS (
        SELECT FROM community_removal AS removal
        WHERE removal.subject_kind = '{kind}' AND removal.subject_id = community_{TABLE_OF[kind]}.id
          AND removal.overturned_at IS NULL
    )"""


def post_is_visible(table: str) -> str:
    return f"EXISTS (SELECT FROM community_neighborpost AS post WHERE post.id = community_{table}.post_id)"


# (table, what for, rows that are there for it, rows that may be written)
POLICIES: tuple[tuple[str, str, str | None, str | None], ...] = (
    (
        "neighborpost",
        "SELECT",
        f"""author_id = {ME} OR (
            (
                neighborhood_id = {HOME}
                OR (is_open_to_adjoining AND neighborhood_id IN (
                    SELECT beside.other_id FROM neighborhoods_adjoining AS beside
                    WHERE beside.neighborhood_id = {HOME}
                ))
            )
            AND {not_blocked("author_id")}
            AND {not_removed("post")}
        )""",
        None,
    ),
    ("neighborpost", "INSERT", None, f"author_id = {ME} AND neighborhood_id = {HOME}"),
    ("neighborpost", "DELETE", f"author_id = {ME} OR created_at < {PURGES_BEFORE}", None),
    ("picture", "SELECT", post_is_visible("picture"), None),
    (
        "picture",
        "INSERT",
        None,
        f"""{HOME} IS NOT NULL AND EXISTS (
            SELECT FROM community_neighborpost AS post
            WHERE post.id = community_picture.post_id AND post.author_id = {ME}
        )""",
    ),
    # Own words stay one's own where the post above them is out of sight, after a move for example.
    (
        "comment",
        "SELECT",
        f"""author_id = {ME}
            OR ({post_is_visible("comment")} AND {not_blocked("author_id")} AND {not_removed("comment")})""",
        None,
    ),
    (
        "comment",
        "INSERT",
        None,
        f"author_id = {ME} AND neighborhood_id = {HOME} AND {post_is_visible('comment')}",
    ),
    ("comment", "DELETE", f"author_id = {ME} OR created_at < {PURGES_BEFORE}", None),
    ("thanks", "SELECT", f"person_id = {ME} OR ({post_is_visible('thanks')} AND {not_blocked('person_id')})", None),
    ("thanks", "INSERT", None, f"person_id = {ME} AND {HOME} IS NOT NULL AND {post_is_visible('thanks')}"),
    ("thanks", "DELETE", f"person_id = {ME}", None),
    ("mute", "SELECT", f"person_id = {ME}", None),
    ("mute", "INSERT", None, f"person_id = {ME} AND {HOME} IS NOT NULL"),
    ("mute", "DELETE", f"person_id = {ME}", None),
    # The blocked person's own queries have to find the row, or the block would hold in one direction only.
    ("block", "SELECT", f"person_id = {ME} OR blocked_id = {ME}", None),
    ("block", "INSERT", None, f"person_id = {ME} AND {HOME} IS NOT NULL"),
    ("block", "DELETE", f"person_id = {ME}", None),
    # Who keeps the rooms is known to neighbors and to the moderator, not to police.
    ("lead", "SELECT", f"person_id = {ME} OR {KEEPER}", None),
    (
        "lead",
        "INSERT",
        None,
        f"""person_id = {ME} AND neighborhood_id = {HOME} AND state = 'offered'
            AND named_by_id IS NULL AND named_at IS NULL AND ended_at IS NULL""",
    ),
    (
        "lead",
        "UPDATE",
        f"""state <> 'ended' AND (
            person_id = {ME} OR {MODERATOR} OR {ME} IN (SELECT community_leads_of(neighborhood_id))
        )""",
        # Nobody names themselves; where nobody leads yet, only the moderator names.
        f"""(state = 'ended' AND ended_at IS NOT NULL)
            OR (
                state = 'active' AND named_by_id = {ME} AND named_at IS NOT NULL AND person_id <> {ME}
                AND ({MODERATOR} OR {ME} IN (SELECT community_leads_of(neighborhood_id)))
            )""",
    ),
    ("lead", "DELETE", f"person_id = {ME}", None),
    (
        "report",
        "SELECT",
        f"""reporter_id = {ME} OR (decided_by_id = {ME} AND {KEEPER})
            OR (state = 'open' AND community_handles(neighborhood_id, ARRAY[reporter_id, author_id]))""",
        None,
    ),
    # A true copy of what the reporter can read: nobody can put words into a neighbor's mouth.
    (
        "report",
        "INSERT",
        None,
        f"""reporter_id = {ME} AND author_id <> {ME} AND {HOME} IS NOT NULL AND state = 'open'
            AND decided_by_id IS NULL AND CASE subject_kind
                WHEN 'post' THEN EXISTS (
                    SELECT FROM community_neighborpost AS post
                    LEFT JOIN community_picture AS picture ON picture.post_id = post.id
                    WHERE post.id = community_report.subject_id AND post.author_id = community_report.author_id
                      AND post.neighborhood_id = community_report.neighborhood_id
                      AND post.title = community_report.title AND post.text = community_report.text
                      AND picture.content IS NOT DISTINCT FROM community_report.picture
                )
                WHEN 'comment' THEN title = '' AND picture IS NULL AND EXISTS (
                    SELECT FROM community_comment AS comment
                    JOIN community_neighborpost AS post ON post.id = comment.post_id
                    WHERE comment.id = community_report.subject_id AND comment.author_id = community_report.author_id
                      AND post.neighborhood_id = community_report.neighborhood_id
                      AND comment.text = community_report.text
                )
                ELSE false
            END""",
    ),
    (
        "report",
        "UPDATE",
        "state = 'open' AND community_handles(neighborhood_id, ARRAY[reporter_id, author_id])",
        f"state <> 'open' AND decided_by_id = {ME} AND decided_at IS NOT NULL",
    ),
    (
        "report",
        "DELETE",
        f"reporter_id = {ME} OR author_id = {ME} OR reported_at < {PURGES_BEFORE}",
        None,
    ),
    # Ids and a rule, no words and no author: readers' queries leave out what is in here.
    ("removal", "SELECT", KEEPER, None),
    (
        "removal",
        "INSERT",
        None,
        f"""removed_by_id = {ME} AND overturned_at IS NULL AND EXISTS (
            SELECT FROM community_report AS report
            WHERE report.subject_kind = community_removal.subject_kind
              AND report.subject_id = community_removal.subject_id
              AND report.neighborhood_id = community_removal.neighborhood_id
              AND report.reporter_id = community_removal.reporter_id
              AND report.state = 'removed' AND report.decided_by_id = {ME}
        )""",
    ),
    (
        "removal",
        "UPDATE",
        f"""overturned_at IS NULL AND EXISTS (
            SELECT FROM community_appeal AS appeal
            WHERE appeal.removal_id = community_removal.id AND appeal.decided_by_id = {ME}
              AND appeal.outcome = 'overturned'
        )""",
        "overturned_at IS NOT NULL",
    ),
    ("removal", "DELETE", f"removed_at < {PURGES_BEFORE}", None),
    (
        "removalcopy",
        "SELECT",
        f"""author_id = {ME} OR ({KEEPER} AND EXISTS (
                SELECT FROM community_removal AS removal
                WHERE removal.id = community_removalcopy.removal_id AND removal.removed_by_id = {ME}
            ))
            OR community_decides_appeal(removal_id)""",
        None,
    ),
    (
        "removalcopy",
        "INSERT",
        None,
        f"""author_id <> {ME} AND EXISTS (
            SELECT FROM community_removal AS removal
            JOIN community_report AS report
              ON report.subject_kind = removal.subject_kind AND report.subject_id = removal.subject_id
            WHERE removal.id = community_removalcopy.removal_id AND removal.removed_by_id = {ME}
              AND report.state = 'removed' AND report.decided_by_id = {ME}
              AND report.author_id = community_removalcopy.author_id
              AND report.title = community_removalcopy.title AND report.text = community_removalcopy.text
              AND report.picture IS NOT DISTINCT FROM community_removalcopy.picture
        )""",
    ),
    ("removalcopy", "DELETE", f"author_id = {ME}", None),
    (
        "appeal",
        "SELECT",
        f"""author_id = {ME} OR (decided_by_id = {ME} AND {KEEPER})
            OR (
                outcome = 'waiting'
                AND community_handles(neighborhood_id, author_id || community_hands_in(removal_id))
            )""",
        None,
    ),
    (
        "appeal",
        "INSERT",
        None,
        f"""author_id = {ME} AND outcome = 'waiting' AND decided_by_id IS NULL AND EXISTS (
            SELECT FROM community_removal AS removal
            JOIN community_removalcopy AS copy ON copy.removal_id = removal.id
            WHERE removal.id = community_appeal.removal_id AND removal.overturned_at IS NULL
              AND removal.removed_by_id = community_appeal.removed_by_id
              AND removal.neighborhood_id = community_appeal.neighborhood_id AND copy.author_id = {ME}
        )""",
    ),
    (
        "appeal",
        "UPDATE",
        """outcome = 'waiting'
            AND community_handles(neighborhood_id, author_id || community_hands_in(removal_id))""",
        f"outcome <> 'waiting' AND decided_by_id = {ME} AND decided_at IS NOT NULL",
    ),
    ("appeal", "DELETE", f"author_id = {ME}", None),
    # Numbers without anybody in them: open to all, kept by triggers.
    ("room", "ALL", "true", "true"),
    ("weekcount", "ALL", "true", "true"),
)

# What may change of a row that is there; of the tables named without a column, nothing.
CHANGING_COLUMNS = {
    "neighborpost": "",
    "picture": "",
    "comment": "",
    "thanks": "",
    "mute": "",
    "block": "",
    "lead": "state, named_by_id, named_at, ended_at",
    "report": "state, decided_by_id, decided_at",
    "removal": "overturned_at",
    "removalcopy": "",
    "appeal": "outcome, reason, decided_by_id, decided_at",
}


def raise_wall() -> str:
    statements = []
    for table in TABLES:
        statements.append(f"ALTER TABLE community_{table} ENABLE ROW LEVEL SECURITY")
        statements.append(f"ALTER TABLE community_{table} FORCE ROW LEVEL SECURITY")
    for table, command, using, check in POLICIES:
        policy = f"CREATE POLICY {command.lower()}_{table} ON community_{table} FOR {command}"
        if using:
            policy += f" USING ({using})"
        if check:
            policy += f" WITH CHECK ({check})"
        statements.append(policy)
    for table, columns in CHANGING_COLUMNS.items():
        statements.append(f'REVOKE UPDATE ON community_{table} FROM "{settings.APP_ROLE}"')
        if columns:
            statements.append(f'GRANT UPDATE ({columns}) ON community_{table} TO "{settings.APP_ROLE}"')
    return ";\n".join(statements)


def take_wall_down() -> str:
    statements = [f'GRANT UPDATE ON community_{table} TO "{settings.APP_ROLE}"' for table in CHANGING_COLUMNS]
    statements += [f"DROP POLICY {command.lower()}_{table} ON community_{table}" for table, command, _, _ in POLICIES]
    for table in TABLES:
        statements.append(f"ALTER TABLE community_{table} NO FORCE ROW LEVEL SECURITY")
        statements.append(f"ALTER TABLE community_{table} DISABLE ROW LEVEL SECURITY")
    return ";\n".join(statements)


# Deleting a post takes what hangs on it along, in the database: Django would first read rows that the wall hides.
CASCADES = (
    ("picture", "post_id", "neighborpost", "id"),
    ("comment", "post_id", "neighborpost", "id"),
    ("thanks", "post_id", "neighborpost", "id"),
    ("removalcopy", "removal_id", "removal", "id"),
    ("appeal", "removal_id", "removal", "id"),
)


def let_keys_cascade(action: str) -> str:
    return f"""
    DO $$
    DECLARE
        key record;
    BEGIN
        FOR key IN
            SELECT conrelid::regclass AS at, conname, pg_get_constraintdef(oid) AS definition
            FROM pg_constraint
            WHERE contype = 'f' AND conrelid::regclass::text || '.' || (
                SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]
            ) IN ({", ".join(f"'community_{table}.{column}'" for table, column, _, _ in CASCADES)})
        LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.at, key.conname);
            EXECUTE format(
                'ALTER TABLE %s ADD CONSTRAINT %I %s', key.at, key.conname,
                {"replace(key.definition, 'DEFERRABLE', 'ON DELETE CASCADE DEFERRABLE')" if action == "cascade"
                 else "replace(key.definition, 'ON DELETE CASCADE ', '')"}
            );
        END LOOP;
    END
    $$
    """


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0001_neighbors_room"),
        ("neighborhoods", "0002_proofs_of_residence"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(let_keys_cascade("cascade"), let_keys_cascade("keep")),
        migrations.RunSQL(make_functions(), drop_functions()),
        migrations.RunSQL(raise_wall(), take_wall_down()),
    ]

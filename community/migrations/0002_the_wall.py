"""Raises the wall: row-level security on every table of the neighbors' room, forced for the owner too.

Each policy asks who is speaking (`community.identity`) and finds out by itself where that person lives now, verified.
Without an identity a table is empty. Functions are plain SQL and run with the caller's rights: nothing here can see
more than the caller. DELETE without a condition needs no right to read, so it takes just the caller's own rows; that is
how an account leaves and how old rows are purged.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION community_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('porchlight.person', true), '')::bigint
$$;

-- Where the person who is speaking lives now, verified; nobody but a resident has such a home.
CREATE FUNCTION community_home() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT residency.neighborhood_id
    FROM neighborhoods_residency AS residency
    JOIN accounts_user AS person ON person.id = residency.person_id
    WHERE residency.person_id = community_person() AND residency.standing = 'verified'
      AND person.kind = 'resident' AND person.is_active
$$;

CREATE FUNCTION community_is_moderator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM accounts_user AS person
        JOIN accounts_user_groups AS membership ON membership.user_id = person.id
        JOIN auth_group ON auth_group.id = membership.group_id
        WHERE person.id = community_person() AND person.kind = 'staff' AND person.is_active
          AND auth_group.name = 'Community moderators'
    )
$$;

-- The leads of a neighborhood who live there, verified, at this moment.
CREATE FUNCTION community_leads_of(place bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT lead.person_id
    FROM community_lead AS lead
    JOIN neighborhoods_residency AS residency
      ON residency.person_id = lead.person_id AND residency.neighborhood_id = lead.neighborhood_id
     AND residency.standing = 'verified'
    JOIN accounts_user AS person ON person.id = lead.person_id
    WHERE lead.neighborhood_id = place AND lead.state = 'active' AND person.is_active
$$;

-- Whether the person who is speaking is one to handle what concerns the given people: a lead of the place who is not
-- one of them, else such a lead of an adjoining place, else the community moderator.
CREATE FUNCTION community_handles(place bigint, involved bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT community_person() IS NOT NULL AND NOT coalesce(community_person() = ANY (involved), false) AND CASE
        WHEN EXISTS (SELECT FROM community_leads_of(place) AS lead WHERE NOT lead = ANY (involved))
            THEN community_person() IN (SELECT community_leads_of(place))
        WHEN EXISTS (
            SELECT FROM neighborhoods_adjoining AS beside, community_leads_of(beside.other_id) AS lead
            WHERE beside.neighborhood_id = place AND NOT lead = ANY (involved)
        )
            THEN community_person() IN (
                SELECT community_leads_of(beside.other_id)
                FROM neighborhoods_adjoining AS beside WHERE beside.neighborhood_id = place
            )
        ELSE community_is_moderator()
    END
$$;

-- What was written before this moment may be purged; unset, nothing may. Never what is younger than a month.
CREATE FUNCTION community_purges_before() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT least(
        nullif(current_setting('porchlight.purge_before', true), '')::timestamptz, now() - interval '1 month'
    ) WHERE nullif(current_setting('porchlight.purge_before', true), '') IS NOT NULL
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION community_purges_before();
DROP FUNCTION community_handles(bigint, bigint[]);
DROP FUNCTION community_leads_of(bigint);
DROP FUNCTION community_is_moderator();
DROP FUNCTION community_home();
DROP FUNCTION community_person();
"""

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

ME = "(SELECT community_person())"
HOME = "(SELECT community_home())"

# Neither reads the other, whoever of the two asked for it.
NOT_BLOCKED = f"""NOT EXISTS (
    SELECT FROM community_block AS block
    WHERE (block.person_id = {ME} AND block.blocked_id = author_id)
       OR (block.blocked_id = {ME} AND block.person_id = author_id)
)"""


def not_removed(kind: str, table: str) -> str:
    return f"""NOT EXISTS (
        SELECT FROM community_removal AS removal
        WHERE removal.subject_kind = '{kind}' AND removal.subject_id = {table}.id AND removal.overturned_at IS NULL
    )"""


def post_is_visible(table: str) -> str:
    return f"EXISTS (SELECT FROM community_neighborpost AS post WHERE post.id = {table}.post_id)"


# (table, what for, rows that are there for it, rows that may be written)
POLICIES = (
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
            AND {NOT_BLOCKED}
            AND {not_removed("post", "community_neighborpost")}
        )""",
        None,
    ),
    ("neighborpost", "INSERT", None, f"author_id = {ME} AND neighborhood_id = {HOME}"),
    ("neighborpost", "DELETE", f"author_id = {ME} OR created_at < community_purges_before()", None),
    ("picture", "SELECT", post_is_visible("community_picture"), None),
    (
        "picture",
        "INSERT",
        None,
        f"""EXISTS (
            SELECT FROM community_neighborpost AS post
            WHERE post.id = community_picture.post_id AND post.author_id = {ME}
        )""",
    ),
    (
        "comment",
        "SELECT",
        f"""{post_is_visible("community_comment")} AND (
            author_id = {ME} OR ({NOT_BLOCKED} AND {not_removed("comment", "community_comment")})
        )""",
        None,
    ),
    (
        "comment",
        "INSERT",
        None,
        f"author_id = {ME} AND neighborhood_id = {HOME} AND {post_is_visible('community_comment')}",
    ),
    ("comment", "DELETE", f"author_id = {ME} OR created_at < community_purges_before()", None),
    ("thanks", "SELECT", post_is_visible("community_thanks"), None),
    ("thanks", "INSERT", None, f"person_id = {ME} AND {HOME} IS NOT NULL AND {post_is_visible('community_thanks')}"),
    ("thanks", "DELETE", f"person_id = {ME}", None),
    ("mute", "SELECT", f"person_id = {ME}", None),
    ("mute", "INSERT", None, f"person_id = {ME}"),
    ("mute", "DELETE", f"person_id = {ME}", None),
    # The blocked person's own queries have to find the row, or the block would hold in one direction only.
    ("block", "SELECT", f"person_id = {ME} OR blocked_id = {ME}", None),
    ("block", "INSERT", None, f"person_id = {ME}"),
    ("block", "DELETE", f"person_id = {ME}", None),
    # Who keeps the rooms is known to neighbors and to the moderator, not to police.
    ("lead", "SELECT", f"person_id = {ME} OR {HOME} IS NOT NULL OR (SELECT community_is_moderator())", None),
    ("lead", "INSERT", None, f"person_id = {ME} AND state = 'offered' AND neighborhood_id = {HOME}"),
    (
        "lead",
        "UPDATE",
        f"""person_id = {ME} OR (SELECT community_is_moderator())
            OR {ME} IN (SELECT community_leads_of(neighborhood_id))""",
        "true",
    ),
    ("lead", "DELETE", f"person_id = {ME}", None),
    (
        "report",
        "SELECT",
        f"reporter_id = {ME} OR community_handles(neighborhood_id, ARRAY[reporter_id, author_id])",
        None,
    ),
    ("report", "INSERT", None, f"reporter_id = {ME} AND author_id <> {ME} AND {HOME} IS NOT NULL AND state = 'open'"),
    ("report", "UPDATE", "community_handles(neighborhood_id, ARRAY[reporter_id, author_id])", f"decided_by_id = {ME}"),
    (
        "report",
        "DELETE",
        f"reporter_id = {ME} OR author_id = {ME} OR reported_at < community_purges_before()",
        None,
    ),
    # Ids and a rule, no words and no author: readers' queries leave out what is in here.
    ("removal", "SELECT", f"{ME} IS NOT NULL", None),
    (
        "removal",
        "INSERT",
        None,
        f"""removed_by_id = {ME} AND EXISTS (
            SELECT FROM community_report AS report
            WHERE report.subject_kind = community_removal.subject_kind
              AND report.subject_id = community_removal.subject_id
              AND report.neighborhood_id = community_removal.neighborhood_id
              AND report.reporter_id <> {ME}
        )""",
    ),
    (
        "removal",
        "UPDATE",
        f"""EXISTS (
            SELECT FROM community_appeal AS appeal
            WHERE appeal.removal_id = community_removal.id AND appeal.author_id <> {ME}
              AND appeal.removed_by_id <> {ME}
        )""",
        "overturned_at IS NOT NULL",
    ),
    ("removal", "DELETE", "removed_at < community_purges_before()", None),
    (
        "removalcopy",
        "SELECT",
        f"""author_id = {ME}
            OR EXISTS (
                SELECT FROM community_removal AS removal
                WHERE removal.id = community_removalcopy.removal_id AND removal.removed_by_id = {ME}
            )
            OR EXISTS (
                SELECT FROM community_appeal AS appeal WHERE appeal.removal_id = community_removalcopy.removal_id
            )""",
        None,
    ),
    (
        "removalcopy",
        "INSERT",
        None,
        f"""author_id <> {ME} AND EXISTS (
            SELECT FROM community_removal AS removal
            WHERE removal.id = community_removalcopy.removal_id AND removal.removed_by_id = {ME}
        )""",
    ),
    ("removalcopy", "DELETE", f"author_id = {ME}", None),
    (
        "appeal",
        "SELECT",
        f"author_id = {ME} OR community_handles(neighborhood_id, ARRAY[author_id, removed_by_id])",
        None,
    ),
    (
        "appeal",
        "INSERT",
        None,
        f"""author_id = {ME} AND outcome = 'waiting' AND EXISTS (
            SELECT FROM community_removal AS removal
            JOIN community_removalcopy AS copy ON copy.removal_id = removal.id
            WHERE removal.id = community_appeal.removal_id AND copy.author_id = {ME}
              AND removal.removed_by_id = community_appeal.removed_by_id
              AND removal.neighborhood_id = community_appeal.neighborhood_id
        )""",
    ),
    ("appeal", "UPDATE", "community_handles(neighborhood_id, ARRAY[author_id, removed_by_id])", f"decided_by_id = {ME}"),
    ("appeal", "DELETE", f"author_id = {ME}", None),
    # Numbers without anybody in them: open to all, kept by triggers.
    ("room", "ALL", "true", "true"),
    ("weekcount", "ALL", "true", "true"),
)


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
    return ";\n".join(statements)


def take_wall_down() -> str:
    statements = [f"DROP POLICY {command.lower()}_{table} ON community_{table}" for table, command, _, _ in POLICIES]
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
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(raise_wall(), take_wall_down()),
    ]

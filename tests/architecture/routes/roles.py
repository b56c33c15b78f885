"""Who is there, and how does a line of the table name several at once?"""

from collections.abc import Mapping

RESIDENTS = ("unhoused", "newcomer", "resident", "lead", "faraway")
OFFICERS = ("author", "approver", "manager", "stranger_author", "headquarters_author")
CIVIC_STAFF = ("verifier", "moderator", "oversight", "site_admin", "records_clerk")
ROLES = ("visitor", *RESIDENTS, *OFFICERS, *CIVIC_STAFF)

Expected = Mapping[str, int]


def roles(default: int, **others: int) -> Expected:
    """The status for each role; `residents`, `verified`, `oak`, `officers`, `civic` and `central` name several."""
    groups = {
        "residents": RESIDENTS,
        "verified": ("resident", "lead", "faraway"),
        "oak": ("resident", "lead"),
        "officers": OFFICERS,
        "civic": CIVIC_STAFF,
        "central": ("author", "approver", "manager"),
    }
    expected = dict.fromkeys(ROLES, default)
    for name, status in others.items():
        expected |= dict.fromkeys(groups.get(name, (name,)), status)
    return expected

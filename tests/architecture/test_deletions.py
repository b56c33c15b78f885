"""Does every deletion of a record ask `accounts.retention` first, and can nothing be taken along unasked?

Whatever else deletes stands here, function by function, with the reason why what goes is no record of the city's.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR)
APPS = (
    "accounts",
    "commands",
    "community",
    "config",
    "core",
    "metrics",
    "neighborhoods",
    "notifications",
    "pages",
    "posts",
)
IN_SQL = re.compile(r"\b(DELETE FROM|TRUNCATE)\b")

THE_ONE_WAY = "accounts/retention.py:purge"
# file:function → why that is no record, or how it asks.
NO_RECORD = {
    # Accounts: keys, sessions, and whoever leaves, which `leave` and `finish_leaving` ask about.
    "accounts/services.py:revoke_token": "a key of a program, taken back by its owner",
    "accounts/services.py:revoke_all_tokens": "keys of programs",
    "accounts/services.py:confirm_email": "a second address that turned out to be somebody else's",
    "accounts/services.py:end_sessions": "open sessions",
    "accounts/services.py:_let_go": "runs after `leave` or `finish_leaving` asked `may_purge`",
    "accounts/services.py:forget_what_is_over": "sessions that ended",
    "accounts/staff.py:open_staff_account": "an account nobody has ever been in makes room for its owner",
    "accounts/migrations/0002_kind_is_fixed_terms_and_sign_ins.py:": "replaced in 0008",
    "accounts/migrations/0008_legal_holds_and_exports.py:": "asks accounts_is_held, in the database",
    # Taken back by whoever said it, behind the wall: that is not the city's doing (docs/privacy.md).
    "community/services/talk.py:take_thanks_back": "one's own thanks",
    "community/services/talk.py:delete_post": "one's own words to neighbors",
    "community/services/talk.py:delete_comment": "one's own words to neighbors",
    "community/services/people.py:unmute": "one's own list",
    "community/services/people.py:unblock": "one's own list",
    "community/services/leaving.py:_delete": "who leaves was asked about; of age the policies ask (community 0006)",
    "core/trail.py:append_only": "takes the right to delete away",
    # What is made again from something else, or a step of work.
    "commands/services/start.py:ensure_groups": "permissions that the rules do not name",
    "neighborhoods/loading/staging.py:_merge": "a temporary table",
    "neighborhoods/services/addresses.py:load_addresses": "the city's list of addresses, replaced by a newer one",
    "neighborhoods/services/boundaries.py:_find_adjoining": "worked out anew from the boundaries",
    "posts/services/publishing.py:submit_post": "the audience of a draft, replaced by the one that is frozen with it",
    "notifications/services/watch.py:_tally": "counts of quarters of an hour",
    # A home goes when it is confirmed or left: keeping it for longer than needed would be the wrong.
    "neighborhoods/services/homes.py:erase_home": "the promise given with the address: erased once it is confirmed",
    "neighborhoods/services/leaving.py:forget_resident": "runs after `leave` or `finish_leaving` asked `may_purge`",
    "neighborhoods/services/residencies.py:_start": "a place in a queue, by whoever now has a home",
    # How somebody is reached, changed by themselves.
    "notifications/services/leaving.py:forget_person": "runs after `leave` or `finish_leaving` asked `may_purge`",
    "notifications/services/push.py:subscribe_device": "a browser's address that it replaced itself",
    "notifications/services/push.py:unsubscribe_device": "a browser's address, by its owner",
    "notifications/services/sending/push.py:_write_down": "a browser's address that its push service no longer knows",
    "notifications/services/suppression.py:try_address_again": "an address gets another try, by its owner",
    # The demo.
    "pages/demo/postman.py:forget_account_mail": "a made-up city that is just being made",
    "pages/demo/mail.py:send_messages": "the demo's mails",
}

# What goes with a row that it belongs to. Rows on the right are never deleted but where this file or NO_RECORD says so.
GOES_ALONG = {
    "accounts.User",  # never deleted once somebody has been in it
    "community.Comment",
    "community.NeighborPost",
    "community.Removal",
    "neighborhoods.Neighborhood",  # never deleted, only ended
    "neighborhoods.Residency",  # never deleted, only ended
    "posts.Post",  # never deleted: of a draft only the audience hangs on it
}


def deletions() -> Iterator[str]:
    """Each "file:function" in which something is deleted."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield from _in_file(path)


def _in_file(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }

    def walk(node: ast.AST, function: str) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef) and not function:
            function = node.name
        is_call = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"delete", "adelete", "_raw_delete"}
        )
        is_sql = (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and IN_SQL.search(node.value)
        )
        if is_call or is_sql:
            yield f"{path.relative_to(ROOT)}:{function}"
        for child in ast.iter_child_nodes(node):
            yield from walk(child, function)

    yield from walk(tree, "")


def test_whatever_deletes_asks_or_has_a_reason_not_to() -> None:
    found = set(deletions())
    assert found - NO_RECORD.keys() == {THE_ONE_WAY}


def test_no_reason_outlives_its_deletion() -> None:
    assert NO_RECORD.keys() - set(deletions()) == set()


def test_the_one_way_looks_at_holds_before_it_deletes() -> None:
    tree = ast.parse((ROOT / "accounts/retention.py").read_text())
    (purge,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "purge")
    source = ast.unparse(purge)
    assert source.index("hold_holds_still()") < source.index("purgeable(rows)") < source.index(".delete()")


OURS = [model for model in apps.get_models() if model._meta.app_label in APPS and not model._meta.proxy]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_nothing_is_taken_along_unasked(model: type[models.Model]) -> None:
    """A row that goes takes along what hangs on it by CASCADE; so the rows it may hang on are few, and named."""
    targets = {
        field.related_model._meta.label
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete in (models.CASCADE, models.SET_NULL)
        and not isinstance(field.related_model, str)
    }
    assert targets - GOES_ALONG == set()

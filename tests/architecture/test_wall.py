"""Is everything that neighbors say behind the wall, and does no copy of it stand outside?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import connection, models
from rest_framework.serializers import ModelSerializer

ROOT = Path(settings.BASE_DIR)
# Numbers of places, without anybody in them.
OPEN_TABLES = {"community_room", "community_weekcount"}
APPS = ("accounts", "neighborhoods", "commands", "notifications", "posts", "metrics", "pages", "benchmarks", "core")
OUR_FOLDERS = (*APPS, "community", "config", "ops")


def ask(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def community_tables() -> set[str]:
    return {
        str(name) for (name,) in ask("SELECT tablename FROM pg_tables WHERE tablename LIKE 'community\\_%' ORDER BY 1")
    }


def sources() -> Iterator[Path]:
    for folder in OUR_FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def test_every_community_table_is_behind_the_wall_even_for_its_owner(db: None) -> None:
    walled = ask(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE 'community\\_%' "
        "AND relrowsecurity AND relforcerowsecurity"
    )
    assert {name for (name,) in walled} == community_tables() != set()


def test_every_community_table_has_a_policy_for_reading(db: None) -> None:
    read = ask("SELECT tablename FROM pg_policies WHERE cmd IN ('SELECT', 'ALL') AND tablename LIKE 'community\\_%'")
    assert {name for (name,) in read} == community_tables()


def test_only_the_numbers_are_open_to_everybody(db: None) -> None:
    open_to_all = ask(
        "SELECT tablename FROM pg_policies "
        "WHERE tablename LIKE 'community\\_%' AND (qual = 'true' OR with_check = 'true')"
    )
    assert {name for (name,) in open_to_all} == OPEN_TABLES


def test_every_other_policy_asks_who_is_speaking_or_how_old_a_row_is(db: None) -> None:
    policies = ask(
        "SELECT policyname, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies "
        "WHERE tablename LIKE 'community\\_%' AND tablename <> ALL (ARRAY['community_room', 'community_weekcount'])"
    )
    asks = re.compile(
        # What a policy of a table that hangs on a post asks is the post's own policy.
        r"community_(person|home|is_moderator|purges_before|handles|decides_appeal)\(|community_neighborpost post"
    )
    assert [name for name, condition in policies if not asks.search(str(condition))] == []


def test_policies_are_permissive_in_one_voice_only(db: None) -> None:
    """Two policies for one command would be joined by OR, and the wider one would win unseen."""
    twice = ask(
        "SELECT tablename, cmd FROM pg_policies WHERE tablename LIKE 'community\\_%' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert twice == []


def test_functions_of_the_wall_run_as_the_caller_and_look_in_one_place(db: None) -> None:
    functions = ask(
        "SELECT proname, prosecdef, coalesce(proconfig::text, '') FROM pg_proc "
        "WHERE proname LIKE 'community\\_%' AND pronamespace = 'public'::regnamespace"
    )
    assert functions
    for name, runs_as_owner, settings_of_it in functions:
        assert not runs_as_owner, name
        assert "search_path=public, pg_temp" in str(settings_of_it), name


def test_views_over_the_room_look_with_the_callers_eyes(db: None) -> None:
    views = ask(
        "SELECT DISTINCT view.relname, coalesce(view.reloptions::text, '') FROM pg_depend "
        "JOIN pg_rewrite ON pg_rewrite.oid = pg_depend.objid JOIN pg_class AS view ON view.oid = pg_rewrite.ev_class "
        "JOIN pg_class AS source ON source.oid = pg_depend.refobjid "
        "WHERE source.relname LIKE 'community\\_%' AND view.relkind IN ('v', 'm')"
    )
    assert [name for name, options in views if "security_invoker=true" not in str(options)] == []


def test_no_other_table_refers_to_the_room(db: None) -> None:
    """A key from outside would lead somebody there, and would have to be checked by somebody who sees it."""
    outside = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label != "community"
        for field in model._meta.get_fields()
        if getattr(field, "remote_field", None) and field.concrete and field.related_model
        if field.related_model._meta.app_label == "community"
    ]
    assert outside == []


def test_nothing_keeps_versions_of_the_room(db: None) -> None:
    """pghistory and pgtrigger write copies, which no policy would know of."""
    tracked = [
        model._meta.label
        for model in apps.get_models()
        for source in [getattr(model, "pgh_tracked_model", None)]
        if source is not None and source._meta.app_label == "community"
    ]
    assert tracked == []
    assert community_tables() == {model._meta.db_table for model in apps.get_app_config("community").get_models()}
    triggers = ask(
        "SELECT DISTINCT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "JOIN pg_class ON pg_class.oid = tgrelid WHERE relname LIKE 'community\\_%' AND NOT tgisinternal"
    )
    assert {str(name).removesuffix("_changed") for (name,) in triggers} == {
        "community_posts", "community_comments", "community_thanks", "community_people", "community_removals",
        "community_still_there", "community_reported_still_there", "community_removed_still_there",
    }  # fmt: skip


def test_words_leave_the_room_through_no_trigger() -> None:
    """The triggers write numbers alone: no column with words is named in them."""
    source = (ROOT / "community" / "migrations" / "0003_counts.py").read_text()
    words = {
        field.column
        for model in apps.get_app_config("community").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.CharField | models.BinaryField)
    }
    named = set(re.findall(r"\b[a-z_]+\b", source.split('"""', 2)[2]))
    assert {"title", "text", "description", "content"} <= words
    assert named & (words - {"state", "kind", "rule"}) == set()


def test_no_page_of_the_administration_and_no_api_shows_the_room() -> None:
    assert [model for model in admin.site._registry if model._meta.app_label == "community"] == []

    def all_serializers(of: type[ModelSerializer]) -> Iterator[type[ModelSerializer]]:  # type: ignore[type-arg]
        for serializer in of.__subclasses__():
            yield serializer
            yield from all_serializers(serializer)

    shown = [
        serializer
        for serializer in all_serializers(ModelSerializer)
        if getattr(getattr(serializer, "Meta", None), "model", None)
        in set(apps.get_app_config("community").get_models())
    ]
    assert shown == []
    assert [path for path in sources() if "api" in path.parts and "community" in path.read_text()] == []


def test_only_the_rooms_own_code_touches_its_tables() -> None:
    """Others call its selectors and services, which open the wall for one person; of a model they know its errors."""
    names = "|".join(model.__name__ for model in apps.get_app_config("community").get_models())
    closed_tables = community_table_names() - OPEN_TABLES
    touching = []
    for path in sources():
        if path.relative_to(ROOT).parts[0] == "community":
            continue
        text = path.read_text()
        imports_models = re.search(r"from community(\.models[\w.]*)? import|import community", text)
        if imports_models and re.search(rf"\b({names})(\.objects|\._base_manager|\()", text):
            touching.append(str(path))
        # A room's number is read beside a feed's, and how much was written is a number too.
        if set(re.findall(r"community_[a-z]+", text)) & closed_tables:
            touching.append(str(path))
    assert touching == []


def community_table_names() -> set[str]:
    return {model._meta.db_table for model in apps.get_app_config("community").get_models()}


def test_the_identity_is_set_in_one_place() -> None:
    naming = {str(path.relative_to(ROOT)) for path in sources() if "porchlight.person" in path.read_text()}
    assert naming == {"community/identity.py"}
    setting = {str(path.relative_to(ROOT)) for path in sources() if "set_config" in path.read_text()}
    assert setting == {"community/identity.py"}


@pytest.mark.parametrize("name", ["selectors", "services"])
def test_every_read_and_write_opens_the_wall_itself(name: str) -> None:
    """A public function that touches the tables without an identity would find nothing, and nobody would know why."""
    without = []
    for path in sorted((ROOT / "community" / name).glob("*.py")):
        tree = ast.parse(path.read_text())
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            text = ast.unparse(function)
            touches = re.search(
                r"\b(NeighborPost|Picture|Comment|Thanks|Mute|Block|Lead|Report|Removal|Appeal)\.objects", text
            )
            if touches and "speaking_as" not in text and "setting_for_transaction" not in text:
                without.append(f"{path.name}:{function.name}")
    assert without == []


def test_pictures_never_lie_in_a_file() -> None:
    """What the front lets through stays in memory, and the models keep bytes, not paths."""
    limit = re.search(r"client_max_body_size (\d+)m;", (ROOT / "ops" / "front.conf").read_text())
    assert limit is not None
    assert int(limit[1]) * 1024 * 1024 <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    files = [
        field
        for model in apps.get_app_config("community").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField)
    ]
    assert files == []


def test_background_work_gets_ids_and_nothing_else() -> None:
    """Arguments of tasks lie in Redis."""
    tree = ast.parse((ROOT / "community" / "tasks.py").read_text())
    arguments = {
        argument.arg: ast.unparse(argument.annotation)  # type: ignore[arg-type]
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for argument in function.args.args
    }
    assert arguments == {"neighborhood_id": "int", "reaches_adjoining": "bool"}


def test_those_who_decide_are_told_by_mails_that_stand_in_the_repository() -> None:
    mails = [
        node.args[1]
        for path in (ROOT / "community").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell_keepers"
    ]
    assert len(mails) == 4
    for mail in mails:
        assert isinstance(mail, ast.Constant)
        assert isinstance(mail.value, str)
        assert (ROOT / "templates" / "mail" / f"{mail.value}.txt").exists()


def test_nothing_of_the_room_goes_into_a_cache_and_no_words_into_logs() -> None:
    community = [path for path in sources() if path.relative_to(ROOT).parts[0] == "community"]
    assert [path for path in community if re.search(r"core\.cache\b|caches\[|cache_page", path.read_text())] == []
    logging = {str(path.relative_to(ROOT)): path.read_text() for path in community if "logging" in path.read_text()}
    assert set(logging) <= {"community/tasks.py"}

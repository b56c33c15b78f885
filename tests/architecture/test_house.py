"""Does the house keep its one direction where import-linter cannot look?"""

from django.apps import apps
from django.core.management import call_command

# From the ground up; an app may point at itself and at whatever stands before it.
FLOORS = ("core", "accounts", "neighborhoods", "commands", "notifications", "community", "posts", "metrics", "pages")


def test_no_foreign_key_points_upward() -> None:
    """Strings like "posts.Post" are no imports, so only the models themselves can tell."""
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if getattr(field, "remote_field", None) and field.concrete and field.related_model
        if field.related_model._meta.app_label in FLOORS
        and FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]
    assert not upward


def test_every_app_of_ours_has_a_floor() -> None:
    ours = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    assert ours - {"benchmarks"} <= set(FLOORS)


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)

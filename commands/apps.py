"""How does Django know the app `commands`, and what must exist from the start?"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommandsConfig(AppConfig):
    name = "commands"

    def ready(self) -> None:
        from commands import receivers
        from commands.services import ensure_groups, ensure_headquarters

        receivers.connect()
        post_migrate.connect(ensure_headquarters, sender=self, dispatch_uid="commands.ensure_headquarters")
        # For every app, because the permissions of a higher one come later.
        post_migrate.connect(ensure_groups, dispatch_uid="commands.ensure_groups")

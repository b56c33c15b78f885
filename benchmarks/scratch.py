"""Where does a benchmark work, so that it never touches the installation's own data?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from psycopg import sql
from redis import Redis

SETTINGS = "config.benchmark_settings"


@contextmanager
def scratch_database(name: str) -> Iterator[dict[str, str]]:
    """A migrated, empty database, dropped at the end whatever happens, with every Redis key that carries its name.

    Yields:
        The environment in which a process of this project knows that database alone.
    """
    owner_url, app_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    database = f"benchmark_{name}_{os.getpid()}"
    template = os.environ.get("DATABASE_TEMPLATE", "template_postgis")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_OWNER_URL": _at(owner_url, database),
        "DATABASE_URL": _at(app_url, database),
        "LOG_LEVEL": "ERROR",
    }
    identifier = sql.Identifier(database)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, sql.Identifier(template)))
        try:
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"],
                env=environment,
                cwd=settings.BASE_DIR,
                check=True,
                stdout=sys.stderr,
            )
            yield environment
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
            forget_redis_keys(database)


def forget_redis_keys(database: str) -> None:
    """Delete every key of a database's cache, broker and live events, wherever its name stands in front."""
    with Redis.from_url(settings.REDIS_URL) as redis:
        for pattern in (f"{database}:*", f"*:{database}:*"):
            for key in redis.scan_iter(match=pattern, count=1000):
                redis.delete(key)


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

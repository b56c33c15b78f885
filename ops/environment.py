"""Which variables do manage.py, Celery, the live process and pytest need, and where are they kept?"""

import base64
import os
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from ops.place import Place, write_private
from ops.say import CannotGoOn

SERVER_NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
ROLE_URLS = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL"}
DATABASE = "porchlight"
TEMPLATE = "template_porchlight"
FIRST_PORT = 8000
# How many points the curve P-256 has (FIPS 186-4, D.1.2.3): a private key is a number below it.
P_256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

HEAD = """\
# Written by the set-up: what this checkout's processes need, secrets included. Keep it to yourself.
# Lines added here stay; the real environment wins over this file. docs/settings.md explains every name.
"""


def read_env(place: Place) -> dict[str, str]:
    """The lines of the file as a dictionary; empty when there is no file yet."""
    try:
        lines = place.env_file.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return parse(lines)


def parse(lines: list[str]) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def write_env(place: Place, values: Mapping[str, str]) -> None:
    write_private(place.env_file, HEAD + "".join(f"{name}={value}\n" for name, value in values.items()))


def with_secrets(values: Mapping[str, str]) -> dict[str, str]:
    """Everything an installation decides once. What is there stays as it is."""
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LIVE_TOKEN_KEY": secrets.token_urlsafe(48),
        "SECOND_FACTOR_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "HOME_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "HOUSEHOLD_KEY": secrets.token_urlsafe(48),
        "VAPID_PRIVATE_KEY": _private_key(),
        "SITE_URL": f"http://localhost:{FIRST_PORT}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DEMO": "1",
        "DEBUG": "0",
        "WEB_CONCURRENCY": "2",
    }
    return {**fresh, **values}


def _private_key() -> str:
    """A P-256 key as programs for web push write it: the bare number in 32 bytes, as URL-safe base64."""
    number = 1 + secrets.randbelow(P_256_ORDER - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def given_servers() -> dict[str, str]:
    """The servers the caller named in the environment, all three or none."""
    given = {name: os.environ[name] for name in SERVER_NAMES if os.environ.get(name)}
    if given and len(given) < len(SERVER_NAMES):
        missing = ", ".join(name for name in SERVER_NAMES if name not in given)
        raise CannotGoOn(f"The environment names {', '.join(given)} but not {missing}: name all three, or none.")
    return given


def for_processes(values: Mapping[str, str]) -> dict[str, str]:
    """What a process of ours starts with: our variables, and over them whatever the caller set."""
    return {**values, **os.environ}


def database_url(role: str, password: str, at: str) -> str:
    return f"postgresql://{role}:{quote(password)}@{at}/{DATABASE}"


def redis_url(password: str, at: str) -> str:
    return f"redis://:{quote(password)}@{at}/0"


def passwords_sql(passwords: Mapping[str, str]) -> str:
    return "".join(f"ALTER ROLE {role} PASSWORD '{password}';\n" for role, password in passwords.items())


def password_in(url: str | None) -> str:
    """The password a URL carries, or a new one."""
    return (urlsplit(url).password if url else None) or secrets.token_hex(16)


def port_in(url: str | None) -> int | None:
    return urlsplit(url).port if url else None

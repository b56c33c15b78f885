"""What do containers need before they start: which secrets, and who knows them?

`python -m ops.container` is the first job of docker-compose.yml. It writes the same file `make services` writes, once,
into the volume that all containers share, and beside it what the database's container makes its roles with.
"""

import secrets

from ops import environment
from ops.place import HOME, Place

# docker-compose.yml says these in the environment of every container.
GIVEN_BY_COMPOSE = ("SITE_URL", "ALLOWED_HOSTS", "DEMO", "DEBUG", "WEB_CONCURRENCY")
DATABASE_AT, REDIS_AT = "postgres:5432", "redis:6379"


def write_secrets(place: Place) -> None:
    """Make up what is not there yet; what is there stays."""
    place.local.mkdir(parents=True, exist_ok=True)
    values = environment.read_env(place)
    passwords = {role: environment.password_in(values.get(name)) for role, name in environment.ROLE_URLS.items()}
    for role, name in environment.ROLE_URLS.items():
        values[name] = environment.database_url(role, passwords[role], DATABASE_AT)
    values["REDIS_URL"] = environment.redis_url(environment.password_in(values.get("REDIS_URL")), REDIS_AT)
    values["DATABASE_TEMPLATE"] = environment.TEMPLATE
    superuser = place.local / "superuser"
    if not superuser.exists():
        superuser.write_text(secrets.token_hex(16))
    (place.local / "passwords.sql").write_text(environment.passwords_sql(passwords))
    (place.local / "redis.conf").write_text(f"requirepass {environment.password_in(values['REDIS_URL'])}\n")
    kept = {name: value for name, value in environment.with_secrets(values).items() if name not in GIVEN_BY_COMPOSE}
    environment.write_env(place, kept)
    # The database and Redis run as users of their own; nobody but these containers sees the volume.
    for name in ("superuser", "passwords.sql", "redis.conf"):
        (place.local / name).chmod(0o644)


if __name__ == "__main__":
    write_secrets(HOME)

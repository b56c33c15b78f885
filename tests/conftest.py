"""Who takes part in the tests, and how do they meet the real database?

The cast lives in three neighborhoods at whole-degree corners, so that answers can be read off:

    oak  covers longitude 0 to 1, elm 1 to 2 (they share the border at 1), both latitude 0 to 1; Central serves them.
    pine covers longitude 10 to 11, latitude 0 to 1; South serves it.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import Role
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account, make_staff
from tests.commands.factories import make_command, make_headquarters
from tests.neighborhoods.factories import make_neighborhood, settle

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The owner has migrated; from here on every connection acts as the role `app`, as in a real installation."""

    def become_app(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'SET ROLE "{settings.APP_ROLE}"')

    # Only the owner may TRUNCATE, which is how a test that commits is cleaned up.
    def flush_as_owner(sql_list: Iterable[str]) -> None:
        execute(["RESET ROLE", *sql_list, f'SET ROLE "{settings.APP_ROLE}"'])

    execute = connection.ops.execute_sql_flush
    connection.ops.execute_sql_flush = flush_as_owner  # type: ignore[method-assign]
    connection_created.connect(become_app, weak=False, dispatch_uid="tests.become_app")
    with django_db_blocker.unblock():
        connection.close()
    yield
    connection_created.disconnect(dispatch_uid="tests.become_app")
    connection.ops.execute_sql_flush = execute  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and fragments of one test are not the next one's, and no server's cache is flushed for it."""
    caches["default"].key_prefix = f"test:{uuid.uuid4().hex}"


@pytest.fixture
def now() -> datetime:
    """Friday, 20 November 2026, noon in Sacramento."""
    return NOON


@pytest.fixture
def oak(db: None) -> Neighborhood:
    return make_neighborhood("Oak", west=0)


@pytest.fixture
def elm(db: None) -> Neighborhood:
    return make_neighborhood("Elm", west=1)


@pytest.fixture
def pine(db: None) -> Neighborhood:
    return make_neighborhood("Pine", west=10)


@pytest.fixture
def central(oak: Neighborhood, elm: Neighborhood) -> PoliceCommand:
    return make_command("Central Command", "central", "C", [oak, elm])


@pytest.fixture
def south(pine: Neighborhood) -> PoliceCommand:
    return make_command("South Command", "south", "S", [pine])


@pytest.fixture
def headquarters(db: None) -> PoliceCommand:
    return make_headquarters()


@pytest.fixture
def officer(central: PoliceCommand) -> User:
    """Author at Central."""
    return make_staff("Kim Delgado", "Officer", central, Role.AUTHOR)


@pytest.fixture
def sergeant(central: PoliceCommand) -> User:
    """Approver at Central."""
    return make_staff("Nadia Abara", "Sgt.", central, Role.APPROVER)


@pytest.fixture
def manager(central: PoliceCommand) -> User:
    """Manager at Central."""
    return make_staff("Victor Osei", "Capt.", central, Role.MANAGER)


@pytest.fixture
def stranger_officer(south: PoliceCommand) -> User:
    """Author at South, who has no business at Central."""
    return make_staff("Tess Halloran", "Officer", south, Role.AUTHOR)


@pytest.fixture
def pio(headquarters: PoliceCommand) -> User:
    """Author at headquarters."""
    return make_staff("Priya Nair", "Officer", headquarters, Role.AUTHOR)


@pytest.fixture
def chief(headquarters: PoliceCommand) -> User:
    """Approver at headquarters."""
    return make_staff("Carl Whitfield", "Chief", headquarters, Role.APPROVER)


@pytest.fixture
def resident(central: PoliceCommand, oak: Neighborhood) -> User:
    """Verified, lives in Oak."""
    return settle(make_resident_account("Maria Lopez"), oak, is_verified=True)


@pytest.fixture
def neighbor(central: PoliceCommand, elm: Neighborhood) -> User:
    """Verified, lives in Elm."""
    return settle(make_resident_account("Dev Wolde"), elm, is_verified=True)


@pytest.fixture
def newcomer(central: PoliceCommand, oak: Neighborhood) -> User:
    """Claimed, not verified, lives in Oak."""
    return settle(make_resident_account("Tomas Greene"), oak, is_verified=False)


@pytest.fixture
def faraway(south: PoliceCommand, pine: Neighborhood) -> User:
    """Verified, lives in Pine, where another command serves."""
    return settle(make_resident_account("Ruth Faraway"), pine, is_verified=True)


@pytest.fixture
def homeless_account(db: None) -> User:
    """Signed up, has not said where home is."""
    return make_resident_account("Ann Nowhere")


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser's session for somebody; staff count as having given their second factor."""

    def _sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _sign_in

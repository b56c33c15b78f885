"""What is away in the tests of pages that must show something all the same?"""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.servers import free_port


@pytest.fixture
def _database_is_away(transactional_db: None) -> Iterator[None]:
    """The connection leads to a port where nothing listens."""
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = str(free_port())
    yield
    connection.settings_dict["PORT"] = port
    connection.close()

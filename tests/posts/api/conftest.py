"""How does a program ask in a person's name?"""

from collections.abc import Callable

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User

Program = Callable[..., APIClient]


@pytest.fixture
def program(db: None) -> Program:
    """A client that sends a person's token, or none."""

    def _program(person: User | None = None) -> APIClient:
        client = APIClient()
        if person is not None:
            _, token = AuthToken.objects.create(person)
            client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return _program

"""Who else takes part in the tests of the neighbors' pages?"""

from datetime import datetime

import pytest

from accounts.models import User
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account
from tests.community.factories import make_lead, make_moderator, say
from tests.neighborhoods.factories import settle


@pytest.fixture
def rosa(oak: Neighborhood) -> User:
    """Verified, lives in Oak; what she writes is what the tests are about."""
    return settle(make_resident_account("Rosa Medina"), oak, is_verified=True)


@pytest.fixture
def moderator(db: None) -> User:
    """Civic staff, not police."""
    return make_moderator("Priya Raman")


@pytest.fixture
def lead(oak: Neighborhood, moderator: User, now: datetime) -> User:
    """Verified, lives in Oak and keeps its room."""
    person = settle(make_resident_account("Ruth Abebe"), oak, is_verified=True)
    make_lead(person, moderator, now)
    return person


@pytest.fixture
def post_id(rosa: User, now: datetime) -> int:
    """Rosa's post in Oak."""
    return say(rosa, now)

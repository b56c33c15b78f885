"""Who else takes part in the tests of the neighbors' pages?"""

from datetime import datetime

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account, make_staff
from tests.community.views.talking import make_lead, tell
from tests.neighborhoods.factories import settle


@pytest.fixture
def rosa(oak: Neighborhood) -> User:
    """Verified, lives in Oak; what she writes is what the tests are about."""
    return settle(make_resident_account("Rosa Medina"), oak, is_verified=True)


@pytest.fixture
def moderator(db: None) -> User:
    """Civic staff, not police."""
    person = make_staff("Priya Raman", "City moderator")
    person.groups.add(Group.objects.get(name="Community moderators"))
    return person


@pytest.fixture
def lead(oak: Neighborhood, moderator: User, now: datetime) -> User:
    """Verified, lives in Oak and keeps its room."""
    return make_lead(settle(make_resident_account("Ruth Abebe"), oak, is_verified=True), moderator, now)


@pytest.fixture
def post_id(rosa: User, now: datetime) -> int:
    """Rosa's post in Oak."""
    return tell(rosa, now)

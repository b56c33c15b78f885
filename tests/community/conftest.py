"""Who else takes part in the tests of the neighbors' room?"""

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account
from tests.community.factories import make_adjoining, make_moderator
from tests.neighborhoods.factories import settle


@pytest.fixture
def rosa(central: PoliceCommand, oak: Neighborhood) -> User:
    """Verified, lives in Oak like the resident."""
    return settle(make_resident_account("Rosa Bloom"), oak, is_verified=True)


@pytest.fixture
def jun(central: PoliceCommand, oak: Neighborhood) -> User:
    """Verified, lives in Oak like the resident and Rosa."""
    return settle(make_resident_account("Jun Park"), oak, is_verified=True)


@pytest.fixture
def moderator(db: None) -> User:
    """Civic staff: the community moderator."""
    return make_moderator()


@pytest.fixture
def side_by_side(oak: Neighborhood, elm: Neighborhood) -> None:
    """Oak and Elm adjoin each other."""
    make_adjoining(oak, elm)

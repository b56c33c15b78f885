"""How do tests make many people at once?"""

from itertools import count

from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle

_numbers = count(1)


def fill(neighborhood: Neighborhood, *, claimed: int = 0, verified: int = 0) -> None:
    """Let so many more people live in a neighborhood."""
    for place in range(claimed + verified):
        number = next(_numbers)
        person = make_resident_account(f"Person {number}", f"person{number}@example.test")
        settle(person, neighborhood, is_verified=place < verified)

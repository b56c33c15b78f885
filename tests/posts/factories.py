"""How do tests make posts? Through the same services as an officer's form."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from posts.models import Post
from posts.rules import AudienceScope, PostKind
from posts.services import Draft, submit_post


def make_draft(neighborhoods: Sequence[Neighborhood] = (), **changes: object) -> Draft:
    fields = {
        "kind": PostKind.CRIME_SERIES,
        "title": "Bicycles taken from five garages",
        "text": "Somebody tries side doors at night.",
        "scope": AudienceScope.NEIGHBORHOODS if neighborhoods else AudienceScope.COMMAND,
        "neighborhood_ids": [neighborhood.pk for neighborhood in neighborhoods],
    }
    return Draft(**(fields | changes))  # type: ignore[arg-type]


def publish(
    author: User, command: PoliceCommand, at: datetime, neighborhoods: Sequence[Neighborhood] = (), **changes: object
) -> Post:
    """A post that is out; to the whole command unless neighborhoods are named."""
    return submit_post(
        command=command, author=author, draft=make_draft(neighborhoods, **changes), submission_key=uuid.uuid4(), at=at
    )

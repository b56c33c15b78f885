"""How do the pages' tests let neighbors talk? Through the same services as their forms."""

import uuid
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from community import services
from neighborhoods.models import Adjoining, Neighborhood, Residency
from neighborhoods.rules import Standing


def let_adjoin(one: Neighborhood, other: Neighborhood) -> None:
    """As loading boundaries does where two come near each other."""
    pairs = ((one, other), (other, one))
    Adjoining.objects.bulk_create([Adjoining(neighborhood=here, other=there) for here, there in pairs])


def home_of(person: User) -> Residency:
    return person.residencies.exclude(standing=Standing.ENDED).get()


def tell(author: User, at: datetime, **changes: Any) -> int:
    """A neighbor post that is there; its id."""
    fields: dict[str, Any] = {
        "kind": "talk",
        "title": "Who has a long ladder?",
        "text": "The gutter at the garden shed came loose.",
        "is_open_to_adjoining": False,
        "picture": None,
        "description": "",
        "submission_key": uuid.uuid4(),
    }
    return services.write_post(residency=home_of(author), at=at, **(fields | changes))


def say(author: User, post_id: int, at: datetime, text: str = "I have one.") -> int:
    """A comment under a neighbor post; its id."""
    return services.comment(residency=home_of(author), post_id=post_id, text=text, submission_key=uuid.uuid4(), at=at)


def a_picture(name: str = "ladder.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), "saddlebrown").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def make_lead(person: User, by: User, at: datetime) -> User:
    """A resident who offered to keep the room of home, and was named."""
    lead_id = services.offer_to_lead(residency=home_of(person), at=at)
    services.name_lead(lead_id=lead_id, by=by, at=at)
    return person


def make_report(reporter: User, post_id: int, at: datetime, rule: str = "threat") -> int:
    """A report of a post that waits for whoever keeps the room; its id."""
    return services.report(person_id=reporter.pk, subject_kind="post", subject_id=post_id, rule=rule, note="", at=at)

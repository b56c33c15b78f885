"""What did a person choose to hear, and over what can they be reached?"""

from accounts.models import User
from notifications.models import Preferences, Suppression


def preferences_of(person_id: int) -> Preferences:
    """A person's choices; for whoever never chose an unsaved row of what holds for everybody. One query."""
    return Preferences.objects.filter(person_id=person_id).first() or Preferences(person_id=person_id)


def has_account(person_id: int) -> bool:
    """Whether the person is still there. One query."""
    return User.objects.filter(pk=person_id, is_active=True).exists()


def find_suppression(person: User) -> Suppression | None:
    """Why no e-mail goes to the address the person has now; None while mail goes there. One query."""
    return Suppression.objects.filter(person_id=person.pk, email__iexact=person.email).first()

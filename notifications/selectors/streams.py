"""Which live channels may a person hear?"""

from accounts.models import User
from accounts.selectors import has_second_factor
from commands.selectors import assignments_of
from neighborhoods.selectors import find_residency
from notifications import channels


def channels_of(person: User) -> list[str]:
    """Every channel the person may hear now, with the one that ends their streams. One query, for staff two.

    Residents hear their neighborhood: the police in it, and once verified what goes on under the posts. Staff hear
    the desks they are assigned to, if they have set up the second factor that opens those desks.
    """
    heard = [channels.closing(person.pk)]
    if person.is_police_or_civic_staff:
        if not has_second_factor(person.pk):
            return heard
        return heard + [channels.command_desk(assignment.command_id) for assignment in assignments_of(person.pk)]
    residency = find_residency(person.pk)
    if residency is not None and residency.neighborhood_id is not None:
        heard.append(channels.neighborhood_police(residency.neighborhood_id))
        if residency.is_verified:
            heard.append(channels.neighborhood_verified(residency.neighborhood_id))
    return heard

"""Which background work does the neighbors' room have? Ids, and the name of a mail, are its only arguments."""

import logging

from celery import shared_task
from django.utils import timezone

from community import services
from neighborhoods.selectors import adjoining_ids
from notifications import gateways
from notifications.channels import neighborhood_verified
from notifications.gateways import LiveEvent, LiveUnavailable

log = logging.getLogger(__name__)


@shared_task(name="community.announce")
def announce(neighborhood_id: int, reaches_adjoining: bool = False) -> None:
    """Tell open pages that there is something new from neighbors; not what, and not from whom.

    Without Redis nobody is told; the next page that is opened shows it.
    """
    places = [neighborhood_id, *(adjoining_ids(neighborhood_id) if reaches_adjoining else ())]
    try:
        gateways.live.publish(
            [LiveEvent(channel=neighborhood_verified(pk), id=None, kind="neighbors") for pk in places]
        )
    except LiveUnavailable:
        return


# Taken off the queue before it begins: when a worker is lost, better one mail less than all of them twice.
@shared_task(name="community.mail_keepers", acks_late=False)
def mail_keepers(person_ids: list[int], template: str) -> None:
    """Tell those who decide that something waits for them."""
    services.mail_keepers(person_ids=person_ids, template=template)


@shared_task(name="community.purge_old")
def purge_old() -> None:
    """Delete for good what neighbors wrote too long ago."""
    log.info("Deleted %s old rows of the neighbors' room.", services.purge_old(at=timezone.now()))

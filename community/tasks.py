"""Which background work does the neighbors' room have? Ids are its only arguments."""

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


@shared_task(name="community.purge_old")
def purge_old() -> None:
    """Delete for good what neighbors wrote too long ago."""
    log.info("Deleted %s old rows of the neighbors' room.", services.purge_old(at=timezone.now()))

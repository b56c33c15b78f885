"""When do open streams end early? When a person's rights have changed, or the person has signed out or left."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_save

from accounts.models import User
from accounts.signals import sessions_ended
from commands.models import Assignment
from neighborhoods.models import Residency
from notifications import gateways

log = logging.getLogger(__name__)


def connect() -> None:
    """Listen to the apps below; they do not know of live streams."""
    post_save.connect(_rights_changed, sender=Residency, dispatch_uid="notifications.residency")
    post_save.connect(_rights_changed, sender=Assignment, dispatch_uid="notifications.assignment")
    post_save.connect(_account_saved, sender=User, dispatch_uid="notifications.account")
    sessions_ended.connect(_sessions_ended, dispatch_uid="notifications.sessions_ended")
    user_logged_out.connect(_signed_out, dispatch_uid="notifications.signed_out")


def _rights_changed(*, instance: Residency | Assignment, created: bool, **kwargs: Any) -> None:
    if not created:
        _close_streams(instance.person_id)


def _account_saved(*, instance: User, **kwargs: Any) -> None:
    if not instance.is_active:
        _close_streams(instance.pk)


def _signed_out(*, user: Any, **kwargs: Any) -> None:
    if user is not None:
        _close_streams(user.pk)


def _sessions_ended(*, person_id: int, **kwargs: Any) -> None:
    _close_streams(person_id)


def _close_streams(person_id: int) -> None:
    def close() -> None:
        try:
            gateways.live.close_streams(person_id)
        except gateways.LiveUnavailable:
            log.warning("Redis is away: a stream goes on until its ticket ends, within ten minutes.")

    # After the commit: a ticket that was asked for earlier may still have been given by the old rights.
    transaction.on_commit(close, robust=True)

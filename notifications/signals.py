"""What do notifications ask the apps above, which they do not know?"""

from dataclasses import dataclass
from datetime import datetime

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when rows of another app wait in a lane."""

    lane: str
    since: datetime


# Each receiver returns a list of Waiting: for every lane in which rows of its tables wait, the oldest.
waiting_asked = Signal()

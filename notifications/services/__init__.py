"""Every write of how people hear of things.

`watch` says whether all of it runs, and tells the operator when it does not.
"""

from notifications.services.watch import record_pulse

__all__ = ["record_pulse"]

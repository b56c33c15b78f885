"""Every write of how people hear of things.

`account_mail` keeps what concerns an account until it has left. `preferences` takes over what people choose,
`suppression` ends mail that comes back, `leaving` lets go of a person, and `retention` of what is old.
`watch` says whether all of it runs, and tells the operator when it does not.
"""

from notifications.services.account_mail import send_account_mail
from notifications.services.leaving import forget_person
from notifications.services.preferences import change_preferences, unsubscribe
from notifications.services.retention import purge_old
from notifications.services.suppression import record_mail_came_back, try_address_again
from notifications.services.watch import record_pulse

__all__ = [
    "change_preferences",
    "forget_person",
    "purge_old",
    "record_mail_came_back",
    "record_pulse",
    "send_account_mail",
    "try_address_again",
    "unsubscribe",
]

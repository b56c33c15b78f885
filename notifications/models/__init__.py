"""What is kept about how people hear of things?

`messages` holds what is told and to whom, `choices` what each person wants, `digests` what was collected, `mails` what
concerns an account, and `watch` whether all of it runs.
"""

from notifications.models.choices import Preferences, PushSubscription, Suppression
from notifications.models.digests import Digest
from notifications.models.mails import Mail
from notifications.models.messages import Message, Notice
from notifications.models.watch import Alert, ProviderEvent, Pulse, Tally

__all__ = [
    "Alert",
    "Digest",
    "Mail",
    "Message",
    "Notice",
    "Preferences",
    "ProviderEvent",
    "Pulse",
    "PushSubscription",
    "Suppression",
    "Tally",
]

"""Every read of how people hear of things.

`streams` says which live channels a person may hear, `preferences` what a person chose and over what they can be
reached. `operation` tells what waits, what left and who is alive.
"""

from notifications.selectors.preferences import find_suppression, has_account, preferences_of
from notifications.selectors.streams import channels_of

__all__ = ["channels_of", "find_suppression", "has_account", "preferences_of"]

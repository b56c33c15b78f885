"""What does an account tell and ask the apps above: what is kept about a person, whose sessions ended, who leaves?

Each app answers for its own tables in its `receivers.py`, because this app knows none of them.
"""

from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class OwnDataSection:
    """One table of what is kept about a person, as they read it themselves.

    Attributes:
        title: Heading, in plain words.
        rows: What is kept; each row says the same things under the same names.
    """

    title: str
    rows: list[dict[str, str]]


# Arguments: person, with_pictures (see `own_data`). Each receiver returns a list of OwnDataSection, empty where it
# keeps nothing.
own_data_asked = Signal()

# Argument: person_id. Sessions of this person were ended; what else they hold open has to be asked for anew.
sessions_ended = Signal()

# Arguments: person, at. Sent inside the transaction that empties the account: each receiver removes what is the
# person's alone and takes the person out of what stays.
person_leaving = Signal()

"""Which errors may a person read?"""


class DomainError(Exception):
    """A rule said no. Its text is fit to show: what is wrong, and what to do.

    A page shows it as a message, the API answers 409, a command prints it and exits 1.
    """


class NotAllowed(DomainError):
    """The person may know the thing exists, but it is not theirs to change (403)."""

"""What can be asked of any transport of e-mail, and what can it answer?"""

from typing import Protocol


class MailUnavailable(Exception):
    """The transport takes nothing from us right now, whoever it is for; nothing was tried.

    Attributes:
        words: What it said, or what kind of failure it was.
    """

    def __init__(self, words: str) -> None:
        super().__init__("The mail transport is not available.")
        self.words = words


class MailRefused(Exception):
    """This one mail was not taken, or nobody can tell whether it was.

    Its own text names nobody, because it may reach a log.

    Attributes:
        words: The other side's own; they can hold the address.
        is_permanent: Trying again would change nothing.
        is_address_gone: There is no such mailbox.
    """

    def __init__(self, words: str, *, is_permanent: bool, is_address_gone: bool = False) -> None:
        super().__init__("The mail was refused.")
        self.words = words
        self.is_permanent, self.is_address_gone = is_permanent, is_address_gone


class MailConnection(Protocol):
    """A way to the transport that stays open from one mail to the next; used by one thread at a time."""

    @property
    def is_open(self) -> bool:
        """Whether another mail can leave over it: the other side may have hung up."""

    def send(self, *, sender: str, recipient: str, content: bytes) -> str:
        """Hand over one finished mail.

        Args:
            sender: The address that mail which comes back goes to.
            content: Head and body; lines end with CRLF, no byte is above 127.

        Returns:
            What the other side said.

        Raises:
            MailRefused: It is not theirs now.
            MailUnavailable: Nor would any other be.
        """

    def close(self) -> None:
        """Part in good order; what goes wrong with that is nobody's concern."""


class MailGateway(Protocol):
    """Where e-mail goes."""

    def open(self) -> MailConnection:
        """Connect, greet and sign in.

        Raises:
            MailUnavailable: Any of it failed.
        """

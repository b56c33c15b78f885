"""Where does e-mail go when nobody set up a mail server? Nowhere, and it says so."""

import logging

from notifications.gateways.mail import MailConnection, MailRefused

log = logging.getLogger(__name__)

NO_SERVER = "This site has no mail server: EMAIL_URL is not set."


class DroppingGateway:
    """Refuses every mail for good: a code that comes a day late opens nothing, and old news is none."""

    @property
    def is_open(self) -> bool:
        return True

    def open(self) -> MailConnection:
        log.warning("EMAIL_URL is not set: mails are dropped.")
        return self

    def send(self, *, sender: str, recipient: str, content: bytes) -> str:
        raise MailRefused(NO_SERVER, is_permanent=True)

    def close(self) -> None:
        return

"""What does a mail transport look like that nobody can reach?"""

from notifications.gateways.mail import MailConnection, MailUnavailable


class NoMail:
    def open(self) -> MailConnection:
        raise MailUnavailable("connection refused")

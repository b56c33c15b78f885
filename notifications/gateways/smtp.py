"""How is a mail handed to an SMTP server, many over one connection?"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass

from notifications.gateways.mail import MailConnection, MailRefused, MailUnavailable

# Mail servers hang up after a number of mails, many after a thousand.
MAILS_PER_CONNECTION = 500

_START_MAIL_INPUT = 354
_CLOSING = 421
_ADDRESS_GONE = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
_NOT_IN_AN_ENVELOPE = re.compile(r"[\x00-\x20\x7f<>]")


@dataclass(frozen=True, slots=True)
class SmtpGateway:
    """A mail server at an address; one that sends on to everywhere, a city's own or a provider's."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    uses_starttls: bool = False
    uses_tls: bool = False
    timeout_seconds: float = 10
    greeted_as: str = "localhost"

    def open(self) -> MailConnection:
        smtp: smtplib.SMTP | None = None
        try:
            if self.uses_tls:
                smtp = smtplib.SMTP_SSL(
                    self.host,
                    self.port,
                    local_hostname=self.greeted_as,
                    timeout=self.timeout_seconds,
                    context=ssl.create_default_context(),
                )
            else:
                smtp = smtplib.SMTP(self.host, self.port, local_hostname=self.greeted_as, timeout=self.timeout_seconds)
            if self.uses_starttls:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if self.user:
                smtp.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            if smtp is not None:
                smtp.close()
            raise MailUnavailable(_words_of(error)) from None
        return SmtpConnection(smtp)


@dataclass(frozen=True, slots=True)
class _Reply:
    code: int
    words: str

    @property
    def is_yes(self) -> bool:
        return 200 <= self.code < 400

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500


class SmtpConnection:
    """One connection to a mail server, greeted and signed in."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        # A server that says so takes sender, recipient and DATA in one go: two round trips for a mail and not four.
        self._pipelines = smtp.has_extn("pipelining")
        self._is_open = True
        self._left = MAILS_PER_CONNECTION

    @property
    def is_open(self) -> bool:
        return self._is_open

    def send(self, *, sender: str, recipient: str, content: bytes) -> str:
        recipient, options = self._in_envelope(recipient)
        try:
            self._announce(f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{recipient}>")
            # A line with a single dot would end the mail, so each that begins with one gets another.
            end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
            self._smtp.send(content.replace(b"\r\n.", b"\r\n..") + end)
            answer = self._read()
        except (OSError, smtplib.SMTPException) as error:
            # Whether the server has the mail nobody can tell, if it was on its way.
            self._hang_up()
            raise MailRefused(_words_of(error), is_permanent=False) from None
        self._left -= 1
        if not answer.is_yes:
            raise self._refused(answer)
        if self._left <= 0:
            self.close()
        return answer.words

    def close(self) -> None:
        if self._is_open:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._hang_up()

    def _announce(self, mail: str, recipient: str) -> None:
        """Say whose mail comes and for whom, until the server wants to have it.

        Raises:
            MailRefused: It does not want it for this recipient.
            MailUnavailable: It wants none from us.
        """
        if self._pipelines:
            self._write(mail, recipient, "DATA")
            from_us, to_them, data = self._read(), self._read(), self._read()
            if data.code == _START_MAIL_INPUT and not (from_us.is_yes and to_them.is_yes):
                # It waits for a mail that nobody is to get.
                self._write(".")
                self._read()
        else:
            from_us = self._ask(mail)
            to_them = self._ask(recipient) if from_us.is_yes else from_us
            data = self._ask("DATA") if to_them.is_yes else to_them
        if from_us.is_yes and to_them.is_yes and data.code == _START_MAIL_INPUT:
            return
        if not from_us.is_yes:
            # What it has against the sender it has against every mail.
            self.close()
            raise MailUnavailable(from_us.words)
        if _CLOSING not in (to_them.code, data.code):
            self._ask("RSET")
        raise self._refused(data if to_them.is_yes else to_them, is_about_recipient=not to_them.is_yes)

    def _refused(self, reply: _Reply, *, is_about_recipient: bool = False) -> MailRefused:
        if reply.code == _CLOSING:
            self._hang_up()
        is_gone = is_about_recipient and reply.is_permanent and bool(_ADDRESS_GONE.search(reply.words))
        return MailRefused(reply.words, is_permanent=reply.is_permanent, is_address_gone=is_gone)

    def _in_envelope(self, recipient: str) -> tuple[str, str]:
        """(address, options of MAIL FROM); letters beyond ASCII are for servers that take them."""
        if _NOT_IN_AN_ENVELOPE.search(recipient) or "@" not in recipient:
            raise MailRefused("The address is none that a mail can be sent to.", is_permanent=True)
        if recipient.isascii():
            return recipient, ""
        name, _, domain = recipient.rpartition("@")
        with suppress(UnicodeError):
            recipient = f"{name}@{domain.encode('idna').decode('ascii')}"
        if recipient.isascii():
            return recipient, ""
        if not self._smtp.has_extn("smtputf8"):
            raise MailRefused("The mail server takes no addresses with such letters.", is_permanent=True)
        return recipient, " SMTPUTF8"

    def _ask(self, command: str) -> _Reply:
        self._write(command)
        return self._read()

    def _write(self, *commands: str) -> None:
        self._smtp.send("".join(f"{command}\r\n" for command in commands).encode())

    def _read(self) -> _Reply:
        code, words = self._smtp.getreply()
        return _Reply(code, f"{code} {words.decode(errors='replace')}")

    def _hang_up(self) -> None:
        self._is_open = False
        with suppress(OSError):
            self._smtp.close()


def _words_of(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {words}"
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "The mail server hung up."
    return f"The mail server could not be reached ({type(error).__name__})."

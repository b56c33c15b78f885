"""How does a text message leave: to the console, into a file, or by a provider?"""

import logging
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import requests

from notifications.rules.segments import cost_of

log = logging.getLogger(__name__)

# A country code and a number, at most 15 digits in all (ITU-T E.164).
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
TIMEOUT_SECONDS = 10
TWILIO = "https://api.twilio.com"


class TextNotSent(Exception):
    """The message did not leave. Its text names no number, because it may reach a log.

    Attributes:
        is_permanent: Trying again would change nothing.
    """

    def __init__(self, words: str, *, is_permanent: bool) -> None:
        super().__init__(words)
        self.is_permanent = is_permanent


class TextGateway(Protocol):
    """Where text messages go."""

    def send(self, number: str, text: str) -> None:
        """Hand over one message.

        Args:
            number: With its country code: "+19165550100".

        Raises:
            TextNotSent: It did not leave.
        """


def checked(number: str) -> str:
    """The number without the signs people write in it.

    Raises:
        TextNotSent: It is no number with a country code.
    """
    number = re.sub(r"[ ().-]", "", number)
    if not _NUMBER.fullmatch(number):
        raise TextNotSent("Write the number with its country code, as in +1 916 555 0100.", is_permanent=True)
    return number


class ConsoleTexts:
    """Shows each message to whoever runs the process: for trying things out."""

    def send(self, number: str, text: str) -> None:
        sys.stdout.write(_shown(checked(number), text))
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class FileTexts:
    """Adds each message to a file that only its owner reads."""

    path: Path

    def send(self, number: str, text: str) -> None:
        shown = _shown(checked(number), text)
        self.path.touch(mode=0o600)
        with self.path.open("a") as file:
            file.write(shown)


@dataclass(frozen=True, slots=True)
class TwilioTexts:
    """Twilio's interface for messages.

    Attributes:
        sender: A number of ours, or the name of a messaging service (begins with MG).
    """

    account: str
    token: str
    sender: str
    base_url: str = TWILIO

    def send(self, number: str, text: str) -> None:
        sender = "MessagingServiceSid" if self.sender.startswith("MG") else "From"
        try:
            response = requests.post(
                f"{self.base_url}/2010-04-01/Accounts/{self.account}/Messages.json",
                data={"To": checked(number), sender: self.sender, "Body": text},
                auth=(self.account, self.token),
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise TextNotSent(f"Twilio could not be reached ({type(error).__name__}).", is_permanent=False) from None
        if response.status_code != requests.codes.created:
            is_permanent = (
                400 <= response.status_code < 500 and response.status_code != requests.codes.too_many_requests
            )
            raise TextNotSent(f"Twilio refused it: {_reason(response)}.", is_permanent=is_permanent)


def gateway_of(url: str) -> TextGateway | None:
    """The gateway a setting names; None where it is empty.

    Args:
        url: "console://", "file:///var/log/texts", or "twilio://account:token@/+19165550100"; a host after the @ is
            asked in place of Twilio's own, over http with "?scheme=http".

    Raises:
        ValueError: Nothing of ours is named like this.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme == "console":
        return ConsoleTexts()
    if parts.scheme == "file" and parts.path:
        return FileTexts(Path(unquote(parts.path)))
    sender = unquote(parts.path).strip("/")
    if parts.scheme == "twilio" and parts.username and parts.password and sender:
        host = parts.netloc.rpartition("@")[2]
        scheme = parse_qs(parts.query).get("scheme", ["https"])[0]
        base_url = f"{scheme}://{host}" if host else TWILIO
        return TwilioTexts(unquote(parts.username), unquote(parts.password), sender, base_url)
    raise ValueError("SMS_URL is none of console://, file:///… and twilio://account:token@/sender.")


def _shown(number: str, text: str) -> str:
    segments = cost_of(text).segments
    return f"To {number} ({segments} {'message' if segments == 1 else 'messages'}):\n{text}\n\n"


def _reason(response: requests.Response) -> str:
    """Twilio's number for what is wrong; its words repeat the phone number."""
    try:
        code = response.json().get("code")
    except (ValueError, AttributeError):
        code = None
    return f"status {response.status_code}" + (f", its error {code}" if isinstance(code, int) else "")

"""Which browsers can be told by push: where does a subscription lead, are its keys sound, and what is it called?"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from core.errors import DomainError

ENDPOINT_MAX_LENGTH = 1000
AUTH_BYTES = 16
_PORTS = {"https": 443, "http": 80}
# Stricter than the parsers of addresses, which do not all agree on what ends a host.
_HOST = re.compile(r"[a-z0-9.-]+")

# In this order: Edge says Chrome too, Chrome says Safari too, and Chrome on an iPhone is Safari underneath.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


class BrokenSubscription(DomainError):
    """What a browser sent cannot be used to tell it anything."""

    def __init__(self) -> None:
        super().__init__("This browser’s push address did not come through whole. Turn push on again here.")


class UnknownPushService(DomainError):
    """A subscription that leads to nobody we ask."""

    def __init__(self) -> None:
        super().__init__(
            "This site does not know your browser’s push service. Use Chrome, Edge, Firefox or Safari, or take e-mail."
        )


def origin_of(endpoint: str) -> str:
    """Scheme, host and port, as a push service is named: "https://fcm.googleapis.com".

    Raises:
        BrokenSubscription: It is no address.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError as error:
        raise BrokenSubscription from error
    # A name and password before the host would be sent along.
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or "@" in parts.netloc:
        raise BrokenSubscription
    at_port = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{at_port}"


def check_endpoint(endpoint: str, services: Iterable[str]) -> None:
    """Refuse what leads anywhere but to the push services we know.

    Args:
        services: Origins; "https://*.push.apple.com" stands for every host below that name.

    Raises:
        BrokenSubscription: It is no address.
        UnknownPushService: It leads elsewhere.
    """
    if len(endpoint) > ENDPOINT_MAX_LENGTH or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise BrokenSubscription
    origin = origin_of(endpoint)
    if not any(_is_at(origin, service.strip().rstrip("/")) for service in services):
        raise UnknownPushService


def check_keys(*, p256dh: str, auth: str) -> None:
    """Refuse keys that nothing can be encrypted with.

    Args:
        p256dh: A point on P-256, uncompressed, as URL-safe base64.
        auth: 16 secret bytes, as URL-safe base64.

    Raises:
        BrokenSubscription: One of them is no such thing.
    """
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64(p256dh))
        is_whole = len(from_base64(auth)) == AUTH_BYTES
    except ValueError as error:
        raise BrokenSubscription from error
    if not is_whole:
        raise BrokenSubscription


def from_base64(text: str) -> bytes:
    """URL-safe base64 with or without its padding.

    Raises:
        ValueError: It is something else.
    """
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no URL-safe base64") from error


def digest_of(endpoint: str) -> str:
    """What a subscription is found by."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def device_name(user_agent: str) -> str:
    """As its owner knows it, "Chrome on Android", from what a browser says about itself."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def _is_at(origin: str, service: str) -> bool:
    scheme, _, host = service.partition("://")
    if host.startswith("*."):
        return origin.startswith(f"{scheme}://") and origin.endswith(host[1:])
    return origin == service

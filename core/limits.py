"""How often may one person or machine do something before being asked to wait?"""

import time
from ipaddress import IPv6Address, ip_address

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def seconds_to_wait(scope: str, who: str, *, count: int, seconds: int) -> int:
    """Count one more try and say how long to wait until it is allowed; 0 means go on.

    Tries are counted in windows of fixed length. While the cache is away nothing is counted, so nobody is locked out.

    Args:
        scope: What is limited; each scope counts for itself.
        who: Person or machine, as `caller_of` names it.
        count: Tries allowed within each `seconds`.
    """
    now = time.time()
    window = int(now) // seconds
    # The cache tells neither who wrote how much nor which network a visitor came from.
    caller = salted_hmac("core.limits", who, algorithm="sha256").hexdigest()[:32]
    key = f"limits:{scope}:{caller}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # the cache was emptied between the two calls
        tries = 1
    return int((window + 1) * seconds - now) + 1 if tries > count else 0


def caller_of(request: HttpRequest) -> str:
    """The signed-in person, or the network a visitor comes from."""
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    # The front replaces the header, so its only address is the visitor's; without a front there is none.
    address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return network_of(address or str(request.META.get("REMOTE_ADDR", "")))


def network_of(address: str) -> str:
    """An IPv4 address itself; of IPv6 the first 64 bits, because one home has all the rest to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(parsed) >> 64 << 64)) if isinstance(parsed, IPv6Address) else address

"""How much may one machine ask of the API without signing in?"""

from ipaddress import IPv6Address, ip_address

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle


class VisitorThrottle(AnonRateThrottle):
    """Counts by address; in IPv6 by the first 64 bits, because one home has all the rest to itself."""

    def get_ident(self, request: Request) -> str:
        ident = super().get_ident(request) or ""
        try:
            address = ip_address(ident)
        except ValueError:
            return ident
        return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else ident

"""How much may one machine ask of the API without signing in?"""

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from core.limits import network_of


class VisitorThrottle(AnonRateThrottle):
    """Counts by the network a request comes from."""

    def get_ident(self, request: Request) -> str:
        return network_of(super().get_ident(request) or "")

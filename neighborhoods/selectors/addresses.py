"""Which address points begin with what somebody typed?"""

from neighborhoods.models import Address
from neighborhoods.rules import normalize_address


def has_addresses() -> bool:
    """Whether a home can be looked up by its address. One query."""
    return Address.objects.exists()


def search_addresses(text: str, limit: int = 8) -> list[Address]:
    """Addresses that begin with what was typed, shortest first. One query by index.

    Args:
        text: As people write it; what follows the first comma (unit, city, state) is left out.
    """
    beginning = normalize_address(text.partition(",")[0])
    if not beginning:
        return []
    return list(Address.objects.filter(search_text__startswith=beginning).order_by("search_text", "pk")[:limit])

"""What does every template know about the installation?"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": facts()}


def facts() -> dict[str, Any]:
    """The city's names, numbers and zone."""
    return {
        "city_name": settings.CITY_NAME,
        "police_name": settings.POLICE_NAME,
        "non_emergency_phone": settings.NON_EMERGENCY_PHONE,
        "is_demo": settings.DEMO,
        "time_zone": settings.CITY_TIME_ZONE,
    }

"""What does the API answer about places and the commands that serve them?"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commands.api.serializers import LocateOut, NeighborhoodCollection, PointIn
from commands.models import PoliceCommand
from commands.selectors import commands_by_neighborhood, commands_for
from core.throttles import VisitorThrottle
from neighborhoods.selectors import boundaries_for_map, find_latest_load_id, find_neighborhood_at

GEOJSON = "application/geo+json"
KEPT_SECONDS = 3600

Served = dict[int, list[PoliceCommand]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A neighborhood as `NeighborhoodFeature` writes it."""

    slug: str
    name: str
    boundary: dict[str, Any]
    commands: list[PoliceCommand]


class Neighborhoods(APIView):
    """The city's current neighborhoods as GeoJSON."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [VisitorThrottle]

    @extend_schema(
        operation_id="neighborhoods",
        responses={(200, GEOJSON): NeighborhoodCollection, 304: OpenApiResponse(description="Not changed.")},
        auth=[],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All current neighborhoods with their boundaries, by name.

        Send the `ETag` of the last answer as `If-None-Match` to hear that nothing has changed.
        """
        served = commands_by_neighborhood()
        etag = _etag(served)
        response = get_conditional_response(request._request, etag=etag)
        if response is None:
            response = HttpResponse(_kept_collection(etag, served), content_type=GEOJSON)
        response["ETag"] = etag
        patch_cache_control(response, public=True, no_cache=True)
        return response


def _etag(served: Served) -> str:
    """Changes with every load of boundaries, and when it changes who serves what."""
    commands = {place: [(command.slug, command.name) for command in served[place]] for place in served}
    state = json.dumps([find_latest_load_id(), commands], sort_keys=True)
    return f'"{hashlib.blake2b(state.encode(), digest_size=12).hexdigest()}"'


def _kept_collection(etag: str, served: Served) -> bytes:
    """The finished answer, from the cache while nothing has changed: a city's boundaries are megabytes."""
    key = f"commands:api:neighborhoods:{etag}"
    body: bytes | None = cache.get(key)
    if body is None:
        features = [
            Feature(area.slug, area.name, area.boundary, served.get(area.id, [])) for area in boundaries_for_map()
        ]
        collection = NeighborhoodCollection({"type": "FeatureCollection", "features": features}).data
        body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
        cache.set(key, body, KEPT_SECONDS)
    return body


class LocateThrottle(VisitorThrottle):
    """Enough for somebody who looks for a home, too little to send half a city through."""

    scope = "locate"
    rate = "30/min"


class Locate(APIView):
    """Which neighborhood a point lies in."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [LocateThrottle]

    @extend_schema(operation_id="locate", parameters=[PointIn], responses=LocateOut, auth=[])
    def get(self, request: Request) -> Response:
        """The neighborhood of a point and the area command that serves it; null for both outside the city.

        The point is not kept.
        """
        point = PointIn(data=request.query_params)
        point.is_valid(raise_exception=True)
        neighborhood = find_neighborhood_at(**point.validated_data)
        commands = commands_for(neighborhood.pk) if neighborhood else []
        answer = {"neighborhood": neighborhood, "command": commands[0] if commands else None}
        return Response(LocateOut(answer).data)

"""What shape have places and commands in the API?"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField

GEOJSON_GEOMETRY = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
        "coordinates": {"type": "array", "items": {}},
    },
}


@extend_schema_field(GEOJSON_GEOMETRY)
class BoundaryField(GeometryField):  # type: ignore[misc]  # the package has no types
    """A boundary as GeoJSON, WGS 84, longitude first."""


class CommandOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class NeighborhoodOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class NeighborhoodProperties(NeighborhoodOut):
    commands = CommandOut(many=True, help_text="Who serves it, area command first; headquarters serves every one.")


class NeighborhoodFeature(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["Feature"], default="Feature")
    id = serializers.CharField(source="slug", help_text="The slug, which stays when the boundary changes.")
    geometry = BoundaryField(source="boundary")
    properties = NeighborhoodProperties(source="*")


class NeighborhoodCollection(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["FeatureCollection"], default="FeatureCollection")
    features = NeighborhoodFeature(many=True)


class PointIn(serializers.Serializer[Any]):
    # A comparison with "not a number" is always false, so both bounds would let it through.
    default_error_messages = {"unreadable": "This is not a number of degrees."}

    latitude = serializers.FloatField(min_value=-90, max_value=90, help_text="Degrees north, WGS 84.")
    longitude = serializers.FloatField(min_value=-180, max_value=180, help_text="Degrees east, WGS 84.")

    def validate_latitude(self, value: float) -> float:
        return self._number(value)

    def validate_longitude(self, value: float) -> float:
        return self._number(value)

    def _number(self, value: float) -> float:
        if value != value:  # NaN is the one number that differs from itself
            self.fail("unreadable")
        return value


class LocateOut(serializers.Serializer[Any]):
    neighborhood = NeighborhoodOut(allow_null=True, help_text="null outside of every neighborhood.")
    command = CommandOut(allow_null=True, help_text="The area command that serves it; null where none does.")

"""Every read of places and residencies.

`places` finds the neighborhood of a point, `addresses` the point of an address, `residencies` who lives where.
"""

from neighborhoods.selectors.addresses import has_addresses, search_addresses
from neighborhoods.selectors.places import (
    NEIGHBORHOOD_ID_AT,
    MapArea,
    adjoining_ids,
    boundaries_for_map,
    current_neighborhoods,
    find_city_box,
    find_latest_load_id,
    find_neighborhood_at,
    get_neighborhood,
    neighborhood_ids,
    neighborhood_names_at,
    point_of,
)
from neighborhoods.selectors.residencies import find_residency, residencies_to_verify

__all__ = [
    "NEIGHBORHOOD_ID_AT",
    "MapArea",
    "adjoining_ids",
    "boundaries_for_map",
    "current_neighborhoods",
    "find_city_box",
    "find_latest_load_id",
    "find_neighborhood_at",
    "find_residency",
    "get_neighborhood",
    "has_addresses",
    "neighborhood_ids",
    "neighborhood_names_at",
    "point_of",
    "residencies_to_verify",
    "search_addresses",
]

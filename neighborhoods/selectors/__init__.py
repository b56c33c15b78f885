"""Every read of places and residencies.

`places` finds the neighborhood of a point, `addresses` the point of an address, `residencies` who lives where.
"""

from neighborhoods.selectors.addresses import (
    House,
    find_house,
    has_addresses,
    places_of_house,
    search_addresses,
    units_of,
)
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
from neighborhoods.selectors.residencies import (
    find_residency,
    moved_residency_ids,
    open_home,
    served_waiting_ids,
    sides_of,
)

__all__ = [
    "NEIGHBORHOOD_ID_AT",
    "House",
    "MapArea",
    "adjoining_ids",
    "boundaries_for_map",
    "current_neighborhoods",
    "find_city_box",
    "find_house",
    "find_latest_load_id",
    "find_neighborhood_at",
    "find_residency",
    "get_neighborhood",
    "has_addresses",
    "moved_residency_ids",
    "neighborhood_ids",
    "neighborhood_names_at",
    "open_home",
    "places_of_house",
    "point_of",
    "search_addresses",
    "served_waiting_ids",
    "sides_of",
    "units_of",
]

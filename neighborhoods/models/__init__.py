"""What is kept about places and about who lives where?

`places` holds areas, boundaries and address points, `residencies` a person's tie to a neighborhood and the exact home
while it is needed, `proofs` what shows that somebody lives there.
"""

from neighborhoods.models.places import Address, Adjoining, Boundary, BoundaryLoad, Neighborhood, WaitingForArea
from neighborhoods.models.proofs import Letter, LookUp, Vouch, VouchLink
from neighborhoods.models.residencies import Home, Residency

__all__ = [
    "Address",
    "Adjoining",
    "Boundary",
    "BoundaryLoad",
    "Home",
    "Letter",
    "LookUp",
    "Neighborhood",
    "Residency",
    "Vouch",
    "VouchLink",
    "WaitingForArea",
]

"""Every change to places and residencies.

`residencies` ties a person to a neighborhood and keeps the counts right, `boundaries` takes over what a boundary file
says, `addresses` what an address file says.
"""

from neighborhoods.services.addresses import AddressReport, load_addresses
from neighborhoods.services.boundaries import LoadReport, NeedsConfirmation, load_boundaries
from neighborhoods.services.residencies import (
    AlreadyResident,
    CannotVerify,
    NoResidency,
    OutsideEveryNeighborhood,
    StaffHoldNoResidency,
    claim_residency,
    end_residency,
    move_residency,
    reconcile_counts,
    verify_residency,
)

__all__ = [
    "AddressReport",
    "AlreadyResident",
    "CannotVerify",
    "LoadReport",
    "NeedsConfirmation",
    "NoResidency",
    "OutsideEveryNeighborhood",
    "StaffHoldNoResidency",
    "claim_residency",
    "end_residency",
    "load_addresses",
    "load_boundaries",
    "move_residency",
    "reconcile_counts",
    "verify_residency",
]

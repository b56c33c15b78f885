"""Every change to places and residencies.

`residencies` ties a person to a neighborhood and keeps the counts right, `homes` keeps the exact home sealed while it
is needed, `forgetting` ends what nobody came back to, `boundaries` takes over what a boundary file says and `following`
lets residents follow, `addresses` takes over what an address file says. `letters`, `vouches` and `verifiers` show that
somebody lives where they say; they are imported from their own modules.
"""

from neighborhoods.services.addresses import AddressReport, load_addresses
from neighborhoods.services.boundaries import LoadReport, NeedsConfirmation, load_boundaries
from neighborhoods.services.following import (
    CannotChooseSide,
    IsServed,
    acknowledge_move,
    choose_side,
    tell_moved,
    tell_waiting,
    wait_for_area,
)
from neighborhoods.services.forgetting import forget_what_is_over
from neighborhoods.services.homes import (
    AddressElsewhere,
    AddressUnknown,
    NeedsNoAddress,
    NoLetterThere,
    give_address,
    keep_home,
    reseal_homes,
)
from neighborhoods.services.residencies import (
    AlreadyResident,
    CannotVerify,
    NoResidency,
    OutsideEveryNeighborhood,
    StaffHoldNoResidency,
    claim_residency,
    claim_secret_residency,
    end_residency,
    move_residency,
    move_to_secret_residency,
    reconcile_counts,
    verify_residency,
)

__all__ = [
    "AddressElsewhere",
    "AddressReport",
    "AddressUnknown",
    "AlreadyResident",
    "CannotChooseSide",
    "CannotVerify",
    "IsServed",
    "LoadReport",
    "NeedsConfirmation",
    "NeedsNoAddress",
    "NoLetterThere",
    "NoResidency",
    "OutsideEveryNeighborhood",
    "StaffHoldNoResidency",
    "acknowledge_move",
    "choose_side",
    "claim_residency",
    "claim_secret_residency",
    "end_residency",
    "forget_what_is_over",
    "give_address",
    "keep_home",
    "load_addresses",
    "load_boundaries",
    "move_residency",
    "move_to_secret_residency",
    "reconcile_counts",
    "reseal_homes",
    "tell_moved",
    "tell_waiting",
    "verify_residency",
    "wait_for_area",
]

"""How do police posts and neighbors' posts stand in one list, and where does its next page begin?"""

from collections.abc import Sequence
from dataclasses import dataclass

from community.selectors.cards import NeighborCard
from posts.fragments import FeedFragment, KeptCard

# Both feed numbers and ids begin at 1: nothing stands below.
NOTHING_LEFT = 1


@dataclass(frozen=True, slots=True)
class MixedPage:
    """One page of both, newest first.

    Attributes:
        older: Keysets (feed number, neighbor post's id) of the next page; None on the last page.
    """

    pieces: list[KeptCard | NeighborCard]
    older: tuple[int, int] | None


def mix(police: FeedFragment, neighbors: Sequence[NeighborCard], *, size: int) -> MixedPage:
    """Put the newer of both first until a page is full; each keeps its own order.

    Args:
        neighbors: One more than `size`, where there are so many.
    """
    pieces: list[KeptCard | NeighborCard] = []
    cards = police.cards
    read = written = 0
    while len(pieces) < size and (read < len(cards) or written < len(neighbors)):
        is_neighbors_turn = read == len(cards) or (
            written < len(neighbors) and neighbors[written].created_at > cards[read].placed_at
        )
        if is_neighbors_turn:
            pieces.append(neighbors[written])
            written += 1
        else:
            pieces.append(cards[read])
            read += 1
    if read < len(cards):
        before = cards[read].feed_number + 1
    else:
        before = cards[-1].feed_number if police.has_older else NOTHING_LEFT
    neighbors_before = neighbors[written].id + 1 if written < len(neighbors) else NOTHING_LEFT
    has_older = (before, neighbors_before) != (NOTHING_LEFT, NOTHING_LEFT)
    return MixedPage(pieces, (before, neighbors_before) if has_older else None)

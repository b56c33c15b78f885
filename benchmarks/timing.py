"""How long do contestants take when they take turns, so that a busy moment of the machine hits all of them?"""

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def median_seconds(
    contestants: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int = 3
) -> dict[str, float]:
    """Let every contestant run once a round.

    Args:
        contestants: Each may return the moment (`perf_counter`) at which it was done, if that was before it returned.
        warm_up: Rounds before the clock counts: connections open, statements are prepared, pages are cached.

    Returns:
        The median of each, in seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    gc.disable()
    try:
        for number in range(warm_up + rounds):
            for name, run in contestants.items():
                began = perf_counter()
                ended = run()
                if number >= warm_up:
                    seconds[name].append((ended if isinstance(ended, float) else perf_counter()) - began)
    finally:
        gc.enable()
    return {name: median(times) for name, times in seconds.items()}

"""Does this checkout run already, where, and should its servers outlive it?"""

import json
import os
from typing import Any

from ops import owned
from ops.place import Place, write_private


def remember(place: Place, **state: Any) -> None:
    write_private(place.run / "run.json", json.dumps({"pid": os.getpid(), **state}))


def recall(place: Place) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((place.run / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return state


def forget(place: Place) -> None:
    (place.run / "run.json").unlink(missing_ok=True)


def stop_run(place: Place) -> bool:
    """Tell a running `make run` to end and wait for it."""
    pid = recall(place).get("pid")
    return isinstance(pid, int) and pid != os.getpid() and owned.stop(pid, place.local, seconds=40)


def keep_services(place: Place, is_wanted: bool) -> None:
    """Whether somebody asked for the servers by themselves; then a run that ends leaves them up."""
    mark = place.run / "services-wanted"
    if is_wanted:
        mark.touch()
    else:
        mark.unlink(missing_ok=True)


def are_services_kept(place: Place) -> bool:
    return (place.run / "services-wanted").exists()

"""Which port may a server of ours take?"""

import socket
import zlib
from pathlib import Path

# Ports from 32768 up are lent to outgoing connections and may be gone when we come back for them.
LOWEST, HIGHEST = 20_000, 32_000


def is_free(port: int) -> bool:
    # Without SO_REUSEADDR a port whose last connections are still cooling down would look taken.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not is_answering(port)


def is_answering(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def free_port(name: str, folder: Path) -> int:
    """A free port that stays the same for one server of one checkout, so that two checkouts rarely meet."""
    start = zlib.crc32(f"{name} {folder}".encode()) % (HIGHEST - LOWEST)
    for offset in range(HIGHEST - LOWEST):
        port = LOWEST + (start + offset) % (HIGHEST - LOWEST)
        if is_free(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")


def free_port_from(first: int) -> int:
    """The first free port at or after one that people know."""
    return next(port for port in range(first, LOWEST) if is_free(port))

"""What takes push messages while sending is measured, as cheaply as it can, and proves later that they were whole?

`python -m benchmarks.push_sink PORT KEY` answers every POST at once and keeps its body. A GET decrypts what has come
since the last one and answers how many there were; a message that is not whole makes it 500.
"""

import asyncio
import re
import sys
from typing import cast

import http_ece
import uvloop
from cryptography.hazmat.primitives.asymmetric import ec

AUTH = b"sixteen bytes ok"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Sink(asyncio.Protocol):
    """One connection; all of them keep what came in one list."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, bodies: list[bytes]) -> None:
        self._key, self._bodies = key, bodies
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none by inheritance.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[: end + 2])
            found = _LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < whole:
                return
            if head.startswith(b"GET "):
                self._transport.write(self._proof())
            else:
                self._bodies.append(bytes(self._buffer[end + 4 : whole]))
                self._transport.write(_TAKEN)
            del self._buffer[:whole]

    def _proof(self) -> bytes:
        bodies = list(self._bodies)
        self._bodies.clear()
        try:
            for body in bodies:
                http_ece.decrypt(body, private_key=self._key, auth_secret=AUTH, version="aes128gcm")
        except http_ece.ECEException:
            return b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        count = str(len(bodies)).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(count), count)


async def serve(port: int, key: ec.EllipticCurvePrivateKey) -> None:
    bodies: list[bytes] = []
    server = await asyncio.get_running_loop().create_server(lambda: Sink(key, bodies), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), ec.derive_private_key(int(sys.argv[2]), ec.SECP256R1())))

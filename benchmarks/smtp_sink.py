"""What takes mails while sending is measured, as cheaply as a mail server can, and tells how many came?

`python -m benchmarks.smtp_sink PORT [--pipelining]` takes every mail and forgets it. HELP answers how many there were.
"""

import asyncio
import sys
from typing import cast

import uvloop

_END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection; all of them count together."""

    came_count = 0

    def __init__(self, *, pipelines: bool) -> None:
        self._hello = (
            b"250-sink\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n" if pipelines else b"250-sink\r\n250 SMTPUTF8\r\n"
        )
        self._buffer = bytearray()
        self._is_in_mail = False
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none by inheritance.
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._buffer += data
        answers = b""
        while (end := self._buffer.find(_END if self._is_in_mail else b"\r\n")) >= 0:
            if self._is_in_mail:
                self.take(memoryview(self._buffer)[:end])
                del self._buffer[: end + len(_END)]
                self._is_in_mail = False
                answers += b"250 2.0.0 Taken\r\n"
            else:
                answers += self._answer(bytes(self._buffer[:4]).upper())
                del self._buffer[: end + 2]
        if answers:
            self._transport.write(answers)

    def take(self, mail: memoryview) -> None:
        """One mail came; it may be looked at until this returns."""
        Sink.came_count += 1

    def _answer(self, command: bytes) -> bytes:
        if command == b"DATA":
            self._is_in_mail = True
            return b"354 Go on\r\n"
        if command == b"EHLO":
            return self._hello
        if command == b"HELP":
            return f"214 {Sink.came_count}\r\n".encode()
        return b"221 Bye\r\n" if command == b"QUIT" else b"250 2.1.0 OK\r\n"


async def serve(port: int, *, pipelines: bool) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Sink(pipelines=pipelines), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), pipelines="--pipelining" in sys.argv))

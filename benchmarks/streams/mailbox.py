"""When did which mail arrive? The smallest mail server that can tell.

Run as `python -m benchmarks.streams.mailbox PORT`. Prints a line for each mail whose subject names a mark: the mark,
and the moment (`time.monotonic`) at which it had arrived; all other mails it takes and forgets.
"""

import asyncio
import re
import sys
import time

import uvloop

MARK = re.compile(rb"mark-(\d+)-end")
# Where a mail ends, and what the client said last before it begins.
END_OF_MAIL, END_OF_LINE = b"\r\n.\r\n", b"\r\n"


class Client(asyncio.Protocol):
    """One client; it may say several things at once."""

    def __init__(self) -> None:
        self._said = bytearray()
        self._is_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._answer(b"220 mailbox\r\n")

    def data_received(self, data: bytes) -> None:
        self._said += data
        while (end := self._said.find(END_OF_MAIL if self._is_mail else END_OF_LINE)) >= 0:
            if self._is_mail:
                self._take(bytes(self._said[:end]))
                del self._said[: end + len(END_OF_MAIL)]
            else:
                self._hear(bytes(self._said[:4]).upper())
                del self._said[: end + len(END_OF_LINE)]

    def _hear(self, word: bytes) -> None:
        if word == b"EHLO":
            self._answer(b"250-mailbox\r\n250-8BITMIME\r\n250 PIPELINING\r\n")
        elif word == b"DATA":
            self._is_mail = True
            self._answer(b"354 go on\r\n")
        elif word == b"QUIT":
            self._answer(b"221 bye\r\n")
            self._transport.close()
        else:
            self._answer(b"250 ok\r\n")

    def _take(self, mail: bytes) -> None:
        mark = MARK.search(mail, 0, 2_000)
        if mark:
            print(f"{int(mark[1])} {time.monotonic():.6f}", flush=True)
        self._is_mail = False
        self._answer(b"250 taken\r\n")

    def _answer(self, words: bytes) -> None:
        self._transport.write(words)  # type: ignore[attr-defined]  # uvloop's transports are of a class of their own


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Client, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))

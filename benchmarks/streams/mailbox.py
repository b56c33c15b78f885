"""When did which mail arrive? A mail server that can tell.

Run as `python -m benchmarks.streams.mailbox PORT`. Prints a line for each mail whose subject names a mark: the mark,
and the moment (`time.monotonic`) at which it had arrived; all other mails it takes and forgets.
"""

import asyncio
import re
import sys
import time

import uvloop

from benchmarks.smtp_sink import Sink

MARK = re.compile(rb"mark-(\d+)-end")
HEAD_BYTES = 2_000


class Mailbox(Sink):
    """One connection that looks at subjects."""

    def take(self, mail: memoryview) -> None:
        head = bytes(mail[:HEAD_BYTES])
        if mark := MARK.search(head):
            print(f"{int(mark[1])} {time.monotonic():.6f}", flush=True)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Mailbox(pipelines=True), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))

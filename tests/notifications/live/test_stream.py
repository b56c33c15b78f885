"""Does an open page hear everything that is meant for it, and nothing else?"""

import asyncio
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from notifications import channels, tickets
from notifications.gateways import LiveEvent
from tests.notifications.live.listening import POLICE, Heard, Listener, Live
from tests.servers import wait_until

CLIENTS = 500


def check_end(page: Listener) -> None:
    """The last words ask for a new ticket, then the stream ends properly."""
    assert page.next() == Heard("renew", "", {})
    assert page.next() is None


def test_an_event_arrives_as_it_was_published(live: Live) -> None:
    page = live.listen(POLICE)
    assert page.next() == Heard("hello", "", {"numbers": {POLICE: None}, "seconds": 599})
    live.tell(18, html="<article id='post-12'>\n“Lost dog”</article>")
    data = {"channel": POLICE, "id": 18, "post": 18, "html": "<article id='post-12'>\n“Lost dog”</article>"}
    assert page.next() == Heard("post", "18", data)


def test_hello_tells_the_latest_feed_number_so_that_a_page_sees_a_gap(live: Live) -> None:
    live.tell(17, 18)
    hello = live.listen(POLICE, "neighborhood:12:verified", "closing:ab").next()
    assert hello is not None
    assert hello.data["numbers"] == {POLICE: 18}


def test_what_another_channel_says_is_never_heard(live: Live) -> None:
    page = live.listen(POLICE, "neighborhood:12:verified")
    page.next()
    for other in ("neighborhood:13:police", "neighborhood:1:police", "neighborhood:12:desk", "command:12:desk"):
        live.publish([LiveEvent(other, 1, "post", {})])
    live.publish([LiveEvent("neighborhood:12:verified", None, "reply", {"post": 12})])
    assert page.next() == Heard("reply", "", {"channel": "neighborhood:12:verified", "id": None, "post": 12})


def test_nobody_gets_in_without_a_valid_ticket(live: Live) -> None:
    good = tickets.sign(channels=[POLICE], at=datetime.now(UTC))
    assert live.status() == 401
    assert live.status(Cookie="live=") == 401
    assert live.status(Cookie=f"live={good[:-1]}") == 401
    assert live.status(Cookie=f"other={good}") == 401
    assert live.listen(POLICE, aged_seconds=601).response.status == 401
    assert live.listen(POLICE, cookie=good).response.status == 200


def test_a_stream_ends_with_its_ticket(live: Live) -> None:
    page = live.listen(POLICE, aged_seconds=598)
    assert page.next() is not None
    check_end(page)


def test_the_answer_may_neither_be_kept_nor_held_back_by_a_proxy(live: Live) -> None:
    response = live.listen(POLICE).response
    assert response.getheader("Content-Type") == "text/event-stream; charset=utf-8"
    assert response.getheader("Cache-Control") == "no-store"
    assert response.getheader("X-Accel-Buffering") == "no"


def test_only_pages_of_this_site_may_listen(live: Live) -> None:
    assert live.listen(POLICE, Origin=f"http://localhost:{live.port}").response.status == 403
    assert live.listen(POLICE, Host="localhost", Origin="http://localhost").response.status == 200
    assert live.listen(POLICE, Host="localhost", Origin="http://elsewhere.test").response.status == 403
    assert live.listen(POLICE, Host="localhost", Origin="null").response.status == 403
    assert live.listen(POLICE, Host="elsewhere.test").response.status == 400


def test_there_is_nothing_else_to_ask_for(live: Live) -> None:
    assert live.status("/live/health") == 200
    assert live.status("/live/") == 404
    assert live.status("/live/stream", "POST") == 405
    assert live.status("/live/health", "HEAD") == 405


def test_closing_ends_the_streams_of_that_person_and_their_tickets(live: Live) -> None:
    hers = tickets.sign(channels=[POLICE, channels.closing(1)], at=datetime.now(UTC))
    page, other = live.listen(cookie=hers), live.listen(POLICE, channels.closing(2))
    page.next()
    other.next()
    live.gateway.close_streams(1)
    live.tell(1)
    check_end(page)
    assert live.listen(cookie=hers).response.status == 401
    assert live.listen(POLICE, channels.closing(1)).response.status == 200
    heard = other.next()
    assert heard is not None
    assert heard.id == "1"


def test_after_a_restart_of_redis_pages_hear_of_the_gap_and_then_everything_again(live: Live) -> None:
    page = live.listen(POLICE)
    page.next()
    live.redis.restart()
    assert page.next() == Heard("gap", "", {})
    live.tell(19)
    heard = page.next()
    assert heard is not None
    assert heard.id == "19"


def test_a_stream_closed_while_redis_was_not_heard_ends_at_the_gap(live: Live) -> None:
    page = live.listen(POLICE, channels.closing(1))
    page.next()
    with live.redis.client() as redis:
        # The subscription is cut, and what is said before it is back is lost to it.
        redis.client_kill_filter(_type="pubsub")
        live.gateway.close_streams(1)
    check_end(page)


def test_while_redis_is_away_a_new_page_is_told_to_come_later(live: Live) -> None:
    live.redis.stop()
    try:
        assert live.listen(POLICE).response.status == 503
        assert live.status("/live/health") == 200
    finally:
        live.redis.start()


def test_who_reads_too_slowly_is_let_go_and_nobody_else_waits(
    live: Live, raw_stream: Callable[[Live, str], socket.socket]
) -> None:
    slow = raw_stream(live, POLICE)
    assert slow.recv(15) == b"HTTP/1.1 200 OK"
    page = live.listen(POLICE)
    page.next()
    # The test before may have restarted Redis: what is said before the process hears it again is lost, and a gap told.
    live.tell(0)
    while page.next() == Heard("gap", "", {}):
        live.tell(0)
    count, html = 600, "x" * 30_000
    for number in range(1, count + 1):
        live.tell(number, html=html)
        heard = page.next()
        # The first word may have come after the gap, and so twice.
        while heard is not None and heard.id == "0":
            heard = page.next()
        assert heard is not None
        assert heard.id == str(number)
    received = 0
    while chunk := slow.recv(65_536):
        received += len(chunk)
    assert received < count * len(html)


def test_five_hundred_pages_all_get_an_event(live: Live) -> None:
    async def listen(opened: list[None]) -> list[bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        cookie = tickets.sign(channels=[POLICE], at=datetime.now(UTC))
        writer.write(f"GET /live/stream HTTP/1.1\r\nHost: localhost\r\nCookie: live={cookie}\r\n\r\n".encode())
        await reader.readuntil(b"event: hello\n")
        opened.append(None)
        heard = [(await reader.readuntil(b"\nevent: post\n")).split(b"id: ")[1] for _ in range(3)]
        writer.close()
        return heard

    async def everybody() -> list[list[bytes]]:
        opened: list[None] = []
        pages = [asyncio.create_task(listen(opened)) for _ in range(CLIENTS)]
        while len(opened) < CLIENTS:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(live.tell, 1, 2, 3)
        return await asyncio.wait_for(asyncio.gather(*pages), timeout=60)

    heard = asyncio.run(everybody())
    assert heard == [[b"1\nevent: post\n", b"2\nevent: post\n", b"3\nevent: post\n"]] * CLIENTS


def test_a_page_that_leaves_is_forgotten_and_the_rest_still_hear(live: Live) -> None:
    leaving, page = live.listen(POLICE), live.listen(POLICE)
    leaving.next()
    page.next()
    leaving.close()
    live.tell(1)
    heard = page.next()
    assert heard is not None
    assert heard.id == "1"


def test_stopping_ends_open_streams_at_once_and_properly(live: Live) -> None:
    pages = [live.listen(POLICE) for _ in range(5)]
    for page in pages:
        page.next()
    assert live.process.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert [page.next() for page in pages] == [None] * 5
    assert "Cancel" not in live.process.log().rsplit("Shutting down", 1)[1]


def test_tickets_are_in_no_log(live: Live) -> None:
    ticket = tickets.sign(channels=[POLICE], at=datetime.now(UTC))
    live.listen(cookie=ticket).next()
    live.listen(cookie=ticket[:-3])
    wait_until(lambda: live.process.is_running, "the process still runs")
    assert ticket.split(":")[0] not in live.process.log()


@pytest.mark.parametrize("path", ["/live/stream?ticket=x", "/live/stream/../health"])
def test_a_ticket_is_taken_from_the_cookie_alone(live: Live, path: str) -> None:
    assert live.status(path) in (401, 404)

"""Is a mail server that is away left in peace, and is one that answers understood?"""

from dataclasses import dataclass, field

import pytest

from notifications.gateways.mail import MailConnection, MailRefused, MailUnavailable
from notifications.services.sending import courier
from notifications.services.sending.courier import REFUSALS_IN_A_ROW, Answer, Courier, Outcome, Run


@dataclass
class Server:
    """Answers each mail as it is told, greets or does not, and counts who knocked."""

    answers: list[Exception | str] = field(default_factory=list)
    is_away: bool = False
    knocks_count: int = 0
    is_open: bool = True

    def open(self) -> MailConnection:
        self.knocks_count += 1
        if self.is_away:
            raise MailUnavailable("421 not now, <maria@example.test>")
        self.is_open = True
        return self

    def send(self, *, sender: str, recipient: str, content: bytes) -> str:
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            return answer
        raise answer

    def close(self) -> None:
        self.is_open = False


def hand_over(one: Courier) -> Answer:
    assert one.is_ready()
    return one.hand_over(recipient="maria@example.test", content=b"")


def test_one_greeting_serves_many_mails() -> None:
    server = Server(["250 yes", "250 yes", MailRefused("550 no", is_permanent=True), "250 yes"])
    one = Courier(server, Run(seconds=60), sender="us@city.test")
    outcomes = [hand_over(one).outcome for _ in range(4)]
    assert outcomes == [Outcome.SENT, Outcome.SENT, Outcome.FAILED, Outcome.SENT]
    assert server.knocks_count == 1


def test_a_server_that_is_away_ends_a_run_that_has_no_time_to_wait_for_it(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(is_away=True)
    run = Run(seconds=courier.FIRST_PAUSE_SECONDS / 2)
    one, other = Courier(server, run, sender="us@city.test"), Courier(server, run, sender="us@city.test")
    assert not one.is_ready()
    assert not other.is_ready()
    assert run.is_over
    assert server.knocks_count == 1
    assert "The mail server is away: 421 not now, …" in caplog.text


def test_who_waits_for_a_server_is_let_in_when_it_is_back() -> None:
    server = Server(["250 yes"], is_away=True)
    one = Courier(server, Run(seconds=60), sender="us@city.test")
    assert not one.is_ready()
    server.is_away = False
    assert hand_over(one).outcome == Outcome.SENT
    assert server.knocks_count == 2


def test_a_run_that_is_over_knocks_nowhere() -> None:
    server = Server()
    run = Run(seconds=60)
    run.stop()
    assert not Courier(server, run, sender="us@city.test").is_ready()
    assert server.knocks_count == 0


def test_a_server_that_refuses_everybody_for_now_is_hung_up_on() -> None:
    busy = MailRefused("450 busy", is_permanent=False)
    server = Server([*[busy] * (REFUSALS_IN_A_ROW - 1), "250 yes", *[busy] * REFUSALS_IN_A_ROW])
    one = Courier(server, Run(seconds=60), sender="us@city.test")
    for _ in range(REFUSALS_IN_A_ROW):
        hand_over(one)
    # One that was taken in between says that it was not the server.
    assert server.is_open
    for _ in range(REFUSALS_IN_A_ROW):
        assert hand_over(one).outcome == Outcome.LATER
    assert not server.is_open

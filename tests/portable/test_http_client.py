from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.more_errors import AnswerMalformed

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class ScriptedLink:
    """Answers each connection's writes with the next of `answers`, `step` bytes at a time; b"" ends the connection."""

    def __init__(self, clock, *answers, step=1000, delay_ms=0):
        self._clock = clock
        self._answers = list(answers)
        self._step = step
        self._delay_ms = delay_ms
        self._pending = b""
        self.written = []
        self.opened = self.closed = 0

    async def open(self):
        if not self._answers:
            raise OSError(111)
        self.opened += 1

    async def write(self, data):
        self.written.append(bytes(data))
        if data == b"body":
            self._pending = self._answers.pop(0) if self._answers else b""

    async def read_into(self, buffer):
        if self._delay_ms:
            await self._clock.sleep_ms(self._delay_ms)
        count = min(self._step, len(buffer), len(self._pending))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def close(self):
        self.closed += 1


def exchange(*answers, requests=1, step=1000, delay_ms=0, sink=None, max_body=1024):
    """(outcomes, link) of so many requests; an outcome is an Answer or the exception."""
    clock = VirtualClock()
    link = ScriptedLink(clock, *answers, step=step, delay_ms=delay_ms)
    client = HttpClient(link, clock, "head-end", timeout_ms=5000, max_body=max_body)
    outcomes = []

    async def ask():
        for _ in range(requests):
            try:
                outcomes.append(await client.request("POST", "/v1/txn", b"body", (("X-A", "1"),), sink))
            except (OSError, AnswerMalformed) as error:
                outcomes.append(error)

    scheduler = Scheduler(clock)
    scheduler.spawn(ask())
    scheduler.run_for(100000)
    assert len(outcomes) == requests
    return outcomes, link


def test_request_goes_out_and_the_answer_comes_back():
    (answer,), link = exchange(OK)
    head = b"POST /v1/txn HTTP/1.1\r\nHost: head-end\r\nContent-Length: 4\r\nX-A: 1\r\n\r\n"
    assert b"".join(link.written) == head + b"body"
    assert (answer.status, answer.body, answer.headers) == (200, b"hi", {"content-length": "2"})


def test_one_connection_serves_many_requests():
    outcomes, link = exchange(OK, OK, OK, requests=3)
    assert [answer.body for answer in outcomes] == [b"hi"] * 3
    assert (link.opened, link.closed) == (1, 0)


def test_an_answer_may_come_byte_by_byte():
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n0a\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
    )
    for step in (1, 2, 7, 1000):
        outcomes, link = exchange(OK, chunked, OK, requests=3, step=step)
        assert [answer.body for answer in outcomes] == [b"hi", b"abc0123456789", b"hi"]
        assert link.closed == 0


def test_interim_and_empty_answers():
    (answer,), _ = exchange(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)
    assert answer.body == b"hi"
    (answer,), _ = exchange(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", "x")


def test_a_sink_takes_a_body_of_any_length():
    body = bytes(5000)
    taken = bytearray()
    (answer,), _ = exchange(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 5000\r\n\r\n" + body, sink=taken.extend)
    assert (answer.status, answer.body, len(taken)) == (206, b"", 5000)


def test_a_connection_closed_while_idle_is_opened_again_once():
    outcomes, link = exchange(OK, b"", OK, requests=2)
    assert [answer.body for answer in outcomes] == [b"hi", b"hi"]
    assert link.opened == 2
    outcomes, link = exchange(b"", OK)  # a fresh connection gets no second try
    assert isinstance(outcomes[0], OSError)
    outcomes, link = exchange(OK, OK[:10], OK, requests=2)  # nor does an answer that had begun
    assert isinstance(outcomes[1], OSError)


def test_the_connection_is_closed_when_the_server_says_so():
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
    for answer in (closing, OK.replace(b"HTTP/1.1", b"HTTP/1.0"), OK + b"more than was asked for"):
        outcomes, link = exchange(answer, OK, requests=2)
        assert [answer.body for answer in outcomes] == [b"hi", b"hi"]
        assert link.opened == 2


def test_an_answer_cut_at_any_byte_is_an_error_and_closes():
    for length in range(len(OK)):
        outcomes, link = exchange(OK[:length])
        assert isinstance(outcomes[0], OSError), length
        assert link.closed == 1


def test_answers_that_are_not_ours_are_refused():
    head = b"HTTP/1.1 200 OK\r\n"
    for answer in (
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 \r\n\r\n",
        b"HTTP/1.1 200 \xff\r\n\r\n",
        head + b"no colon\r\n\r\n",
        head + b"\r\n",  # neither length nor chunks
        head + b"Content-Length: -1\r\n\r\n",
        head + b"Content-Length: 0x2\r\n\r\nhi",
        head + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: gzip\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 9,
    ):
        outcomes, link = exchange(answer)
        assert isinstance(outcomes[0], AnswerMalformed), answer
        assert link.closed == 1


def test_gigantic_answers_are_refused_before_they_fill_the_heap():
    head = b"HTTP/1.1 200 OK\r\n"
    for answer in (
        head + b"X: " + b"y" * 2000,
        head + b"X: y\r\n" * 400,
        head + b"Content-Length: 1025\r\n\r\n" + bytes(1025),
        head + b"Content-Length: 999999999999\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n" + (b"80\r\n" + bytes(128) + b"\r\n") * 9,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 200,
    ):
        outcomes, _ = exchange(answer)
        assert isinstance(outcomes[0], AnswerMalformed), answer[:60]


def test_a_drip_feed_ends_at_the_deadline():
    outcomes, link = exchange(OK, step=1, delay_ms=1000)
    assert isinstance(outcomes[0], OSError)
    assert link.closed == 1


def test_tasks_that_share_a_client_take_turns():
    clock = VirtualClock()
    link = ScriptedLink(clock, OK, OK, delay_ms=50)
    client = HttpClient(link, clock, "head-end")
    done = []

    async def ask(path):
        answer = await client.request("POST", path, b"body")
        done.append((path, answer.body, clock.ms()))

    scheduler = Scheduler(clock)
    scheduler.spawn(ask("/one"))
    scheduler.spawn(ask("/two"))
    scheduler.run_for(1000)
    assert [entry[:2] for entry in done] == [("/one", b"hi"), ("/two", b"hi")]
    assert done[1][2] >= done[0][2] + 50
    assert [data for data in link.written if data != b"body"][1].startswith(b"POST /two")

"""TcpLink on real sockets: every call ends, in bytes or in OSError, and leaves no socket behind."""

import socket

import pytest

from drivers.bus.socket import TcpLink
from simulator.link import SelectPace, SwitchedLink
from simulator.virtual_time import Scheduler, VirtualClock

LIMIT_S = 5.0


@pytest.fixture
def peer():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(LIMIT_S)
        yield listening


def run(link_test, port, paced=True):
    """Runs `link_test(link, clock)` to its end under virtual time; returns its result or the OSError."""
    clock = VirtualClock()
    scheduler = Scheduler(clock)
    link = TcpLink("127.0.0.1", port, clock, SelectPace(clock, limit_s=0.3) if paced else None)
    outcome = []

    async def task():
        try:
            outcome.append(await link_test(link, clock))
        except OSError as error:
            outcome.append(error)

    scheduler.spawn(task())
    scheduler.run_for(60_000)
    link.close()
    (result,) = outcome
    return result


def port_of(peer):
    return peer.getsockname()[1]


def test_bytes_go_and_come(peer):
    async def talk(link, _):
        await link.open()
        other, _ = peer.accept()
        with other:
            await link.write(b"hello")
            assert other.recv(10) == b"hello"
            other.sendall(b"welcome")
            buffer = bytearray(4)
            first = await link.read_into(buffer)
            start = bytes(buffer[:first])
            count = await link.read_into(buffer)
        end = await link.read_into(bytearray(4))
        return start + bytes(buffer[:count]), end

    assert run(talk, port_of(peer)) == (b"welcome", 0)


@pytest.mark.parametrize("paced", [True, False])
def test_a_port_nobody_listens_on(paced):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = port_of(taken)

    async def connect(link, _):
        await link.open()

    assert isinstance(run(connect, port, paced), ConnectionRefusedError)


def test_a_silent_peer_ends_at_the_deadline(peer):
    async def wait(link, clock):
        await link.open()
        start = clock.ms()
        try:
            await link.read_into(bytearray(4))
        except OSError as error:
            return error.args[0], clock.ms() - start
        return None

    assert run(wait, port_of(peer), paced=False) == (110, 10_000)
    assert isinstance(run(wait, port_of(peer))[0], str)  # the pace's own limit, in real time


def test_a_peer_that_takes_nothing_ends_at_the_deadline(peer):
    async def push(link, _):
        await link.open()
        await link.write(bytes(50_000_000))

    assert run(push, port_of(peer), paced=False).args[0] == 110


def test_a_reset_is_an_error(peer):
    async def talk(link, _):
        await link.open()
        other, _ = peer.accept()
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        other.close()
        await link.read_into(bytearray(4))

    assert isinstance(run(talk, port_of(peer)), ConnectionResetError)


def test_closing_while_another_task_waits(peer):
    clock = VirtualClock()
    scheduler = Scheduler(clock)
    link = TcpLink("127.0.0.1", port_of(peer), clock, SelectPace(clock))
    seen = []

    async def wait():
        await link.open()
        try:
            await link.read_into(bytearray(4))
        except OSError as error:
            seen.append(error)

    scheduler.spawn(wait())
    scheduler.run_for(5)
    link.close()
    scheduler.run_for(50)
    assert len(seen) == 1


def test_the_switch_cuts_what_is_open_and_refuses_what_is_new(peer):
    async def talk(link, _):
        switched = SwitchedLink(link)
        await switched.open()
        switched.off()
        errors = 0
        for call in (switched.open(), switched.write(b"x"), switched.read_into(bytearray(4))):
            try:
                await call
            except OSError:
                errors += 1
        faults = switched.faults
        switched.on()
        await switched.open()
        return errors, faults

    assert run(talk, port_of(peer)) == (3, 2)

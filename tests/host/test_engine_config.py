"""What headend.nats_config writes: the very files start three servers that the head-end takes."""

import asyncio
import http.client
import os
import pathlib
import stat
import subprocess
import sys

import pytest
import yaml

from headend import nats_config, nats_gateway, projector
from headend.errors import EngineAbsent
from headend.nats_servers import check_servers
from tests.board_interpreter import ROOT
from tests.engines import await_port, free_ports, nats_server

_ADDRESS = "127.0.0.7%s"  # the whole range is this machine, so the written ports can stay


@pytest.fixture
def fleet(tmp_path):
    nats_config.write_fleet(tmp_path / "fleet")
    return tmp_path / "fleet"


def at_home(text):
    """The same text with the machines' names turned into addresses of this one."""
    for number in "123":
        text = text.replace("@nats-%s:" % number, "@%s:" % (_ADDRESS % number))
    return text


def test_the_written_configuration_starts(fleet, tmp_path):
    processes = []
    settings = dict(line.split("=", 1) for line in (fleet / "gatepost.env").read_text().splitlines())
    try:
        for number in "123":
            text = at_home((fleet / ("nats-%s.conf" % number)).read_text())
            assert "sync_interval: always" in text
            text = text.replace("0.0.0.0", _ADDRESS % number).replace('"/data"', '"%s/%s"' % (tmp_path, number))
            path = tmp_path / ("nats-%s.conf" % number)
            path.write_text(text)
            with (tmp_path / "log").open("ab") as log:
                processes.append(subprocess.Popen([nats_server(), "-c", path], stdout=log, stderr=log))
        names = asyncio.run(_names(at_home(settings["GATEPOST_NATS_SYSTEM"])))
        assert names == ["nats-1", "nats-2", "nats-3"], (tmp_path / "log").read_text()
        settings["GATEPOST_LEDGER"] = "sqlite:///%s/ledger" % tmp_path
        _the_programs_start(fleet, {name: at_home(text) for name, text in settings.items()}, tmp_path, processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _the_programs_start(fleet, settings, folder, processes):
    """Each command of the compose file, with the environment that was written for it."""
    services = yaml.safe_load((fleet / "compose.yml").read_text())["services"]
    ports = dict(zip(("gateway", "operator"), free_ports(2), strict=True))
    for name in ("gateway", "projector", "operator"):
        command = [text.replace("/data", "%s/%s" % (folder, name)) for text in services[name]["command"]]
        command = [text.replace("0.0.0.0", "127.0.0.1") for text in command]
        if name == "gateway":
            command[-1] = str(ports[name])
        elif name == "operator":
            command += ["--port", str(ports[name])]
        program = pathlib.Path(sys.executable).parent / command[0]
        with (folder / (name + ".log")).open("ab") as log:
            processes.append(
                subprocess.Popen(
                    [program, *command[1:]], env={**os.environ, **settings}, stdout=log, stderr=log, cwd=ROOT
                )
            )
    for name, path in (("gateway", "/healthz"), ("operator", "/log_in")):
        await_port(ports[name], 40)
        connection = http.client.HTTPConnection("127.0.0.1", ports[name], timeout=20)
        connection.request("GET", path)
        assert connection.getresponse().status == 200, (folder / (name + ".log")).read_text()
        connection.close()
    assert processes[-2].poll() is None, (folder / "projector.log").read_text()


async def _names(url):
    names = []
    for _ in range(100):
        try:
            names = await check_servers(url, 2)
        except EngineAbsent:
            pass  # still starting
        if len(names) == 3:
            break
        await asyncio.sleep(0.1)
    return names


def test_the_compose_file_names_what_is_there(fleet):
    compose = yaml.safe_load((fleet / "compose.yml").read_text())
    services = compose["services"]
    assert sorted(services) == ["gateway", "ledger", "nats-1", "nats-2", "nats-3", "operator", "projector"]
    for service in services.values():
        for name in service.get("depends_on", ()):
            assert name in services
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (fleet / source).exists(), source
        if "env_file" in service:
            assert (fleet / service["env_file"]).exists()


def test_passwords_are_new_each_time_and_for_their_owner_only(fleet, tmp_path):
    other = nats_config.write_fleet(tmp_path / "other")
    for path in other:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text() != (fleet / path.name).read_text()


@pytest.mark.parametrize("program", [projector.main, nats_gateway.main])
def test_a_program_of_the_fleet_says_which_names_it_lacks(program, monkeypatch, capsys):
    monkeypatch.setenv("GATEPOST_NATS_SYSTEM", "nats://there")
    for name in ("GATEPOST_NATS", "GATEPOST_LEDGER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as ended:
        program([] if program is projector.main else ["folder"])
    told = capsys.readouterr().err
    assert ended.value.code == 2 and "set GATEPOST_NATS" in told and "SYSTEM" not in told and "gatepost.env" in told

"""A bare board becomes a terminal: key made on it, certificate from the head-end's authority, label, and the commands."""

import json
import subprocess
import sys

import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key
from PIL import Image
from typer.testing import CliRunner

from boards import rp2350_gate
from boards.esp32s3_gate import BOARD
from headend.certificates import Authority
from simulator.virtual_board import VirtualBoard
from technician import board, label, provision
from technician.cli import app
from technician.errors import BoardLost, BoardRefused, InputMalformed
from terminal import boot_key
from tests.host import board_bench

SETTINGS = '[terminal]\nterminal = "gate-0001"\nsite = ["鼓楼站", "Gulou"]\n'


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with VirtualBoard(tmp_path_factory.mktemp("board"), BOARD) as virtual:
        yield virtual


def cli(*arguments):
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_the_key_stays_and_the_certificate_holds(bench, tmp_path):
    authority = Authority(tmp_path)
    done = provision.provision(bench.path, BOARD, "gate-0001", board_bench.TRUST, board_bench.site(), authority)
    with board.visit(bench.path) as link:
        key, certificate = link.read("/device.key"), link.read("/device.crt")
        assert link.read("/authority.crt") == authority.certificate
    own = load_der_private_key(key, None).public_key()
    issued = x509.load_der_x509_certificate(certificate)
    assert issued.public_key().public_numbers() == own.public_numbers()
    issued.verify_directly_issued_by(x509.load_der_x509_certificate(authority.certificate))
    assert "gate-0001" in issued.subject.rfc4514_string()
    again = provision.provision(bench.path, BOARD, "gate-0001", board_bench.TRUST, board_bench.site(), authority)
    assert again["key"] == done["key"]
    with board.visit(bench.path) as link:
        assert link.read("/device.key") == key
        assert link.read("/device.crt") != certificate


def test_another_terminals_board_is_refused_unless_it_is_meant(bench, tmp_path):
    board_bench.provisioned(bench.path, "gate-0001")
    with pytest.raises(BoardRefused, match="gate-0001"):
        board_bench.provisioned(bench.path, "gate-0002")
    with pytest.raises(BoardRefused, match="esp32s3-gate"):
        board_bench.provisioned(bench.path, "gate-0001", rp2350_gate.BOARD)
    assert provision.provision(
        bench.path, BOARD, "gate-0002", board_bench.TRUST, board_bench.site(), replace=True
    )["name"] == "gate-0002"  # fmt: skip


def test_a_cable_that_is_pulled_costs_nothing_but_the_command(tmp_path):
    with VirtualBoard(tmp_path, BOARD) as virtual:
        real = board.BoardLink.push
        cut = []

        def push(link, data, path, *more):
            if path == "/site.json" and not cut:
                cut.append(path)
                virtual.pull_plug()
            return real(link, data, path, *more)

        board.BoardLink.push = push
        try:
            with pytest.raises(BoardLost):
                board_bench.provisioned(virtual.path)
        finally:
            board.BoardLink.push = real
        assert cut == ["/site.json"]
        virtual.plug_in()
        assert board_bench.provisioned(virtual.path)["state"] == "provisioned"


def test_a_request_of_the_portable_key_is_one_that_others_read(tmp_path):
    path = str(tmp_path / "key")
    boot_key.make(path)
    for name in ("a", "gate-0001", "x" * 32):
        asked = x509.load_der_x509_csr(boot_key.request(path, name))
        assert asked.is_signature_valid
        assert asked.subject.rfc4514_string() == "CN=" + name


def test_the_label_is_read_back(tmp_path):
    facts = {"class": "esp32s3-gate", "name": "gate-0001", "serial": "0001", "key": "00ff00ff00ff00ff"}
    for suffix in (".svg", ".pdf"):
        label.write(facts, tmp_path / ("label" + suffix))
        assert (tmp_path / ("label" + suffix)).stat().st_size > 500
    import segno

    segno.make(label.content(facts), error="m", micro=False).save(str(tmp_path / "label.png"), scale=4)
    (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "label.png").convert("L"))
    assert read.text == "GATEPOST:esp32s3-gate:gate-0001:0001:00ff00ff00ff00ff"
    with pytest.raises(InputMalformed, match="svg"):
        label.write(facts, tmp_path / "label.gif")


def test_the_commands_from_scan_to_report(bench, tmp_path):
    for name, text in (
        ("settings.toml", SETTINGS), ("trust.json", json.dumps(board_bench.TRUST)),
        ("site.json", json.dumps(board_bench.site())),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, "utf8")
    done = cli(
        "provision", bench.path, "--class", BOARD.name, "--settings", tmp_path / "settings.toml",
        "--trust", tmp_path / "trust.json", "--site", tmp_path / "site.json", "--replace", "--label", tmp_path / "l.svg",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "GATEPOST:esp32s3-gate:gate-0001" in done.output
    board_bench.image(tmp_path, 7)
    firmware, job = tmp_path / ("%s-7.gpk" % BOARD.name), tmp_path / "job"
    trust = ("--trust", tmp_path / "trust.json")
    planned = cli("flash", firmware, bench.path, "--dry-run", *trust)
    assert json.loads(planned.stdout)["state"] == "planned"
    assert cli("flash", firmware, bench.path, "--job", job, *trust).exit_code == 0
    assert cli("flash", firmware, bench.path, "--job", job, "--resume", *trust).exit_code == 0
    assert len(job.read_text().splitlines()) == 1  # what is done is not done again
    assert cli("report", job).stdout.splitlines() == ["1 of 1 boards are done"]
    seen = cli("scan", bench.path)
    assert "esp32s3-gate gate-0001" in seen.stdout and "version 7" in seen.stdout
    assert '"confirmed"' in cli("logs", bench.path).stdout
    assert "left alone" in cli("update", firmware, bench.path).stdout
    assert cli("update", firmware, bench.path, "/dev/no-such-port").exit_code == 1
    gone = cli("rollback", bench.path)
    assert gone.exit_code == 1 and "BOARD-3" in gone.stdout


def test_a_job_with_a_dead_port_reports_it(tmp_path):
    board_bench.image(tmp_path, 1)
    job = tmp_path / "job"
    done = cli("flash", tmp_path / ("%s-1.gpk" % BOARD.name), tmp_path / "no-such-port", "--job", job, "--patience", 0)
    assert done.exit_code == 1
    assert "BOARD-1" in cli("report", job).stdout


def test_a_virtual_board_from_the_command_line():
    command = [sys.executable, "-m", "technician.cli", "board", "virtual", "--card", "adult"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = process.stdout.readline().strip()
        try:
            with board.visit(port) as link:
                assert board.identify(link).is_virtual
        finally:
            process.terminate()
    for name in ("linux-gate", "toaster"):
        done = CliRunner().invoke(app, ["board", "virtual", "--class", name])
        assert isinstance(done.exception, InputMalformed)

"""`gatepost services`: the shipped catalogue is sound, and each fault is told with file, line and field."""

import json

import pytest
from typer.testing import CliRunner

from technician import services
from technician.cli import app
from technician.errors import InputMalformed
from technician.services import SHIPPED
from technician.services_file import load, pack
from terminal.kiosk.services import Services

DEPARTMENTS = 'hrss = "人社 | Social security"\n'
GOOD = """[group]
id = "pension"
title = "养老 | Pension"
icon = "yuan"
order = 1

[[services]]
id = "pay"
title = "养老金 | Pension"
short = "养老金 | Pension"
department = "hrss"
icon = "yuan"
pattern = "form"
scenarios = [101]
fields = [{ id = "a", title = "甲 | A", kind = "digits" }]
"""


def run(*arguments):
    return CliRunner().invoke(app, ["services", *map(str, arguments)])


def folder(tmp_path, text):
    (tmp_path / "departments.toml").write_text(DEPARTMENTS, "utf8")
    (tmp_path / "pension.toml").write_text(text, "utf8")
    return tmp_path


def test_the_shipped_services_are_sound():
    done = run("check")
    assert done.exit_code == 0, done.output


def test_what_is_compiled_is_one_line_a_terminal_reads(tmp_path):
    out = tmp_path / "services.json"
    assert run("compile", folder(tmp_path, GOOD), "--out", out).exit_code == 0
    raw = out.read_bytes()
    assert raw.count(b"\n") == 1 and raw.endswith(b"\n")
    service = Services(json.loads(raw)).service("pay")
    assert service["department"] == ["人社", "Social security"] and service["group"] == "pension"


def test_a_place_has_its_own_menu(tmp_path):
    source = folder(tmp_path, GOOD.replace('icon = "yuan"\npattern', 'icon = "yuan"\nplaces = ["village"]\npattern'))
    assert [service["id"] for service in load(source, "village")["services"]] == ["pay"]
    assert load(source, "bank") == {"version": 1, "groups": [], "services": []}
    assert pack(load(SHIPPED, "village")) != pack(load(SHIPPED))


FAULTS = [
    ('icon = "yuan"\npattern', 'icon = "coin"\npattern', 12, "services.pay.icon is 'coin', expected one of"),
    ('pattern = "form"', 'pattern = "form"\npinn = true', 14, "services.pay.pinn is not a field here; did you mean pin?"),
    ('department = "hrss"', 'department = "x1"', 11, "services.pay.department is 'x1'; departments.toml has: hrss"),
    ('"养老金 | Pension"\nshort', '"Pension"\nshort', 9, 'services.pay.title is \'Pension\', expected "中文 | English"'),
    ('"养老金 | Pension"\nshort', '"Geld | Pension"\nshort', 9, "services.pay.title has no Chinese before the bar"),
    ("scenarios = [101]", "scenarios = [249]", 14, "services.pay.scenarios.1 is 249, expected a whole number from 1"),
    ('pattern = "form"', 'pattern = "form"\npay = true', 14, "services.pay.pay is true, but only a list is looked at"),
    ('pattern = "form"', 'pattern = "proof"', 7, "services.pay lacks the field consent"),
    ('pattern = "form"', 'pattern = "list"\noffline = "local"', 7, "services.pay lacks the field rows"),
    ('kind = "digits"', 'kind = "choice"', 15, "services.pay.fields.a lacks the field choices"),
    ('kind = "digits"', 'kind = "digits", least = 5, most = 4', 15, "services.pay.fields.a.least is 5, above most, 4"),
    ("order = 1", 'order = "x"', 5, "group.order is 'x', expected a whole number from 1 to 99"),
    ('short = "养老金 | Pension"', 'short = "养老金发放明细记录 | P"', 10, "a screen has room for 8"),
    ('id = "a", ', 'check = { dance = [1, 2] }, id = "a", ', 15, "services.pay.fields.a.check operator dance"),
]  # fmt: skip


@pytest.mark.parametrize("old, new, number, told", FAULTS)
def test_a_fault_is_told_with_file_line_and_field(tmp_path, old, new, number, told):
    assert old in GOOD
    done = run("check", folder(tmp_path, GOOD.replace(old, new, 1)), "--json")
    (fault,) = json.loads(done.stdout)["faults"]
    assert done.exit_code == 1
    assert "pension.toml:%d: " % number in fault and told in fault


def test_names_are_given_once(tmp_path):
    second = GOOD[GOOD.index("[[services]]") :]
    (fault,) = json.loads(run("check", folder(tmp_path, GOOD + second), "--json").stdout)["faults"]
    assert "pension.toml:17: services.pay.id is taken already" in fault


def test_one_service_or_all_are_shown():
    done = run("show", "pension-proof", "--json")
    assert json.loads(done.stdout)["pattern"] == "proof"
    assert "pension-proof" in run("show").stdout
    assert run("show", "no-such").exit_code != 0


def test_the_simulators_services_are_the_shipped_ones():
    kept = SHIPPED.parents[2] / "simulator" / "data" / "services.json"
    assert kept.read_bytes() == pack(load(SHIPPED)), "gatepost services compile --out simulator/data/services.json"


def test_the_head_ends_key_travels_in_the_document(tmp_path):
    out = tmp_path / "services.json"
    assert run("compile", "--out", out, "--key", tmp_path / "headend").exit_code == 0
    assert len(Services(json.loads(out.read_bytes())).key) == 33


def test_a_back_end_is_found_by_name(tmp_path):
    desk = services.desk(tmp_path, "demonstration", "https://card.example")
    desk.close()
    for name in ("nowhere:Nothing", "json:nothing", "json"):
        with pytest.raises(InputMalformed):
            services.desk(tmp_path, name)

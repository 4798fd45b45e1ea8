"""The files that provisioning asks for, for benches and a newcomer's first board. Its keys are everybody's."""

import json
import time

from simulator import demo_list, demo_services, demo_site
from simulator.codes import demonstration_key, demonstration_trust
from terminal.package import KINDS

_LISTED = 2000  # the tray's cards and strangers
_YEAR_S = 365 * 86400
_PROFILES = ("kiosk1080", "pad320")
_OTHERS = {"linux-desk": "desk480"}  # whose display is another one's


def write(folder, description):
    """Writes settings.toml, trust.json, site.json, whitelist and a kiosk's services.json into `folder`; returns the paths.

    A terminal of these is the one of the simulator's desk: the tray's cards pass.
    """
    folder.mkdir(parents=True, exist_ok=True)
    profile = description.screen if description.screen in _PROFILES else _OTHERS.get(description.name, "gate480")
    config = demo_site.config(1, profile)
    files = {
        "settings.toml": _settings(description, config["settings"]),
        "trust.json": json.dumps(trust()),
        "site.json": json.dumps(
            {
                "number": 1,
                "tariff": config["tariff"],
                "codes": demonstration_trust(),
                "list_key": config["list_key"].hex(),
            }
        ),
    }
    if profile.startswith("kiosk"):
        files["services.json"] = json.dumps(demo_services.document(), ensure_ascii=False)
    written = []
    for name, text in files.items():
        (folder / name).write_text(text + "\n", "utf8")
        written.append(folder / name)
    listed = folder / "whitelist"
    demo_list.ensure(folder, 1, count=_LISTED, not_after=int(time.time()) + _YEAR_S).replace(listed)
    return [*written, listed]


def trust():
    """trust.json's fields: the demonstration's root, and a key for each kind of package."""
    roles = {kind: demonstration_key(kind).public.hex() for kind in KINDS if kind != "keys"}
    return {"roots": [demonstration_key("root").public.hex()], "threshold": 1, "roles": roles}


def _settings(description, settings):
    """TOML of the settings that differ from the defaults, and of the board's class."""
    lines = ["[terminal]"] + ["%s = %s" % (name, _value(settings[name])) for name in sorted(settings)]
    return "\n".join([*lines, "", "[board]", 'class = "%s"' % description.name])


def _value(value):
    """A value as TOML; what JSON writes is TOML, too, but for tables."""
    if isinstance(value, dict):
        return "{%s}" % ", ".join('"%s" = %s' % (name, _value(value[name])) for name in sorted(value))
    return json.dumps(value, ensure_ascii=False)

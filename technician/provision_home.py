"""Makes a folder the home of a Linux terminal: its own key, keys to believe, its data. The board is this computer."""

import json
import os

from technician.errors import BoardRefused
from terminal import boot_key


def provision(home, description, name, trust, site, authority=None, replace=False, whitelist=None):
    """As technician.provision.provision, for the folder `home`. A second time keeps the key and the stores."""
    identity = read_identity(home)
    if identity is not None and identity != {"class": description.name, "name": name} and not replace:
        raise BoardRefused(
            "%s is the home of %s (%s) already; --replace makes it another's"
            % (home, identity["name"], identity["class"])
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o750)
    key = str(home / "device.key")
    boot_key.make(key)
    os.chmod(key, 0o600)
    if authority is not None:
        from cryptography import x509  # a terminal in service does without

        asked = x509.load_der_x509_csr(boot_key.request(key, name))
        _write(home / "device.crt", authority.terminal(name, asked.public_key()))
        _write(home / "authority.crt", authority.certificate)
    if whitelist is not None:
        _write(home / "whitelist", whitelist.read_bytes())
    _write(home / "trust.json", json.dumps({**trust, "target": description.name}).encode())
    _write(home / "site.json", json.dumps(site).encode())
    _write(
        home / "identity.json", json.dumps({"class": description.name, "name": name}).encode()
    )  # last: now it is one
    return {
        "port": str(home), "serial": machine_number(), "state": "provisioned", "class": description.name, "name": name,
        "key": boot_key.fingerprint(key).hex(),
    }  # fmt: skip


def read_identity(home):
    """{"class", "name"} of a home; None when the folder is none yet."""
    try:
        return json.loads((home / "identity.json").read_text("utf8"))
    except (FileNotFoundError, NotADirectoryError):
        return None


def machine_number():
    """The computer's own number (machine-id(5)), the first half: 16 hex digits."""
    try:
        with open("/etc/machine-id", encoding="ascii") as file:
            return file.read().strip()[:16]
    except OSError:
        return "unknown"


def _write(path, data):
    """Whole or not at all, whatever happens to the power."""
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

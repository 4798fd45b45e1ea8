"""Makes a folder the home of a Linux terminal: its own key, keys to believe, its data. The board is this computer."""

import json
import os

from offline_store.media import sync_folder
from technician import terminal_files
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
    files = terminal_files.given(description, name, trust, site, whitelist)
    if authority is not None:
        files = {**terminal_files.certified(authority, boot_key.request(key, name), name, home), **files}
    for own, data in files.items():
        _write(home / own, data)
    return terminal_files.facts(home, machine_number(), description, name, boot_key.fingerprint(key).hex())


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
    sync_folder(path)

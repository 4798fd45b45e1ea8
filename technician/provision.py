"""Makes a bare board one of ours: loader, class and name, keys to believe; its own key is made on it and stays there."""

from technician import board, terminal_files, update_image
from technician.errors import BoardRefused

_MAIN = """import sys

sys.path.insert(0, "/base")
import machine
from terminal import boot

boot.run("", machine)
"""


def boot_text(lines):
    """boot.py: every output at its rest, the barrier's release first, before anything else is loaded."""
    rows = "".join("machine.Pin(%d, machine.Pin.OUT, value=%d)\n" % line for line in lines)
    return "import machine\n\n%simport gc\n\ngc.threshold(4096)\n" % rows


def provision(port, description, name, trust, site, authority=None, replace=False, whitelist=None):
    """Provisions the board at `port`; facts for the job file. `trust`: dict for trust.json; `site`: for site.json.

    `whitelist`: path of a list to begin with. `authority` (headend.certificates) signs the board's request; without one
    the board has a key and no certificate.
    BoardRefused when the board is another class's or another terminal's already, unless `replace`. A second time changes
    nothing but the certificate: the board keeps its key.
    """
    from boards.microcontroller_gate import rest_lines

    with board.visit(port) as link:
        identity = board.identify(link)
        _check(identity, description, name, replace, port)
        architecture = "host" if identity.is_virtual else description.architecture
        files = {"/base/" + path: data for path, data in update_image.base(architecture).items()}
        files["/boot.py"] = boot_text(rest_lines(description)).encode()
        for own, data in terminal_files.given(description, name, trust, site, whitelist).items():
            files["/" + own] = data
        for path, data in files.items():
            link.push(data, path)
        fingerprint = _certify(link, name, authority)
        link.push(_MAIN.encode(), "/main.py")  # last: until now nothing starts by itself
    return terminal_files.facts(port, identity.serial, description, name, fingerprint)


def _certify(link, name, authority):
    """The board makes its key and asks for a certificate; returns the key's fingerprint in hex."""
    request = link.run(
        "from terminal import boot_key\nboot_key.make('/device.key')\n"
        "print(hexlify(boot_key.request('/device.key', %r)).decode())" % name
    )
    if authority is not None:
        for own, data in terminal_files.certified(authority, bytes.fromhex(request), name, link.port).items():
            link.push(data, "/" + own)
    return link.run("print(hexlify(boot_key.fingerprint('/device.key')).decode())").strip()


def _check(identity, description, name, replace, port):
    if not identity.is_virtual and identity.architecture != description.architecture:
        raise BoardRefused(
            "%s: the chip is %s, a %s has %s"
            % (port, identity.architecture, description.name, description.architecture)
        )
    if identity.target is not None and (identity.target, identity.name) != (description.name, name) and not replace:
        raise BoardRefused(
            "%s: board %s is %s (%s) already; --replace makes it another"
            % (port, identity.serial, identity.name, identity.target)
        )

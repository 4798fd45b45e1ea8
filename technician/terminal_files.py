"""What every terminal is given when it is provisioned, be it a board at a cable or a folder of this computer."""

import json

from offline_store.tokens import TOKEN_BYTES, key_of
from technician.errors import BoardFailed, InputMalformed
from technician.table import opened_table


def given(description, name, trust, site, whitelist=None):
    """{name of the file: bytes}, in the order in which they are written: once identity.json is there, it is that terminal."""
    files = {
        "trust.json": json.dumps({**trust, "target": description.name}).encode(),
        "site.json": json.dumps(site).encode(),
    }
    list_key = _list_key(site["list_key"])
    if whitelist is not None:
        with opened_table(whitelist, list_key):  # refused here, not found out at the gate
            files["whitelist"] = whitelist.read_bytes()
    files["identity.json"] = json.dumps({"class": description.name, "name": name}).encode()
    return files


def _list_key(text):
    try:
        key = key_of(text)
    except ValueError:
        key = b""
    if len(key) != TOKEN_BYTES:
        raise InputMalformed("list_key of the site: expected 32 hex digits")
    return key


def certified(authority, request, name, port):
    """{name of the file: bytes}: the certificate for the `request` (DER) of the terminal at `port`, and who signed it."""
    from cryptography import x509  # a terminal in service does without

    asked = x509.load_der_x509_csr(request)
    if not asked.is_signature_valid:
        raise BoardFailed("%s: the board's certificate request does not hold: provision it again" % port)
    return {"device.crt": authority.terminal(name, asked.public_key()), "authority.crt": authority.certificate}


def facts(port, serial, description, name, key):
    """A line of the job file; `key`: the fingerprint in hex."""
    return {
        "port": str(port), "serial": serial, "state": "provisioned", "class": description.name, "name": name, "key": key,
    }  # fmt: skip

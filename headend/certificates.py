"""The head-end's own certificate authority: EC P-256, one certificate for the server and one for each terminal."""

import datetime
import ipaddress
import os
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from terminal.names import check_name

_AUTHORITY_DAYS = 20 * 365
_SERVER_DAYS = 397
TERMINAL_DAYS = 3 * 365
_DER = serialization.Encoding.DER
_PEM = serialization.Encoding.PEM


class Authority:
    """An authority in `folder`, made on first use. Its private key stays there, readable by its owner only."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        key_path = self.folder / "authority.key.pem"
        self.path = self.folder / "authority.pem"
        if not self.path.exists():
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._name = _name("Gatepost authority")
            certificate = self._sign(self._name, self._key.public_key(), _AUTHORITY_DAYS, None, [])
            _write_private(key_path, _private_bytes(self._key, _PEM))
            self.path.write_bytes(certificate.public_bytes(_PEM))
        self._key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        self._certificate = x509.load_pem_x509_certificate(self.path.read_bytes())
        self._name = self._certificate.subject

    @property
    def certificate(self):
        """DER, as terminals load it."""
        return self._certificate.public_bytes(_DER)

    def server(self, hosts):
        """Paths (certificate, key) in PEM of a fresh certificate for a server known under `hosts`."""
        names = [x509.DNSName(host) if _address(host) is None else x509.IPAddress(_address(host)) for host in hosts]
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(
            _name(hosts[0]), key.public_key(), _SERVER_DAYS, ExtendedKeyUsageOID.SERVER_AUTH, names
        )
        paths = self.folder / "server.pem", self.folder / "server.key.pem"
        paths[0].write_bytes(certificate.public_bytes(_PEM))
        _write_private(paths[1], _private_bytes(key, _PEM))
        return paths

    def terminal(self, name, public_key, days=TERMINAL_DAYS):
        """DER certificate for the terminal `name`, whose `public_key` came off the device (its private key never)."""
        certificate = self._sign(_name(check_name(name)), public_key, days, ExtendedKeyUsageOID.CLIENT_AUTH, [])
        return certificate.public_bytes(_DER)

    def _sign(self, subject, public_key, days, usage, names):
        start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
        end = start + datetime.timedelta(days=days + 1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=usage is None, path_length=0 if usage is None else None), True)
        )
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        return builder.sign(self._key, hashes.SHA256())


def serial_of(certificate):
    """The serial number of a DER certificate in hex, by which it is revoked."""
    return "%X" % x509.load_der_x509_certificate(certificate).serial_number


def private_der(key):
    """A private key as terminals load it (SEC1 DER)."""
    return _private_bytes(key, _DER)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _address(host):
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _private_bytes(key, encoding):
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def _write_private(path, content):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)

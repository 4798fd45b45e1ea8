"""Brings a signed package to the terminals: its bytes become a blob, its version a line of the desired state."""

from headend.state import EVERYBODY, change
from terminal.package import read_header


async def publish(state, blobs, package):
    """Publishes the bytes of a package to its class of terminals; returns (scope, revision). PackageMalformed."""
    header = read_header(package)
    digest = await blobs.put(package)
    scope = EVERYBODY if header.target == "*" else "class:%s" % header.target
    line = {"version": header.version, "blob": digest, "length": len(package)}
    return scope, await change(state, scope, lambda doc: {**doc, header.kind: line})

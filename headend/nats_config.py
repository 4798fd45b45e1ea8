"""Writes what starts a fleet's engine: three NATS servers, PostgreSQL, gateways. python -m headend.nats_config FOLDER"""

import argparse
import pathlib
import secrets
from collections import namedtuple

FLEET = ("GATEPOST_NATS", "GATEPOST_NATS_SYSTEM", "GATEPOST_LEDGER")  # what gatepost.env names
Server = namedtuple("Server", "name host client_port route_port store")

_SERVER = """# Written by headend.nats_config. Records count as stored once they are on most servers' disks.
server_name: {server.name}
listen: "{listen}:{server.client_port}"
jetstream {{
    store_dir: "{server.store}"
    sync_interval: always
}}
cluster {{
    name: gatepost
    listen: "{listen}:{server.route_port}"
    authorization {{ user: route, password: "{passwords.route}" }}
    routes: [{routes}]
}}
accounts {{
    SYS {{ users: [{{ user: system, password: "{passwords.system}" }}] }}
    GATEPOST {{ jetstream: enabled, users: [{{ user: gatepost, password: "{passwords.gatepost}" }}] }}
}}
system_account: SYS
"""
_COMPOSE = """# Written by headend.nats_config. Three servers on one machine survive a crash, not the loss of the machine:
# in earnest each nats-N runs on a machine of its own, with the same files.
x-gatepost: &gatepost
  build:
    context: ${{GATEPOST_SOURCE:?set it to a checkout of Gatepost}}
    dockerfile_inline: |
      FROM python:3.13-slim
      COPY . /gatepost
      RUN pip install --no-cache-dir "/gatepost[headend,fleet]"
  env_file: gatepost.env
  restart: unless-stopped
services:
{servers}  ledger:
    image: postgres:17
    environment: {{POSTGRES_USER: gatepost, POSTGRES_DB: gatepost, POSTGRES_PASSWORD: "{ledger}"}}
    volumes: ["ledger:/var/lib/postgresql/data"]
    restart: unless-stopped
  gateway:
    <<: *gatepost
    command: ["python", "-m", "headend.nats_gateway", "/data", "0.0.0.0", "8470"]
    ports: ["8470:8470"]
    volumes: ["gateway:/data"]
    depends_on: [{names}]
  projector:
    <<: *gatepost
    command: ["python", "-m", "headend.projector"]
    depends_on: [{names}, ledger]
  operator:
    <<: *gatepost
    command: ["gatepost", "operator", "serve", "--fleet", "--folder", "/data", "--host", "0.0.0.0"]
    ports: ["127.0.0.1:8471:8471"]
    volumes: ["operator:/data"]
    depends_on: [{names}, ledger]
volumes:
  ledger:
  gateway:
  operator:
{volumes}"""
_COMPOSE_SERVER = """  {name}:
    image: nats:2.12-alpine
    command: ["-c", "/etc/nats/{name}.conf"]
    volumes: ["./{name}.conf:/etc/nats/{name}.conf:ro", "{name}:/data"]
    restart: unless-stopped
"""

Passwords = namedtuple("Passwords", "gatepost system route ledger")


def make_passwords():
    """New random passwords."""
    return Passwords(*(secrets.token_urlsafe(24) for _ in Passwords._fields))


def server_config(server, servers, passwords, listen="0.0.0.0"):
    """The configuration file of one of `servers`."""
    routes = ", ".join('"nats://route:%s@%s:%d"' % (passwords.route, s.host, s.route_port) for s in servers)
    return _SERVER.format(server=server, routes=routes, passwords=passwords, listen=listen)


def urls(servers, passwords):
    """(URL for the records' account, URL for the system account), as NatsEngine.open takes them."""
    users = ("gatepost", passwords.gatepost), ("system", passwords.system)
    return tuple(
        ",".join("nats://%s:%s@%s:%d" % (user, password, s.host, s.client_port) for s in servers)
        for user, password in users
    )


def write_fleet(folder):
    """Writes nats-N.conf, compose.yml and gatepost.env (with the passwords) into `folder`; returns their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    servers = [Server("nats-%d" % n, "nats-%d" % n, 4222, 6222, "/data") for n in (1, 2, 3)]
    passwords = make_passwords()
    url, system_url = urls(servers, passwords)
    ledger = "postgresql+psycopg://gatepost:%s@ledger/gatepost" % passwords.ledger
    files = {s.name + ".conf": server_config(s, servers, passwords) for s in servers}
    files["compose.yml"] = _COMPOSE.format(
        servers="".join(_COMPOSE_SERVER.format(name=s.name) for s in servers),
        names=", ".join(s.name for s in servers),
        volumes="".join("  %s:\n" % s.name for s in servers),
        ledger=passwords.ledger,
    )
    files["gatepost.env"] = "GATEPOST_NATS=%s\nGATEPOST_NATS_SYSTEM=%s\nGATEPOST_LEDGER=%s\n" % (
        url,
        system_url,
        ledger,
    )
    for name, text in files.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, "utf8")
    return [folder / name for name in files]


def unset(environ, names=FLEET):
    """Which of `names` the environment lacks, in a sentence; None when it has all."""
    missing = [name for name in names if not environ.get(name)]
    return "set %s: gatepost.env has them (docs/scale.md)" % ", ".join(missing) if missing else None


def main(arguments=None):
    """Writes the files and prints their paths."""
    parser = argparse.ArgumentParser(prog="python -m headend.nats_config", description="What starts a fleet's engine.")
    parser.add_argument("folder", metavar="FOLDER", help="where the files are written")
    print("\n".join(str(path) for path in write_fleet(parser.parse_args(arguments).folder)))


if __name__ == "__main__":
    main()

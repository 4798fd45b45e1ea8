"""The head-end's own HTTP face before the ledger itself, as FastAPI stands before it: python -m benchmarks._ledger_headend URL PORT

The product reaches PostgreSQL through JetStream and the projector; here only the faces are compared.
"""

import sys

import uvicorn

from benchmarks._stores_of import ledger_log
from headend.app import HeadendApp
from headend.server import served
from headend.state import State
from headend.store import memory_store


def main(url, port):
    store = memory_store()
    config = served(HeadendApp(ledger_log(url), State(store), None, store), None, ())
    config.port = int(port)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])

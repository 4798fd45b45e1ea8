"""The peer: FastAPI and pydantic taking the same records as JSON into the same store, behind the same port.

python -m benchmarks._json_headend STORE PORT; STORE as for benchmarks._stores_of.
"""

import contextlib
import sys
import time

import uvicorn
from fastapi import FastAPI
from pydantic import Base64Bytes, BaseModel, Field

from benchmarks._stores_of import opened_log
from terminal.wire import Batch


class Record(BaseModel):
    """One journal record."""

    seq: int = Field(ge=0, le=0xFFFFFFFF)
    span: int = Field(ge=1, le=255)
    payload: Base64Bytes


class Delivery(BaseModel):
    """What POST /v1/txn takes."""

    terminal: str = Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")
    journal: int = Field(ge=0, le=0xFFFFFFFF)
    oldest: int = Field(ge=0, le=0xFFFFFFFF)
    records: list[Record] = Field(max_length=4000)


class Reply(BaseModel):
    """What comes back."""

    ack: int | None
    want: tuple[int, int] | None
    flush: dict[str, int]
    time: int


def application(store):
    """The peer's ASGI application."""

    @contextlib.asynccontextmanager
    async def lifespan(app):
        async with opened_log(store) as app.state.log:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/txn")
    async def take(delivery: Delivery) -> Reply:
        records = [(record.seq, record.span, record.payload) for record in delivery.records]
        batch = Batch(delivery.terminal, delivery.journal, delivery.oldest, records, [])
        ack, want = await app.state.log.append(batch)
        return Reply(ack=ack, want=want, flush={"max_n": 20, "max_age_s": 1}, time=int(time.time()))

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]), port=int(sys.argv[2]), http="httptools", loop="asyncio", log_level="warning",
        access_log=False, server_header=False, proxy_headers=False,
    )  # fmt: skip

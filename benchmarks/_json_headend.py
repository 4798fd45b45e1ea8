"""The peer: FastAPI and pydantic taking the same records as JSON, over the same group commit into the same store."""

import pathlib
import sys
import time

import uvicorn
from fastapi import FastAPI
from pydantic import Base64Bytes, BaseModel, Field

from headend.event_log import EventLog
from headend.ledger import open_reader
from headend.store import open_store
from headend.writer import GroupWriter
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


def application(folder):
    """The peer's ASGI application."""
    writer = GroupWriter(EventLog(open_store(folder)), open_reader(folder))
    app = FastAPI()

    @app.post("/v1/txn")
    async def take(delivery: Delivery) -> Reply:
        records = [(record.seq, record.span, record.payload) for record in delivery.records]
        ack, want = await writer.append(Batch(delivery.terminal, delivery.journal, delivery.oldest, records, []))
        return Reply(ack=ack, want=want, flush={"max_n": 20, "max_age_s": 1}, time=int(time.time()))

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(pathlib.Path(sys.argv[1])), port=int(sys.argv[2]), http="httptools", loop="asyncio", log_level="warning",
        access_log=False,
    )  # fmt: skip

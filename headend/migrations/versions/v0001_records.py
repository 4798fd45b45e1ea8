"""Records, doubles, cursors and high-water marks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _key():
    return [
        sa.Column("terminal", sa.String(32), primary_key=True),
        sa.Column("journal", sa.BigInteger, primary_key=True, autoincrement=False),
    ]


def _seq():
    return sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False)


def upgrade():
    op.create_table(
        "records",
        *_key(),
        _seq(),
        sa.Column("span", sa.SmallInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("parked", sa.String),
        sa.Column("kind", sa.SmallInteger),
        sa.Column("flags", sa.SmallInteger),
        sa.Column("time", sa.BigInteger),
        sa.Column("day", sa.Integer),
        sa.Column("token", sa.LargeBinary),
        sa.Column("scheme", sa.SmallInteger),
        sa.Column("reason", sa.SmallInteger),
        sa.Column("fare", sa.Integer),
        sa.Column("holder_class", sa.SmallInteger),
        sa.Column("mode", sa.SmallInteger),
        sa.Column("ref", sa.BigInteger),
    )
    op.create_index("records_by_day", "records", ["day", "kind"])
    op.create_index("records_by_ref", "records", ["terminal", "journal", "ref"])
    op.create_index("records_by_token", "records", ["token", "time"])
    op.create_table(
        "doubles",
        *_key(),
        _seq(),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "journals",
        *_key(),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("highest", sa.BigInteger, nullable=False),
        sa.Column("numbers", sa.BigInteger, nullable=False),
        sa.Column("contact", sa.BigInteger, nullable=False),
    )


def downgrade():
    for table in ("journals", "cursors", "doubles", "records"):
        op.drop_table(table)

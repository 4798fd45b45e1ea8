"""What settlement and reconciliation keep: proofs, places, ranges that were asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("records", sa.Column("proof", sa.SmallInteger))
    op.create_table(
        "places",
        sa.Column("terminal", sa.String(32), primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
    )
    op.create_table(
        "asked",
        sa.Column("terminal", sa.String(32), primary_key=True),
        sa.Column("journal", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("times", sa.Integer, nullable=False),
    )


def downgrade():
    op.drop_table("asked")
    op.drop_table("places")
    op.drop_column("records", "proof")

"""What the operator page asks for: the newest records, and what the night's reconciliation found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_index("records_by_received", "records", ["received"])
    answers = sa.text("kind = 12")
    op.create_index("command_answers", "records", ["terminal", "ref"], sqlite_where=answers, postgresql_where=answers)
    op.create_table(
        "findings",
        sa.Column("terminal", sa.String(32), primary_key=True),
        sa.Column("journal", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("what", sa.String(32), primary_key=True),
        sa.Column("night", sa.BigInteger, nullable=False),
    )


def downgrade():
    op.drop_table("findings")
    op.drop_index("command_answers", "records")
    op.drop_index("records_by_received", "records")

"""What the operator page looks for all day: debits and loads whose TAC nobody checked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    unproved = sa.text("proof IS NULL AND kind IN (3, 11)")
    op.create_index("unproved", "records", ["day"], sqlite_where=unproved, postgresql_where=unproved)


def downgrade():
    op.drop_index("unproved", "records")

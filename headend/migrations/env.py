"""Alembic's way in: headend.schema hands over the connection."""

from alembic import context

from headend.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

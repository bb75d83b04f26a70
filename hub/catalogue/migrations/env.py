"""Alembic's entry point: runs the migrations on the connection that `upgrade` opened."""

from alembic import context

from hub.catalogue.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

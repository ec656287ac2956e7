"""Storage: models, migrations, queries, services, ingest and the `antoan` command."""

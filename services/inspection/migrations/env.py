"""Alembic's environment of the `inspection` service's database."""

from __future__ import annotations

from shared.database.migrate import run_environment

run_environment()

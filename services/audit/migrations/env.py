"""Alembic's environment of the `audit` service's database."""

from __future__ import annotations

from shared.database.migrate import run_environment

run_environment()

"""The tables of the plain design: what was pushed, and the view."""

TABLES = """
CREATE TABLE events (
    source text NOT NULL, id text NOT NULL, type text NOT NULL, subject text NOT NULL, time timestamptz NOT NULL,
    body text NOT NULL, PRIMARY KEY (source, id)
);
CREATE TABLE board (source text PRIMARY KEY, events bigint NOT NULL, last_id text NOT NULL);
"""

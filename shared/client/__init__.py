"""What an agency's programmers use to push events: batching, retries, a spool on disk that loses nothing."""

"""The HTTP side of every service: server, entrypoint, limits, problem+json, sign-in, and what pages need."""

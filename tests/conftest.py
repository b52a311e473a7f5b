"""Registers the fixtures of `shared/testing`; fixtures themselves live there."""

pytest_plugins = [
    "shared.testing.broker",
    "shared.testing.databases",
    "shared.testing.browser",
    "shared.testing.running_system",
    "shared.testing.trace_collector",
]

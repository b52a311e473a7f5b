"""How the running system is seen: logs, metrics, health, and the watchdog of the hub."""

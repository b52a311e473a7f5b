"""The container image: one for all four services."""

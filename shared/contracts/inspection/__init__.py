"""Event types owned by `inspection`: the registry of agencies and their credentials."""

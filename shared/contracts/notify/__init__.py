"""Event types owned by `notify`: alerts and their delivery."""

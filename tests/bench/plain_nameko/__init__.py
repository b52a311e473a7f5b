"""The plain design that the system is measured against: nameko as its manual shows it, well written."""

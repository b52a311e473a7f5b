"""Every service's own copy of the agencies and their credentials, with look-ups by date."""

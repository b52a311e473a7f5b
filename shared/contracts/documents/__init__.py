"""Event types of the documents service: legal texts, public procedures, procedures, declarations."""

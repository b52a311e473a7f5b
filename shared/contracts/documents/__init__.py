"""Event types owned by `documents`: legal texts, TTHC entries, procedures, declarations."""

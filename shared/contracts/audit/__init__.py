"""Event types owned by `audit`: audits, nonconformities, corrective actions, dossier statistics."""

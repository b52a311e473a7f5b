"""Internal audits, nonconformities, corrective actions and dossier statistics.

In come the agencies' events about how they check and mend their own system. Out go the same events. It decides on its
own log and its copy of the registry only; what another service knows it never asks for.
"""

"""Set-up of one machine and the private servers that development, tests and the demonstration use.

Owns: finding and installing what is missing (`bootstrap`), a RabbitMQ node and a PostgreSQL cluster
that belong to one directory and to nobody else. Everything here is standard library only, because the
bootstrap runs before any package is installed. Never touches a server that it did not start.
"""

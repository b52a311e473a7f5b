"""Runs one service under nameko: `python -m shared.runner SERVICE [--role ROLE]`.

Beside `shared/web` the only place that knows nameko, since it starts what the rest of the kernel only defines. Nothing is
imported here: `__main__` patches the standard library first.
"""

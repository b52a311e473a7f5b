"""Errors that a person at the command line sees: one sentence and what to do next."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what was asked."""

    def __init__(self, message: str, *, hint: str = "", exit_code: int = 1, code: str = "") -> None:
        """Take the sentence, the hint, the exit code, and the code of the service's refusal where it is one."""
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.exit_code = exit_code

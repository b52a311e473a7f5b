"""Errors of set-up and of the private servers: one root, a text for people and a hint what to do."""

from __future__ import annotations


class LocalSetupError(Exception):
    """Something this machine needs is missing or did not work."""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        """Keep what went wrong and, apart from it, what the reader can do about it."""
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.hint = hint

    def __str__(self) -> str:
        """Give the message and, on a line of its own, the hint."""
        message = super().__str__()
        return f"{message}\n  hint: {self.hint}" if self.hint else message


class ProgramMissingError(LocalSetupError):
    """A program that is needed is not installed on this machine."""


class ServerStartError(LocalSetupError):
    """A private server did not become ready in time, or ended while starting."""


class DirectoryInUseError(LocalSetupError):
    """Another running process owns this server directory."""


class ServerCommandError(LocalSetupError):
    """A private server refused an administrative command."""

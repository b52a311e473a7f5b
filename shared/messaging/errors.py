"""What may go wrong between a log and its readers."""

from __future__ import annotations

import socket

from amqp.exceptions import AMQPError

from shared.database.errors import DatabaseUnavailableError, is_unavailable

#: What a connection to the broker may raise while it is used: `socket.timeout` is an `OSError`.
BROKER_ERRORS: tuple[type[Exception], ...] = (AMQPError, OSError, socket.gaierror)


class MessagingError(Exception):
    """Root of the errors of this package."""


class MalformedMessageError(MessagingError):
    """The message is not what the relay of a service sends; its raw bytes are parked."""


class PublishError(MessagingError):
    """The broker has not taken the whole window: refused, returned, or silent until the deadline."""


class FeedError(MessagingError):
    """A source's feed did not answer as it should; asked again later."""


class FencedError(MessagingError):
    """Another worker has moved the checkpoint: whatever was being applied was rolled back."""


class DivergedError(MessagingError):
    """The source's log is not the one that was applied so far (restored, replaced or rewritten)."""


class RetryLaterError(MessagingError):
    """The service cannot take a message now; the broker keeps it."""


class RewrittenError(DivergedError):
    """Proof that the source's log was cut and written anew under the same epoch; stored with the checkpoint."""


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later may help: nothing is parked for such an error."""
    if isinstance(error, DatabaseUnavailableError | RetryLaterError | ConnectionError | TimeoutError):
        return True
    return is_unavailable(error)

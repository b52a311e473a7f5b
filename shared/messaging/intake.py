"""Taking events that agencies and provincial hubs push over AMQP (exchange `qms.intake`).

The broker vouches for the sender: it checks that the property `user_id` is the connection's user. What the
events are worth is decided by `submit`, as for HTTP; a message is acknowledged only after its commit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import amqp
import orjson
from structlog.contextvars import bound_contextvars

from shared.messaging.broker import Backoff, connect
from shared.messaging.errors import BROKER_ERRORS, is_transient
from shared.messaging.metrics import INTAKE_TOTAL
from shared.messaging.queue_link import QueueLink
from shared.messaging.topology import declare_exchanges, declare_intake, intake_queue, owned_aggregates
from shared.observability import tracing

_log = logging.getLogger(__name__)

#: Messages in work at the same time; those of one user stay in order.
_PREFETCH = 64
_RECEIVE_SECONDS = 0.25

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class IntakeHandlers(Generic[C]):
    """What the transport needs from the service."""

    #: Returns whom a user of the broker stands for, None for a user that is bound to nobody.
    caller_of: Callable[[str], C | None]
    #: Takes a body, its content type and its sender, and returns the HTTP answer's object with `results` after
    #: the commit; malformed bodies too are answered, not raised. Raises when it cannot commit now.
    submit: Callable[[bytes, str, C], Mapping[str, Any]]


class AmqpIntake(Generic[C]):
    """Consumes a service's intake queue."""

    def __init__(self, service: str, amqp_uri: str, handlers: IntakeHandlers[C]) -> None:
        """Take the service's name, the broker's address and what decides about the events."""
        self._service = service
        self._amqp_uri = amqp_uri
        self._handlers = handlers
        self._backoff = Backoff()
        self._link: QueueLink | None = None
        #: Shown by health checks: `starting`, `live`, `disconnected`, `stopped`.
        self.state = "starting"

    def wake(self) -> None:
        """Do nothing: the broker announces what there is."""

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; no error ends it. Returns at once without a broker's address."""
        while self._amqp_uri and not stop.is_set():
            try:
                self._round(self._link or self._connect())
            except BROKER_ERRORS as error:
                self._failed(stop, "broker", error)
            except Exception as error:  # noqa: BLE001 - the database is away, or a fault that must not be silent
                self._failed(stop, "service", error)
        self._unlink()
        self.state = "stopped"

    def _connect(self) -> QueueLink:
        link = QueueLink(connect(self._amqp_uri, name=f"{self._service} intake"))
        declare_exchanges(link.channel)
        declare_intake(link.channel, self._service, owned_aggregates(self._service))
        link.consume(intake_queue(self._service), _PREFETCH)
        self._link = link
        self.state = "live"
        return link

    def _round(self, link: QueueLink) -> None:
        """Settle all messages that are there: users side by side, each user's messages in order."""
        messages = link.receive(_RECEIVE_SECONDS)
        if not messages:
            return
        by_user: dict[str, list[_Settlement]] = {}
        settlements = [_Settlement(message) for message in messages]
        for settlement in settlements:
            by_user.setdefault(settlement.user, []).append(settlement)
        threads = [threading.Thread(target=self._settle, args=(group,), daemon=True) for group in by_user.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(1.0)
                link.keep_alive()
        for settlement in settlements:
            self._finish(link, settlement)
        failed = next((one.error for one in settlements if one.error is not None), None)
        if failed is not None:
            raise failed
        self._backoff.reset()

    def _settle(self, group: list[_Settlement]) -> None:
        for settlement in group:
            try:
                self._submit(settlement)
            except Exception as error:  # noqa: BLE001 - decided below
                if is_transient(error):
                    settlement.error = error
                    # Later messages of this user must not overtake this one.
                    for later in group[group.index(settlement) + 1 :]:
                        later.error = error
                    return
                _log.exception("a message of %s could not be handled", settlement.user)
                settlement.answer = None

    def _submit(self, settlement: _Settlement) -> None:
        caller = self._handlers.caller_of(settlement.user) if settlement.user else None
        if caller is None:
            settlement.answer = None if not settlement.user else UNKNOWN_USER
            settlement.rejected = True
            return
        known = settlement.correlation.get("correlation_id")
        with (
            bound_contextvars(**settlement.correlation),
            tracing.taking(intake_queue(self._service), settlement.headers),
        ):
            settlement.answer = self._handlers.submit(settlement.body, settlement.content_type, caller)
            if known is not None:
                _log.info("answered a message of %s", settlement.user)

    def _finish(self, link: QueueLink, settlement: _Settlement) -> None:
        """Answer and acknowledge; what nobody could settle goes to the dead letters, so that it is not lost."""
        if settlement.error is not None:
            return
        outcome = "rejected" if settlement.rejected or settlement.answer is None else "settled"
        if settlement.answer is not None and settlement.may_reply:
            link.channel.basic_publish(
                amqp.Message(
                    orjson.dumps(settlement.answer),
                    content_type="application/json",
                    **settlement.correlation,
                ),
                routing_key=settlement.reply_to,
            )
        if outcome == "settled":
            link.channel.basic_ack(settlement.tag)
        else:
            link.channel.basic_reject(settlement.tag, requeue=False)
        INTAKE_TOTAL.labels(self._service, outcome).inc()

    def _failed(self, stop: threading.Event, what: str, error: Exception) -> None:
        """Give everything back to the queue and wait; the delivery limit is far above such attempts."""
        pause = self._backoff.next()
        _log.warning("intake of %s: %s failed, again in %.1f s: %s", self._service, what, pause, error)
        self._unlink()
        stop.wait(pause)

    def _unlink(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None
        self.state = "disconnected"


class _Settlement:
    """A message on its way through."""

    def __init__(self, message: Any) -> None:
        properties = message.properties
        self.tag: int = message.delivery_info["delivery_tag"]
        self.user = str(properties.get("user_id") or "")
        self.content_type = str(properties.get("content_type") or "")
        self.body: bytes = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self.headers: Mapping[str, Any] = properties.get("application_headers") or {}
        self.reply_to = str(properties.get("reply_to") or "")
        known = properties.get("correlation_id")
        self.correlation: dict[str, str] = {} if known is None else {"correlation_id": str(known)}
        self.answer: Mapping[str, Any] | None = None
        self.rejected = False
        self.error: Exception | None = None

    @property
    def may_reply(self) -> bool:
        """Whether the answer goes to the sender's own queue: its name begins with the user's, and not with a longer one's."""
        rest = self.reply_to.removeprefix(self.user)
        return bool(self.user) and self.reply_to.startswith(self.user) and not rest[:1].isalnum()


#: The answer to a user of the broker that stands for no agency.
UNKNOWN_USER: Mapping[str, Any] = {
    "results": [
        {
            "id": "",
            "source": "",
            "status": "refused",
            "position": None,
            "service": "",
            "code": "UNKNOWN_USER",
            "pointer": "",
            "hint": {
                "vi": "Tài khoản AMQP này chưa được gắn với khóa của cơ quan nào; hãy đề nghị quản trị viên gắn tài khoản.",
                "en": "This AMQP user is bound to no agency's key; ask the administrator to bind it.",
            },
        }
    ]
}

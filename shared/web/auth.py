"""Says who calls: staff or a service by token, an agency by key, a person on the pages by session.

Agency keys read `ovk_{key_id}_{secret}`; only the SHA-256 of the secret is kept (it has 256 random bits, so
a slow password hash would protect nothing).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Literal, NamedTuple, TypeVar

from werkzeug.wrappers import Request

from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web import csrf
from shared.web.delegation import FOR_AGENCY, OVERSEES
from shared.web.problem import Problem
from shared.web.refusals import note_refusal
from shared.web.roles import BOUND, may_send
from shared.web.sessions import Session, read_session
from shared.web.throttle import ACCOUNT_FAILURES_A_MINUTE, FailedAttempts

T = TypeVar("T")
Kind = Literal["staff", "agency", "service"]

_PREFIX = "ovk_"
#: Characters of a token that nobody guesses; the tokens that we make ourselves have 43.
_STRONG = 32
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request."""

    kind: Kind
    #: The credential's agency; None for staff and services.
    agency_id: str | None
    #: What to write into logs: `staff`, a service's name, the key id, or the id of a person's account.
    name: str
    #: Role of a person who is signed in on the pages; empty for programs.
    role: str = ""
    #: Agency up to which a person of the pages sees, where that is not the own one; it gives no right to assert anything.
    oversees: str | None = None

    @property
    def sees_up_to(self) -> str | None:
        """Return the agency whose part of the tree the caller sees; None for staff and services."""
        return self.oversees or self.agency_id


class NewKey(NamedTuple):
    """A fresh agency key; only `key_id` and `key_hash` are ever stored."""

    key_id: str
    secret: str
    #: What the agency puts behind `Authorization: Bearer`.
    key: str
    #: SHA-256 of the secret, hex.
    key_hash: str


def new_key() -> NewKey:
    """Return a new agency key with 256 random bits."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return NewKey(key_id, secret, f"{_PREFIX}{key_id}_{secret}", sha256(secret.encode()).hexdigest())


def authenticate(context: ServiceContext, request: Request) -> Caller:
    """Return who sent the request.

    Raises:
        Problem: 401 without a valid credential, 429 after too many failed attempts from one address.
    """
    given = request.environ.get("HTTP_AUTHORIZATION", "")
    if not given:
        caller = _by_session(context, request)
        if caller is None:
            raise _unauthorized("CREDENTIAL_MISSING")
        return caller
    token = _token(given)
    narrowed_to = request.headers.get(FOR_AGENCY, "")
    # A known credential of full strength is let in even while its address is throttled: 256 bits are not guessed, and
    # one mistaken client must not lock out staff, services and the other agencies behind the same proxy.
    strong = token.startswith(_PREFIX) or len(token) >= _STRONG
    caller = _holder(context, token) if strong else None
    if caller is not None:
        return _narrowed(caller, narrowed_to, request.headers.get(OVERSEES, ""))
    _attempts(context).check(_address(request))
    caller = None if strong else _holder(context, token)
    if caller is not None:
        return _narrowed(caller, narrowed_to, request.headers.get(OVERSEES, ""))
    _attempts(context).failed(_address(request))
    raise _unauthorized("CREDENTIAL_UNKNOWN")


def bearer(context: ServiceContext, authorization: str, narrowed_to: str = "") -> Caller:
    """Return whose credential it is that the front door passes on for a caller whom it has let in itself.

    Raises:
        Problem: 401 it is nobody's (any more).
    """
    caller = _holder(context, _token(authorization))
    if caller is None:
        raise _unauthorized("CREDENTIAL_UNKNOWN")
    return _narrowed(caller, narrowed_to)


def _token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise _unauthorized("CREDENTIAL_MALFORMED")
    return token


def _narrowed(caller: Caller, agency_id: str, oversees: str = "") -> Caller:
    if not agency_id or caller.kind != "staff":
        return caller
    return Caller("agency", agency_id, caller.name, oversees=oversees or None)


def _holder(context: ServiceContext, token: str) -> Caller | None:
    return _by_key(context, token) if token.startswith(_PREFIX) else by_token(context, token)


def sign_in(context: ServiceContext, request: Request, token: str) -> bool:
    """Return whether a token typed into the sign-in page is the staff token; failures count.

    Raises:
        Problem: 429 after too many failed attempts.
    """

    def check() -> bool | None:
        caller = by_token(context, token)
        return caller is not None and caller.kind == "staff"

    return bool(attempt(context, request, check))


def attempt(context: ServiceContext, request: Request, check: Callable[[], T | None], account: str = "") -> T | None:
    """Return what a check of something typed in gives; nothing counts as a failure, of the address and of the account.

    Args:
        context: The service.
        request: Whose address is counted.
        check: Compares; what it returns is false where nothing fits.
        account: Name that is tried, so that many addresses cannot guess at one account.

    Raises:
        Problem: 429 after too many failed attempts.
    """
    address, by_account = _attempts(context), _attempts_at_accounts(context)
    with ExitStack() as under_way:
        under_way.enter_context(address.trying(_address(request)))
        if account:
            under_way.enter_context(by_account.trying(account))
        found = check()
        if not found:
            address.failed(_address(request))
            if account:
                by_account.failed(account)
    return found


def by_token(context: ServiceContext, token: str) -> Caller | None:
    """Return staff or service if this is their token (compared in constant time)."""
    given = token.encode()
    settings = context.settings
    is_staff = bool(settings.staff_token) & compare_digest(given, settings.staff_token.encode())
    is_service = bool(settings.service_token) & compare_digest(given, settings.service_token.encode())
    if is_staff:
        return Caller("staff", None, "staff")
    return Caller("service", None, "service") if is_service else None


def require(caller: Caller, *kinds: Kind) -> Caller:
    """Return the caller if it is of one of these kinds.

    Raises:
        Problem: 403.
    """
    if caller.kind in kinds:
        return caller
    raise _not_allowed()


def _not_allowed() -> Problem:
    return Problem(
        403,
        "NOT_ALLOWED",
        Hint(
            "Tài khoản hoặc khóa này không có quyền thực hiện thao tác đó.",
            "This account or credential may not do that.",
        ),
    )


def _by_key(context: ServiceContext, token: str) -> Caller | None:
    key_id, _, secret = token[len(_PREFIX) :].partition("_")
    if not key_id or not secret:
        return None
    credential = context.registry.credential(key_id)
    if credential is None:
        # The key may have been issued a moment ago, and not have reached this service yet.
        context.registry.catch_up()
        credential = context.registry.credential(key_id)
    if credential is None or credential.revoked:
        return None
    if not compare_digest(sha256(secret.encode()).hexdigest(), credential.key_hash):
        return None
    return Caller("agency", credential.agency_id, key_id)


def _by_session(context: ServiceContext, request: Request) -> Caller | None:
    session = read_session(context, request)
    if session is None:
        return None
    if request.method not in _SAFE:
        # The browser sends the cookie by itself; only our own form knows the token.
        csrf.check(context.settings, request)
    if not may_send(session.role, request.method, request.path):
        note_refusal(context.settings.service, session.holder.account_id, session.role, request.path)
        raise _not_allowed()
    return caller_of(session)


def caller_of(session: Session) -> Caller:
    """Return the caller that a person on the pages is: bound roles see their agency's part, the others everything."""
    kind: Kind = "agency" if session.role in BOUND else "staff"
    return Caller(kind, session.agency_id, session.holder.account_id, session.role, session.holder.oversees)


def _attempts(context: ServiceContext) -> FailedAttempts:
    attempts = context.extra.get("failed_sign_ins")
    if not isinstance(attempts, FailedAttempts):
        attempts = context.extra["failed_sign_ins"] = FailedAttempts()
    return attempts


def _attempts_at_accounts(context: ServiceContext) -> FailedAttempts:
    attempts = context.extra.get("failed_by_account")
    if not isinstance(attempts, FailedAttempts):
        attempts = context.extra["failed_by_account"] = FailedAttempts(ACCOUNT_FAILURES_A_MINUTE)
    return attempts


def _address(request: Request) -> str:
    return request.environ.get("REMOTE_ADDR") or "unknown"


_HINTS = {
    "CREDENTIAL_MISSING": Hint(
        "Thiếu thông tin xác thực. Gửi tiêu đề Authorization: Bearer KHÓA.",
        "No credential. Send the header Authorization: Bearer KEY.",
    ),
    "CREDENTIAL_MALFORMED": Hint(
        "Tiêu đề Authorization không đúng dạng; cần Bearer KHÓA.",
        "The Authorization header is malformed; it reads Bearer KEY.",
    ),
    "CREDENTIAL_UNKNOWN": Hint(
        "Khóa không đúng hoặc đã bị thu hồi. Hãy kiểm tra lại hoặc xin cấp khóa mới.",
        "The key is wrong or revoked. Check it or ask for a new one.",
    ),
}


def _unauthorized(code: str) -> Problem:
    return Problem(401, code, _HINTS[code], headers={"WWW-Authenticate": 'Bearer realm="oversight"'})

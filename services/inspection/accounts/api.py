"""`/v1/accounts`: who may use the pages; managed with the staff token alone, never from a session."""

from __future__ import annotations

from typing import Any

from werkzeug import Request, Response

from services.inspection.accounts.passwords import WeakPasswordError
from services.inspection.accounts.store import Account, AccountExistsError
from services.inspection.accounts.wiring import accounts_of
from shared import clock
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web.answers import json_answer
from shared.web.auth import authenticate, require
from shared.web.json_body import json_object
from shared.web.problem import Problem
from shared.web.roles import BOUND, ROLES

_LONGEST = 128


def listing(context: ServiceContext, request: Request) -> Response:
    """Answer the accounts, without anything to sign in with."""
    _require_token(context, request)
    return json_answer({"accounts": [_form(account) for account in accounts_of(context).all()]})


def create(context: ServiceContext, request: Request) -> Response:
    """Create an account of a role, with a password, an identity at the provider, or both.

    Raises:
        Problem: 409 the name is in use, 422 a field that cannot be used.
    """
    _require_token(context, request)
    body = json_object(request)
    name, role, agency_id = _name(body), _role(body), _agency(context, body)
    oversees = _oversees(context, body, agency_id)
    password, subject = _text(body, "password"), _text(body, "subject")
    if password is None and subject is None:
        raise _unusable("/password", "Cần mật khẩu hoặc định danh OpenID.", "Give a password or a subject.")
    try:
        account = accounts_of(context).create(
            name, role, agency_id, oversees=oversees, password=password, subject=subject
        )
    except AccountExistsError:
        hint = Hint("Tên hoặc định danh này đã có tài khoản.", "This name or subject has an account already.")
        raise Problem(409, "ACCOUNT_EXISTS", hint, pointer="/name") from None
    except WeakPasswordError:
        raise _weak() from None
    return json_answer(_form(account), 201)


def change(context: ServiceContext, request: Request, name: str) -> Response:
    """Disable an account (`{"disabled": true}`) or give it another password; its sessions end.

    Raises:
        Problem: 404 no such account, 422 a field that cannot be used.
    """
    _require_token(context, request)
    body = json_object(request)
    store = accounts_of(context)
    password = _text(body, "password")
    if password is None and body.get("disabled") is not True:
        raise _unusable("", 'Cần mật khẩu mới hoặc "disabled": true.', 'Give a new password or "disabled": true.')
    try:
        known = store.set_password(name, password) if password is not None else store.disable(name)
    except WeakPasswordError:
        raise _weak() from None
    if not known:
        raise Problem(404, "ACCOUNT_UNKNOWN", Hint("Không có tài khoản này.", "There is no such account."))
    return json_answer({"name": name, "changed": True})


def _require_token(context: ServiceContext, request: Request) -> None:
    caller = require(authenticate(context, request), "staff")
    if caller.role:
        hint = Hint("Chỉ mã truy cập của Bộ mới quản lý được tài khoản.", "Only the staff token manages accounts.")
        raise Problem(403, "STAFF_TOKEN_NEEDED", hint)


def _form(account: Account) -> dict[str, Any]:
    return {
        "account_id": account.account_id,
        "name": account.name,
        "role": account.role,
        "agency_id": account.agency_id,
        "oversees": account.oversees,
        "password": account.has_password,
        "subject": account.subject,
        "disabled": account.disabled,
    }


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise _unusable(f"/{name}", "Phải là chuỗi ký tự.", "It must be text.")
    return value


def _name(body: dict[str, Any]) -> str:
    name = _text(body, "name")
    if name is None or len(name.strip()) > _LONGEST or not name.isprintable():
        raise _unusable("/name", "Cần tên đăng nhập, tối đa 128 ký tự.", "Give a name of at most 128 characters.")
    return name


def _role(body: dict[str, Any]) -> str:
    role = body.get("role")
    if role not in ROLES:
        listed = ", ".join(ROLES)
        raise _unusable("/role", f"Vai trò phải là một trong: {listed}.", f"The role is one of: {listed}.")
    return str(role)


def _agency(context: ServiceContext, body: dict[str, Any]) -> str | None:
    agency_id = _text(body, "agency_id")
    if body["role"] not in BOUND:
        if agency_id is not None:
            raise _unusable("/agency_id", "Vai trò này không gắn với cơ quan.", "This role is bound to no agency.")
        return None
    context.registry.catch_up()
    if agency_id is None or context.registry.agency(agency_id) is None:
        raise _unusable("/agency_id", "Cần mã của một cơ quan đã đăng ký.", "Give the id of a registered agency.")
    return agency_id


def _oversees(context: ServiceContext, body: dict[str, Any], agency_id: str | None) -> str | None:
    """Return what an inspector of a department oversees: the province above it, where the department may inspect.

    Decision 19/2014/QĐ-TTg: the department of science and technology follows and checks for the committee of its province.
    """
    wanted = _text(body, "oversees")
    if wanted is None or wanted == agency_id:
        return None
    if body["role"] != "provincial_inspector" or agency_id is None:
        raise _unusable(
            "/oversees",
            "Chỉ cán bộ kiểm tra cấp tỉnh mới có phạm vi giám sát riêng.",
            "Only a provincial inspector oversees more than the own agency.",
        )
    own, above = context.registry.agency(agency_id), context.registry.agency(wanted)
    today = clock.vietnam_day(context.clock())
    if above is None or above.level == "central" or not context.registry.is_at_or_above(wanted, agency_id, today):
        raise _unusable(
            "/oversees",
            "Cần mã của cơ quan cấp trên trong cùng tỉnh.",
            "Give the id of an agency above the own one, within its province.",
        )
    if own is None or not own.inspection_rights:
        raise _unusable(
            "/oversees",
            "Cơ quan của tài khoản chưa được giao thẩm quyền kiểm tra.",
            "The account's agency has no right to inspect.",
        )
    return wanted


def _weak() -> Problem:
    return _unusable(
        "/password", "Mật khẩu phải có từ 12 đến 256 ký tự.", "A password has 12 to 256 characters.", "PASSWORD_WEAK"
    )


def _unusable(pointer: str, vi: str, en: str, code: str = "ACCOUNT_INVALID") -> Problem:
    return Problem(422, code, Hint(vi, en), pointer=pointer)

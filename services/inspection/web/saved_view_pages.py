"""Views that one keeps under names: listed, kept, deleted."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from services.inspection.accounts.saved_views import LONGEST_ADDRESS, LONGEST_NAME, MOST, TooManyViewsError
from services.inspection.accounts.wiring import saved_views_of
from services.inspection.web.access import require_form, require_session
from services.inspection.web.rendering import page
from services.inspection.web.signing_in import redirect, safe_target
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.vietnam.collation import collation_key
from shared.vietnam.text import normalised
from shared.web.problem import Problem


def saved_views(context: ServiceContext, request: Request) -> Response:
    """Show one's own views."""
    session = require_session(context, request)
    views = sorted(saved_views_of(context).of(session.holder.account_id), key=lambda view: collation_key(view.name))
    return page(context, request, "saved_views.html", "views", views=views)


def keep_view(context: ServiceContext, request: Request) -> Response:
    """Keep an address of this site under a name.

    Raises:
        Problem: 422 no name, or too many views.
    """
    session = require_form(context, request, "read")
    name = normalised(request.form.get("name", ""))[:LONGEST_NAME]
    address = safe_target(request.form.get("address", ""))[:LONGEST_ADDRESS]
    if not name or urlsplit(address).path.startswith("/v1"):
        hint = Hint("Nhập tên cho chế độ xem cần lưu.", "Enter a name for the view to keep.")
        raise Problem(422, "VIEW_NAME_MISSING", hint, pointer="/name")
    try:
        saved_views_of(context).save(session.holder.account_id, name, address)
    except TooManyViewsError:
        hint = Hint(f"Mỗi tài khoản lưu tối đa {MOST} chế độ xem.", f"An account keeps at most {MOST} views.")
        raise Problem(422, "TOO_MANY_VIEWS", hint) from None
    return redirect("/views")


def delete_view(context: ServiceContext, request: Request, view_id: str) -> Response:
    """Forget one of one's own views."""
    session = require_form(context, request, "read")
    saved_views_of(context).delete(session.holder.account_id, view_id)
    return redirect("/views")

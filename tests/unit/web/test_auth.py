"""Who is let in: tokens, agency keys, sessions; and how guessing is slowed down."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from shared.service.settings import Settings
from shared.web import auth, csrf, sessions
from shared.web.problem import Problem
from shared.web.throttle import ACCOUNT_FAILURES_A_MINUTE, FAILURES_A_MINUTE


@dataclass
class Credential:
    agency_id: str
    key_hash: str
    revoked: bool = False


class Registry:
    """Credentials by key id; those of `late` arrive with the next catch-up."""

    def __init__(self):
        self.credentials = {}
        self.late = {}
        self.caught_up = 0

    def credential(self, key_id):
        return self.credentials.get(key_id)

    def catch_up(self):
        self.caught_up += 1
        self.credentials |= self.late


class KeptSessions:
    """Sessions in memory."""

    def __init__(self):
        self.kept = {}

    def open(self, key, holder, until):
        self.kept[key] = (holder, until)

    def read(self, key, now):
        holder, until = self.kept.get(key, (None, 0))
        return sessions.Session(holder, "", key) if until > now else None

    def close(self, key):
        self.kept.pop(key, None)


@pytest.fixture
def context():
    settings = Settings("inspection", "sqlite://", staff_token="mat-ma", service_token="noi-bo", secret_key="khoa")
    extra = {sessions.STORE: KeptSessions()}
    return SimpleNamespace(settings=settings, registry=Registry(), extra=extra, clock=lambda: 1_000_000)


def request(bearer=None, *, method="GET", cookies="", address="10.0.0.1", headers=(), data=None):
    given = dict(headers)
    if bearer is not None:
        given["Authorization"] = bearer if " " in bearer else f"Bearer {bearer}"
    if cookies:
        given["Cookie"] = cookies
    builder = EnvironBuilder(method=method, headers=given, environ_base={"REMOTE_ADDR": address}, data=data)
    return Request(builder.get_environ())


def refusal(context, given):
    with pytest.raises(Problem) as refused:
        auth.authenticate(context, given)
    return refused.value.status, refused.value.code


def test_staff_and_services_show_their_tokens(context):
    assert auth.authenticate(context, request("mat-ma")) == auth.Caller("staff", None, "staff")
    assert auth.authenticate(context, request("noi-bo")) == auth.Caller("service", None, "service")


def test_an_agency_shows_its_key(context):
    key = auth.new_key()
    context.registry.credentials[key.key_id] = Credential("so-khcn-92", key.key_hash)
    assert auth.authenticate(context, request(key.key)) == auth.Caller("agency", "so-khcn-92", key.key_id)
    assert context.registry.caught_up == 0


def test_a_key_issued_a_moment_ago_is_found_by_catching_up_once(context):
    key = auth.new_key()
    context.registry.late[key.key_id] = Credential("so-khcn-92", key.key_hash)
    assert auth.authenticate(context, request(key.key)).agency_id == "so-khcn-92"
    assert context.registry.caught_up == 1


def test_revoked_unknown_and_mistyped_keys_are_turned_away_alike(context):
    key, other = auth.new_key(), auth.new_key()
    context.registry.credentials[key.key_id] = Credential("a", key.key_hash, revoked=True)
    context.registry.credentials[other.key_id] = Credential("b", other.key_hash)
    for bearer in (key.key, auth.new_key().key, other.key + "x", "ovk_", "ovk_a_", f"ovk_{other.key_id}_"):
        assert refusal(context, request(bearer)) == (401, "CREDENTIAL_UNKNOWN")


@pytest.mark.parametrize("header", ["Basic bWF0LW1h", "Bearer ", "mat-ma ", "Bearer"])
def test_other_schemes_are_malformed(context, header):
    with pytest.raises(Problem) as refused:
        auth.authenticate(context, request(headers={"Authorization": header}))
    assert refused.value.code == "CREDENTIAL_MALFORMED"
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_without_a_token_in_the_settings_nothing_is_the_staff_token(context):
    context.settings = Settings("inspection", "sqlite://")
    assert refusal(context, request()) == (401, "CREDENTIAL_MISSING")
    assert auth.by_token(context, "") is None


def test_guessing_a_token_is_throttled_by_address(context):
    for _ in range(FAILURES_A_MINUTE):
        assert refusal(context, request("guess"))[0] == 401
    with pytest.raises(Problem) as refused:
        auth.authenticate(context, request("mat-ma"))
    assert refused.value.status == 429
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 61
    assert auth.authenticate(context, request("mat-ma", address="10.0.0.2")).kind == "staff"


def test_a_good_key_passes_while_its_address_is_throttled(context):
    key = auth.new_key()
    context.registry.credentials[key.key_id] = Credential("a", key.key_hash)
    for _ in range(FAILURES_A_MINUTE + 3):
        refusal(context, request(auth.new_key().key))
    assert refusal(context, request(auth.new_key().key)) == (429, "TOO_MANY_FAILED_SIGN_INS")
    assert auth.authenticate(context, request(key.key)).agency_id == "a"


def signed_in(context, role="staff", agency_id=None):
    response = Response()
    sessions.open_session(context, request(), response, sessions.Holder(role, role, agency_id))
    header = response.headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Secure" not in header
    return header.split(";")[0]


def test_a_session_reads_but_writes_only_with_the_token_of_our_form(context):
    cookie = signed_in(context)
    assert auth.authenticate(context, request(cookies=cookie)).kind == "staff"
    assert refusal(context, request(cookies=cookie, method="POST")) == (403, "FORM_NOT_OURS")
    nonce, token = csrf.form_token(context.settings, request())
    both = f"{cookie}; {csrf.COOKIE}={nonce}"
    sent = request(cookies=both, method="POST", headers={csrf.HEADER: token})
    assert auth.authenticate(context, sent).kind == "staff"
    foreign = request(cookies=both, method="POST", headers={csrf.HEADER: token, "Sec-Fetch-Site": "cross-site"})
    assert refusal(context, foreign) == (403, "FORM_NOT_OURS")
    stolen = request(cookies=f"{cookie}; {csrf.COOKIE}=other", method="POST", headers={csrf.HEADER: token})
    assert refusal(context, stolen) == (403, "FORM_NOT_OURS")


def test_a_session_ends_when_the_token_changes_or_the_cookie_was_touched(context):
    cookie = signed_in(context)
    name, value = cookie.split("=", 1)
    touched = f"{name}={'x' if value[0] != 'x' else 'y'}{value[1:]}"
    assert refusal(context, request(cookies=touched))[0] == 401
    context.settings = Settings("inspection", "sqlite://", staff_token="mat-ma-moi", secret_key="khoa")
    assert refusal(context, request(cookies=cookie))[0] == 401


def test_a_session_that_was_ended_or_is_over_opens_nothing(context):
    cookie = signed_in(context)
    sessions.close_session(context, request(cookies=cookie), Response())
    assert refusal(context, request(cookies=cookie))[0] == 401
    cookie = signed_in(context)
    context.clock = lambda: 1_000_000 + sessions.SESSION_SECONDS * 1_000_000
    assert refusal(context, request(cookies=cookie))[0] == 401


def test_the_cookie_itself_is_not_what_is_kept(context):
    cookie = signed_in(context)
    assert cookie.split("=", 1)[1] not in context.extra[sessions.STORE].kept


def test_who_only_reads_sends_nothing_even_with_a_form_of_ours(context, caplog):
    cookie = signed_in(context, "auditor")
    assert auth.authenticate(context, request(cookies=cookie)).kind == "staff"
    nonce, token = csrf.form_token(context.settings, request())
    sent = request(cookies=f"{cookie}; {csrf.COOKIE}={nonce}", method="POST", headers={csrf.HEADER: token})
    assert refusal(context, sent) == (403, "NOT_ALLOWED")
    assert "access refused: account auditor" in caplog.text


def test_people_bound_to_an_agency_are_callers_of_that_agency(context):
    caller = auth.authenticate(context, request(cookies=signed_in(context, "provincial_inspector", "ubnd-92")))
    assert (caller.kind, caller.agency_id, caller.role) == ("agency", "ubnd-92", "provincial_inspector")


def test_guessing_at_one_account_is_slowed_down_from_all_addresses_together(context):
    for number in range(ACCOUNT_FAILURES_A_MINUTE):
        assert auth.attempt(context, request(address=f"10.0.1.{number}"), lambda: None, "ktv") is None
    with pytest.raises(Problem) as refused:
        auth.attempt(context, request(address="10.0.2.1"), lambda: True, "ktv")
    assert refused.value.status == 429
    assert auth.attempt(context, request(address="10.0.2.1"), lambda: True, "other")


def test_guesses_that_come_all_at_once_are_no_more_than_those_one_after_the_other(context):
    checked, refused = [], []

    def guess():
        checked.append(True)
        try:
            # While the database is asked, the next guess comes in.
            auth.attempt(context, request(address=f"10.0.3.{len(checked)}"), guess, "ktv")
        except Problem as problem:
            refused.append((problem.status, problem.headers["Retry-After"]))

    auth.attempt(context, request(address="10.0.3.0"), guess, "ktv")
    assert (len(checked), refused) == (ACCOUNT_FAILURES_A_MINUTE, [(429, "1")])
    with pytest.raises(Problem):
        auth.attempt(context, request(address="10.0.3.99"), lambda: True, "ktv")


def test_who_signs_in_well_many_times_at_once_is_counted_no_longer_than_that_takes(context):
    for number in range(3 * ACCOUNT_FAILURES_A_MINUTE):
        assert auth.attempt(context, request(address=f"10.0.4.{number}"), lambda: True, "ktv")
    with pytest.raises(ZeroDivisionError):
        auth.attempt(context, request(address="10.0.4.99"), lambda: 1 // 0, "ktv")
    assert auth.attempt(context, request(address="10.0.4.99"), lambda: True, "ktv")


def test_cookies_are_for_tls_only_behind_tls(context):
    response = Response()
    secure = Request(EnvironBuilder(base_url="https://giam-sat.example.vn/").get_environ())
    sessions.open_session(context, secure, response, sessions.Holder("staff", "staff"))
    assert "Secure" in response.headers["Set-Cookie"]


def test_only_the_kinds_that_are_named_may_do_it():
    agency = auth.Caller("agency", "a", "k")
    assert auth.require(agency, "staff", "agency") is agency
    with pytest.raises(Problem) as refused:
        auth.require(agency, "staff")
    assert refused.value.status == 403


def test_keys_are_never_the_same_and_hide_their_secret():
    first, second = auth.new_key(), auth.new_key()
    assert first.key != second.key
    assert first.secret not in first.key_hash
    assert len(first.secret) >= 43

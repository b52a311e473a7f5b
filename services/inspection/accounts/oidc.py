"""OpenID Connect (Core 1.0): authorization code flow with PKCE (RFC 7636), state and nonce, against one provider.

Owns the protocol: addresses of the provider, exchange of the code, check of the ID token. What an identity may do here is
said by its account; an identity without an account gets in nowhere.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

#: Signatures that are taken; never `none`, never a symmetric one.
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
#: Seconds that the clocks may differ.
_LEEWAY = 60
#: Seconds for which the provider's description and keys are kept.
_KEPT = 600
_OK = 200


class IdentityError(Exception):
    """The identity provider could not be asked, or its answer cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider as configured."""

    #: Issuer; `/.well-known/openid-configuration` lies below it.
    issuer: str
    client_id: str
    client_secret: str
    #: Claim of the ID token that names the account.
    claim: str = "sub"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in that has been begun; kept by the browser that began it."""

    state: str
    nonce: str
    #: Code verifier of PKCE.
    verifier: str
    #: Where to go afterwards.
    wanted: str


def new_attempt(wanted: str) -> Attempt:
    """Return an attempt with fresh secrets."""
    return Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), wanted)


@dataclass(slots=True)
class IdentityProvider:
    """Asks one provider."""

    provider: Provider
    _pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(
            maxsize=4, retries=False, timeout=urllib3.Timeout(connect=3, read=10)
        )
    )
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def address(self, attempt: Attempt, redirect_uri: str) -> str:
        """Return where the browser is sent to sign in.

        Raises:
            IdentityError: the provider cannot be reached.
        """
        challenge = base64.urlsafe_b64encode(sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._description()['authorization_endpoint']}?{urlencode(query)}"

    def identity(self, code: str, attempt: Attempt, redirect_uri: str) -> str:
        """Return who has signed in: the configured claim of a checked ID token.

        Raises:
            IdentityError: the provider refuses the code, or the token is not from it, for us, for this attempt, or fresh.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        }
        secret = urllib3.make_headers(basic_auth=f"{self.provider.client_id}:{self.provider.client_secret}")
        body = urlencode(form).encode()
        headers = {**secret, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._ask("POST", str(self._description()["token_endpoint"]), body=body, headers=headers)
        claims = self._claims(str(answer.get("id_token", "")), attempt)
        identity = claims.get(self.provider.claim)
        if not isinstance(identity, str) or not identity:
            raise IdentityError(f"the ID token has no {self.provider.claim}")
        return identity

    def _claims(self, token: str, attempt: Attempt) -> Mapping[str, Any]:
        try:
            decoded = jwt.decode(token, self._keys(), algorithms=_ALGORITHMS)
            JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": self.provider.issuer},
                aud={"essential": True, "value": self.provider.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": attempt.nonce},
            ).validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise IdentityError(f"the ID token does not hold: {error}") from error
        authorized = decoded.claims.get("azp", self.provider.client_id)
        if authorized != self.provider.client_id:
            raise IdentityError("the ID token was issued to another client")
        return decoded.claims

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._kept("keys", str(self._description()["jwks_uri"])))

    def _description(self) -> Mapping[str, Any]:
        address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        found: Mapping[str, Any] = self._kept("description", address)
        if found.get("issuer") != self.provider.issuer:
            raise IdentityError("the provider names another issuer than the configured one")
        return found

    def _kept(self, name: str, address: str) -> Any:
        known = self._known.get(name)
        if known is None or known[0] < time.monotonic():
            known = self._known[name] = (time.monotonic() + _KEPT, self._ask("GET", address))
        return known[1]

    def _ask(self, method: str, address: str, **options: Any) -> Any:
        try:
            answer = self._pool.request(method, address, **options)
            content = orjson.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise IdentityError(f"no usable answer from the provider: {type(error).__name__}") from error
        if answer.status != _OK or not isinstance(content, dict):
            raise IdentityError(f"the provider answers {answer.status}")
        return content


def configured(extra: Mapping[str, str]) -> IdentityProvider | None:
    """Return the provider that the environment names; None where people sign in with local accounts alone.

    `OVERSIGHT_INSPECTION_OIDC_ISSUER`, `…_OIDC_CLIENT_ID`, `…_OIDC_CLIENT_SECRET`, `…_OIDC_CLAIM` (default `sub`).
    """
    values = {
        name: extra.get(f"OVERSIGHT_INSPECTION_OIDC_{name}", "") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
    }
    if not values["ISSUER"] or not values["CLIENT_ID"]:
        return None
    claim = extra.get("OVERSIGHT_INSPECTION_OIDC_CLAIM") or "sub"
    return IdentityProvider(Provider(values["ISSUER"], values["CLIENT_ID"], values["CLIENT_SECRET"], claim))

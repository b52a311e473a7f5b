"""Guards outgoing calls against being turned on our own network (server-side request forgery).

The name is resolved once, every address is checked, and the connection goes to the address that was
checked, so that a second answer of the name service cannot lead elsewhere (OWASP SSRF prevention).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

#: All of IPv6 that is given out to the public (IANA, RFC 4291). Outside lie loopback, site-local addresses (fec0::/10) and the
#: networks in which an IPv4 address hides that the stack may reach (::/96, 64:ff9b::/96, 64:ff9b:1::/48; RFC 6052, RFC 8215).
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
#: What lies inside and is not public, or hides an IPv4 address: 6to4 (RFC 3056), documentation (RFC 9637), protocol assignments
#: and the former relays of 6to4 (RFC 6890, RFC 7526).
_SPECIAL = tuple(map(ipaddress.ip_network, ("2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")))


class TargetError(ValueError):
    """The address of a webhook may not be called."""


class Target(NamedTuple):
    """Where to connect and what to ask for."""

    scheme: str
    host: str
    #: The address that was checked.
    address: str
    port: int
    #: Path and query.
    path: str


def resolve(url: str, *, allow_private: bool = False) -> Target:
    """Return the checked target of a URL.

    Args:
        url: `https://…`; `http://` is allowed for private targets only.
        allow_private: Lets loopback and private networks through (an agency hub in the same network).

    Raises:
        TargetError: another scheme, user or password in the URL, an address that is not public.
        OSError: the name cannot be resolved now.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise TargetError("a webhook is https://host/path without user and password")
    if parts.scheme == "http" and not allow_private:
        raise TargetError("a webhook outside the private network needs https")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise TargetError("the port of the webhook is no number") from error
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise TargetError("the webhook leads into a private network")
    path = parts.path or "/"
    return Target(parts.scheme, parts.hostname, addresses[0], port, f"{path}?{parts.query}" if parts.query else path)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public Internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        if parsed not in _PUBLIC_IPV6:
            return False
    if any(parsed in network for network in _SPECIAL):
        return False
    return parsed.is_global and not parsed.is_multicast

"""The network address of a request's client: proxies are believed only where a setting says so."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.requests import Request

Networks = tuple[IPv4Network | IPv6Network, ...]

UNKNOWN: Final = "unknown"
IPV6_PREFIX: Final = 64
"""One household or phone holds a whole network of this length."""


def read_networks(text: str) -> Networks:
    """Networks from a list parted by commas.

    Raises:
        ValueError: One is not a network.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def client_address(request: Request, proxies: Networks) -> str:
    """Who sent a request, as limits count: an IPv4 address or an IPv6 network.

    `X-Forwarded-For` is read from its end, where our own proxies wrote; what
    stands before the first address that is no proxy of ours can be anybody's
    invention.

    Args:
        request: The request.
        proxies: Networks of the site's own proxies.
    """
    peer = request.client.host if request.client else ""
    hops = [
        part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    ]
    for candidate in (peer, *reversed(hops)):
        try:
            address = ip_address(candidate)
        except ValueError:
            return UNKNOWN if candidate == peer else _subject(peer)
        if not any(address in network for network in proxies):
            return _subject(candidate)
        peer = candidate
    return _subject(peer)


def _subject(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)

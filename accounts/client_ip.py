"""Finds the caller's address behind the number of proxies that the operator has configured.

Each proxy appends the address from which it was called to X-Forwarded-For. So only the last TRUSTED_PROXY_COUNT entries come from
proxies that we trust, and the first of those is the caller's address. The caller can invent everything before them.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Returns a valid address, or "" if the server does not know one (a Unix socket without a proxy)."""
    proxies = settings.TRUSTED_PROXY_COUNT
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    # Fewer entries than proxies: the request did not pass all of them, so only the peer is known.
    if 0 < proxies <= len(hops) and (address := _address(hops[-proxies])):
        return address
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    """Returns the address in an entry, or "". Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def network(request: HttpRequest) -> str:
    """Returns the key by which limits identify a caller: the address or, for IPv6, its /64 network, which usually belongs to one
    machine."""
    address = client_ip(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))

"""Checks whether a URL works: politely, and only on public hosts. Does not use the database.

People who may enter a URL in the catalogue must not be able to make our servers connect to each other. A name is resolved once,
everything it resolves to must be on the public internet, and the connection goes to exactly the checked addresses, so that a
second lookup cannot return another address. Every redirect is checked in the same way. Proxies in the environment are not used.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from urllib.parse import quote, urljoin, urlsplit

import certifi

SECONDS = 5.0  # for the connection, for its handshake, and for the response
ALL_SECONDS = 60.0  # for all redirects; after that time no further redirect is followed
MAX_REDIRECTS = 5
MAX_ADDRESSES = 4  # maximum number of a host's addresses that are tried
PORTS = {"http": 80, "https": 443}
PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
REDIRECTING = PERMANENT | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
MAX_PATIENCE = timedelta(days=30)
FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]")  # characters that must be escaped in a URL
ALLOWED = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "\\")

# The public part of IPv6, and the networks within it that lead to other kinds of address, or nowhere.
UNICAST = ipaddress.IPv6Network("2000::/3")
NOT_UNICAST = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Sequence[str]]  # host and port: its IP addresses
Connect = Callable[[str, int, float], socket.socket]  # IP address, port and seconds


class LinkProblem(StrEnum):
    """The reasons why there is no response."""

    ADDRESS = "address"  # not supported: another scheme or port, a password, unreadable
    PRIVATE = "private"  # the host has an address that is not public
    NO_HOST = "no-host"
    NO_RESOLVER = "no-resolver"  # we could not find out whether the host exists
    NO_CONNECTION = "no-connection"
    NOT_SECURE = "not-secure"  # no TLS, or an untrusted certificate
    NO_ANSWER = "no-answer"  # no response, or not HTTP
    REDIRECTS = "redirects"  # too many


# Only these prove that nothing is at the URL. A URL that is not requested may work for people; a host that is silent or redirects
# in circles may only be blocking programs; a certificate may only be unknown to us.
BROKEN = {LinkProblem.NO_HOST, LinkProblem.NO_CONNECTION}


class NoResponse(Exception):
    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResponse:
    address: str  # the URL after permanent redirects; without any, the one requested
    status: int | None = None  # HTTP status after the redirects
    problem: LinkProblem | None = None  # why there is no status
    host: str = ""  # the host that responded
    retry_after: str = ""  # as sent by the host

    @property
    def works(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def broken(self) -> bool:
        """Returns whether the response proves that nothing is at the URL. Neither `works` nor `broken` is true for responses that
        prove nothing: a host that is busy, or that blocks programs."""
        return self.status in GONE or self.problem in BROKEN


@dataclass(frozen=True, slots=True)
class LinkTarget:
    scheme: str
    host: str  # ASCII, lower case
    port: int
    path: str  # including the query


def parse_address(address: str) -> LinkTarget:
    """Parses a URL. Raises Unanswered if we do not request it."""
    try:
        if FORBIDDEN.search(address):  # `urlsplit` would remove some of them
            raise ValueError("has a character that must be escaped")
        parts = urlsplit(address)
        usual = PORTS[parts.scheme]
        port = usual if parts.port is None else parts.port
        host = (parts.hostname or "").removesuffix(".")
        if port not in PORTS.values() or "@" in parts.netloc or "%" in host or not host:
            raise ValueError("another port, a name or a zone before or in the host, or no host")
        if not host.isascii():
            host = host.encode("idna").decode()
    except (ValueError, KeyError) as error:  # UnicodeError is a ValueError
        raise NoResponse(LinkProblem.ADDRESS) from error
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?[]|^`{}")
    return LinkTarget(parts.scheme, host, port, f"{path}?{query}" if query else path)


def is_public(address: str) -> bool:
    """Returns whether an IP address, and any address wrapped in it, is on the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or (ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
        if inner is None:
            # 6to4 and Teredo wrap addresses too. No hosts have been reachable through them for years.
            return found in UNICAST and found.is_global and not any(found in network for network in NOT_UNICAST)
        found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


def resolve(host: str, port: int) -> list[str]:
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in rows))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)


def _no_pause(host: str) -> None:
    pass


def ask(
    address: str,
    *,
    user_agent: str,
    before: Callable[[str], None] = _no_pause,
    resolve: Resolve = resolve,
    connect: Connect = connect,
) -> LinkResponse:
    """Sends HEAD, or GET if HEAD is rejected; no content is read. `before` is called with the host before each request, to wait
    for a turn; an exception in it ends the check. Tests replace `resolve` and `connect`; addresses are checked between the
    two."""
    here = for_good = address
    permanent, until = True, time.monotonic() + ALL_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        try:
            if time.monotonic() > until:
                raise NoResponse(LinkProblem.NO_ANSWER)
            target = parse_address(here)
            status, headers = _exchange(target, user_agent, before, resolve, connect)
        except NoResponse as error:
            return LinkResponse(address=for_good, problem=error.problem)
        location = headers.get("Location") if status in REDIRECTING else None
        if not location:
            retry_after = headers.get("Retry-After") or ""
            return LinkResponse(address=for_good, status=status, host=target.host, retry_after=retry_after)
        try:
            here = urljoin(here, quote(location.strip().encode("latin-1"), safe=ALLOWED))
        except ValueError:
            return LinkResponse(address=for_good, problem=LinkProblem.ADDRESS)
        permanent &= status in PERMANENT
        if permanent:
            for_good = here
    return LinkResponse(address=for_good, problem=LinkProblem.REDIRECTS)


def patience(retry_after: str, *, now: datetime) -> timedelta:
    """Returns how long the host wants to be left alone, at most 30 days."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip(), re.ASCII):
        wait = timedelta(seconds=int(retry_after))
    else:
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return timedelta()
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), MAX_PATIENCE)


def _exchange(
    target: LinkTarget, user_agent: str, before: Callable[[str], None], resolve: Resolve, connect: Connect
) -> tuple[int, http.client.HTTPMessage]:
    addresses = _public_addresses(target, resolve)
    before(target.host)
    try:
        response = _request("HEAD", target, addresses, user_agent, connect)
        if response[0] < HTTPStatus.BAD_REQUEST or response[0] in BUSY:
            return response
    except NoResponse as error:
        if error.problem != LinkProblem.NO_ANSWER:
            raise
    # Some hosts do not support HEAD and report this in various ways, so only the response to GET counts.
    before(target.host)
    return _request("GET", target, addresses, user_agent, connect)


def _public_addresses(target: LinkTarget, resolve: Resolve) -> Sequence[str]:
    try:
        addresses = resolve(target.host, target.port)
    except socket.gaierror as error:
        unknown = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
        raise NoResponse(LinkProblem.NO_HOST if unknown else LinkProblem.NO_RESOLVER) from error
    except UnicodeError as error:
        raise NoResponse(LinkProblem.ADDRESS) from error
    if not addresses:
        raise NoResponse(LinkProblem.NO_HOST)
    if not all(map(is_public, addresses)):
        raise NoResponse(LinkProblem.PRIVATE)
    return addresses[:MAX_ADDRESSES]


class _Connection(http.client.HTTPConnection):
    """Connects to the checked addresses; the host's name is used for the certificate and the header."""

    def __init__(self, target: LinkTarget, addresses: Sequence[str], connect: Connect) -> None:
        super().__init__(target.host, target.port)
        self.default_port = PORTS[target.scheme]
        self.target, self.addresses, self.reach = target, addresses, connect

    def connect(self) -> None:
        try:
            self.sock = self._reached()
            if self.target.scheme == "https":
                self.sock = _trust().wrap_socket(self.sock, server_hostname=self.target.host)
        except ssl.SSLError as error:
            raise NoResponse(LinkProblem.NOT_SECURE) from error
        except (OSError, ValueError) as error:
            raise NoResponse(LinkProblem.NO_CONNECTION) from error

    def _reached(self) -> socket.socket:
        *others, last = self.addresses
        for address in others:
            with suppress(OSError):
                return self.reach(address, self.target.port, SECONDS)
        return self.reach(last, self.target.port, SECONDS)


@cache
def _trust() -> ssl.SSLContext:
    """Trusts the certificate authorities of the system and those of browsers."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _request(
    method: str, target: LinkTarget, addresses: Sequence[str], user_agent: str, connect: Connect
) -> tuple[int, http.client.HTTPMessage]:
    connection = _Connection(target, addresses, connect)
    headers = {"User-Agent": user_agent, "Accept": "*/*", "Connection": "close"}
    try:
        connection.connect()
        with _in_time(connection.sock):
            connection.request(method, target.path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoResponse(LinkProblem.NO_ANSWER) from error
    finally:
        connection.close()


@contextmanager
def _in_time(sock: socket.socket) -> Iterator[None]:
    """Closes the connection when the time is up: a host that sends a byte now and then would never time out otherwise."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # for TLS too: its own method is not thread-safe

    until = time.monotonic() + SECONDS
    timer = threading.Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if time.monotonic() >= until:
        raise TimeoutError

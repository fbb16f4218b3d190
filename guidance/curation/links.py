"""Asks an address on the web whether it works: politely, and only what is public. Knows no database.

Whoever may write an address into the catalogue must not make our machines talk to each other. A name is resolved once,
all that it resolves to must be of the public internet, and the connection goes to just what was looked at, so that
nobody answers otherwise the second time. Every redirect passes the same gate. Proxies of the environment are not used.
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

SECONDS = 5.0  # for a connection, for its handshake, and for the answer
ALL_SECONDS = 60.0  # for the way through redirects, after which no further one is followed
MAX_REDIRECTS = 5
MAX_ADDRESSES = 4  # of a host, until one can be reached
PORTS = {"http": 80, "https": 443}
PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
REDIRECTING = PERMANENT | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
MAX_PATIENCE = timedelta(days=30)
FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]")  # characters that no address has as they are
ALLOWED = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "\\")

# What IPv6 has of the public internet, and the parts of it that lead to addresses of another kind, or nowhere.
UNICAST = ipaddress.IPv6Network("2000::/3")
NOT_UNICAST = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Sequence[str]]  # host and port: its IP addresses
Connect = Callable[[str, int, float], socket.socket]  # IP address, port and seconds


class LinkProblem(StrEnum):
    """Why there is no answer."""

    ADDRESS = "address"  # nothing that is asked: another scheme or port, a password, unreadable
    PRIVATE = "private"  # the host has an address that is not public
    NO_HOST = "no-host"
    NO_RESOLVER = "no-resolver"  # nobody could say whether there is such a host
    NO_CONNECTION = "no-connection"
    NOT_SECURE = "not-secure"  # no TLS, or a certificate that we do not trust
    NO_ANSWER = "no-answer"  # silence, or something other than HTTP
    REDIRECTS = "redirects"  # too many


# What is not asked may work for people; a host that is silent, or sends us in circles, may only dislike programs; a
# certificate may only be unknown to us.
BROKEN = {LinkProblem.NO_HOST, LinkProblem.NO_CONNECTION}


class NoResponse(Exception):
    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResponse:
    address: str  # where it is for good, as far as permanent redirects say; otherwise as asked
    status: int | None = None  # of HTTP, at the end of the redirects
    problem: LinkProblem | None = None  # why there is no status
    host: str = ""  # that answered
    retry_after: str = ""  # as the host put it

    @property
    def works(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def broken(self) -> bool:
        """That nothing is there. Between this and `works` lies what proves nothing: a host that is busy, or lets no programs
        in."""
        return self.status in GONE or self.problem in BROKEN


@dataclass(frozen=True, slots=True)
class LinkTarget:
    scheme: str
    host: str  # ASCII, lower case
    port: int
    path: str  # with the query


def parse_address(address: str) -> LinkTarget:
    """What an address means. Raises Unanswered where it is none that we ask."""
    try:
        if FORBIDDEN.search(address):  # `urlsplit` would drop some of them
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
    """Whether an IP address, or the one wrapped in it, is of the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or (ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
        if inner is None:
            # 6to4 and Teredo wrap addresses too. Hosts have not been reached by them for years.
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
    """Ask with HEAD, and with GET where that is refused; nothing of a page is read. `before` is called with the host before
    each request, to wait for one's turn; what it raises ends the asking. `resolve` and `connect` are for tests: the gate
    stands between them."""
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
    """How long the host wants to be left alone; 30 days at most."""
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
    # Some hosts know no HEAD, and say so in many ways: only what GET is told counts.
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
    """Goes to the addresses that were looked at; the host's name is for the certificate and the header."""

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
    """Whom the system trusts, and whom browsers do."""
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
    """A host that sends a byte now and then is never silent and never ready: the connection is cut when the time is over."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # of TLS too: its own method is not made for another thread

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

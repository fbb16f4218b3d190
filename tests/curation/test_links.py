"""Checking one link: hosts that are never connected to, whatever a URL looks like, and how replies are judged."""

import ipaddress
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from guidance.curation import links
from guidance.curation.links import LinkProblem, NoResponse
from tests.curation.sites import OTHER_PUBLIC, PUBLIC, Site, Web, canary

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

# Each points to this machine or its network, or is made to be read in two ways.
NUMBERS = (
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "https://127.0.0.1/",
    "http://127.255.255.254/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0x0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://012.0.0.1/",
    "http://167772161/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xA9FEA9FE/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.0.0.1/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://127.0.0.1./",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:5db8:d822::]/",
    "http://[2001:0:5db8:d822::80ff:fffe]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[::1%25lo]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://[v1.fe80]/",
)
WRITINGS = (
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://127.0.0.1%2f@public.example/",
    "http://127.0.0.1%00.public.example/",
    "http://%31%32%37.0.0.1/",
    "http://public.example@127.0.0.1/",
    "http://public.example:80@127.0.0.1/",
    "http://user:password@public.example/",
    "http://@public.example/",
    "http://127.0.0.1\\@public.example/",
    "http://public.example\\@127.0.0.1/",
    "http://127.0.0.1\t/",
    "http://127.0.\n0.1/",
    "http:// 127.0.0.1/",
    "http://127.0.0.1\x00/",
    "http:///127.0.0.1/",
    "http:127.0.0.1",
    "//127.0.0.1/",
    "127.0.0.1",
    "",
    "http://",
    "http://[::1/",
    "http://[127.0.0.1]/",
    "http://public..example/",
    f"http://{'a' * 64}.example/",
    "http://public.example:22/",
    "http://public.example:8080/",
    "http://public.example:6379/",
    "http://public.example:0/",
    "http://public.example:65616/",
    "http://public.example:80a/",
    "http://public.example:-80/",
    "https://public.example:5432/",
    "ftp://public.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:80/_GET",
    "javascript:alert(1)",
    "data:text/html,x",
    "unix:///var/run/docker.sock",
    "ldap://127.0.0.1/",
)
NAMES = {
    "public.example": [[PUBLIC]],
    "inside.example": [["127.0.0.1"]],
    "inside6.example": [["::1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "nat.example": [["64:ff9b::7f00:1"]],
    "scoped.example": [["fe80::1%lo"]],
    "neighbour.example": [["10.1.2.3"]],
    "metadata.example": [["169.254.169.254"]],
    "both.example": [[PUBLIC, "127.0.0.1"]],
    "both-turned.example": [["127.0.0.1", PUBLIC]],
    "both6.example": [[PUBLIC, "::1"]],
    "nothing.example": [[]],
    "odd.example": [["127.0.0.1 "], ["0x7f.1"]],
}
BY_NAME = tuple(f"{scheme}://{name}/" for name in NAMES if name != "public.example" for scheme in ("http", "https"))
FORGED = NUMBERS + WRITINGS + BY_NAME


def ask(address, web):
    return links.ask(address, user_agent="test", resolve=web.resolve, connect=web.connect)


@pytest.fixture
def nobody():
    with canary() as made:
        yield made


def test_there_are_many_forged_addresses():
    assert len(set(FORGED)) == len(FORGED) >= 60


@pytest.mark.parametrize("address", FORGED, ids=ascii)
def test_forged_address_is_connected_to_by_nobody(nobody, address):
    web = Web(NAMES, {}, nobody)
    answer = ask(address, web)
    refused = {LinkProblem.ADDRESS, LinkProblem.PRIVATE} | (set() if address in WRITINGS else {LinkProblem.NO_HOST})
    assert answer.problem in refused
    assert (web.connected, nobody.visitors) == ([], 0)


@pytest.mark.parametrize("address", [a for a in NUMBERS + WRITINGS if "public" not in a], ids=ascii)
def test_forged_address_is_refused_without_hooks_too(nobody, address, monkeypatch):
    """Uses the machine's own resolver and connections, with the canary on the ports of http and https."""
    monkeypatch.setattr(links, "PORTS", {"http": nobody.port, "https": nobody.port})
    real, asked = socket.getaddrinfo, []

    def numbers_only(host, *args, **options):
        asked.append(host)
        options["flags"] = 0 if host.lower() == "localhost" else socket.AI_NUMERICHOST
        return real(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", numbers_only)
    assert links.ask(address.replace(":80/", "/"), user_agent="test").status is None
    assert nobody.visitors == 0


def test_the_canary_notices(nobody):
    with pytest.raises(AssertionError), socket.create_connection(("127.0.0.1", nobody.port)):
        assert nobody.visitors == 0


@pytest.mark.parametrize("address", FORGED, ids=ascii)
def test_redirect_to_a_forged_address_is_not_followed(nobody, address):
    if not address.isprintable() or not address.isascii():
        pytest.skip("no header has it as it is")
    with Site({"/": (302, {"Location": address})}) as site:
        web = Web(NAMES, {PUBLIC: site}, nobody)
        answer = ask("http://public.example/", web)
    assert answer.status in {None, 302, 404}
    assert (set(web.connected), nobody.visitors) == ({PUBLIC}, 0)


def test_name_that_turns_inwards_is_refused_at_the_second_resolution(nobody):
    """The first host redirects to itself, and by then its name resolves to an internal address."""
    with Site({"/": (302, {"Location": "/again"}), "/again": (200, {})}) as site:
        web = Web({"public.example": [[PUBLIC], ["127.0.0.1"]]}, {PUBLIC: site}, nobody)
        answer = ask("http://public.example/", web)
    assert (answer.problem, web.connected, nobody.visitors) == (LinkProblem.PRIVATE, [PUBLIC], 0)


def test_name_is_resolved_once_for_all_requests_to_it(nobody):
    """HEAD and GET go to the address that was checked, although the name resolves to an internal one after that."""
    with Site({"HEAD /": (405, {}), "GET /": (200, {})}) as site:
        web = Web({"public.example": [[PUBLIC], ["127.0.0.1"]]}, {PUBLIC: site}, nobody)
        assert ask("http://public.example/", web).status == 200
    assert (web.resolved, web.connected, nobody.visitors) == (["public.example"], [PUBLIC, PUBLIC], 0)


@pytest.mark.parametrize(
    "block",
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24"),
        *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    ],
)
def test_no_block_that_is_not_public_is_taken_for_it_however_wrapped(block):
    network = ipaddress.IPv4Network(block)
    for inner in (network[0], network[1], network[-1]):
        number = int(inner)
        wrapped = [number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80]
        wrapped += [0x20010000 << 96 | 0x5DB8D822 << 64 | (number ^ 0xFFFFFFFF), 0xFFFF << 48 | number]
        assert not links.is_public(str(inner))
        for outer in wrapped:
            assert not links.is_public(str(ipaddress.IPv6Address(outer))), ipaddress.IPv6Address(outer)


@given(st.ip_addresses())
def test_public_is_what_python_calls_global_and_less(address):
    if links.is_public(str(address)):
        assert address.is_global
        assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast)


def test_public_addresses_are_public():
    for address in (PUBLIC, OTHER_PUBLIC, "8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        assert links.is_public(address)
    for address in ("", "x", "127.1", "8.8.8.8 ", "fe80::1%eth0", "1.2.3.4.5"):
        assert not links.is_public(address)


@given(st.text(max_size=60) | st.text(max_size=60).map("http://{}/".format))
def test_every_text_is_an_address_or_refused(text):
    try:
        found = links.parse_address(text)
    except NoResponse as error:
        assert error.problem == LinkProblem.ADDRESS  # noqa: PT017  both ways are right
        return
    assert found.scheme in {"http", "https"}
    assert found.port in {80, 443}
    assert found.host.isascii()
    assert (found.host + found.path).isprintable()
    assert " " not in found.path


# --- Replies of hosts


@pytest.fixture
def visit(nobody):
    """Checks a URL of public.example or other.example, which are the same site with these replies."""

    def visit(replies, address="http://public.example/page", **options):
        with Site(replies) as site:
            web = Web(
                {"public.example": [[PUBLIC]], "other.example": [[OTHER_PUBLIC]]},
                {PUBLIC: site, OTHER_PUBLIC: site},
                nobody,
            )
            answer = links.ask(address, user_agent="Waymark (+x)", resolve=web.resolve, connect=web.connect, **options)
        assert nobody.visitors == 0
        return answer, site

    return visit


def test_page_that_works_is_asked_once_by_head(visit):
    answer, site = visit({"/page?a=1&b=%20": (200, {})}, "http://public.example/page?a=1&b=%20#part")
    assert (answer.works, answer.broken, answer.status) == (True, False, 200)
    assert answer.address == "http://public.example/page?a=1&b=%20#part"
    assert site.asked == ["HEAD public.example/page?a=1&b=%20"]
    assert site.headers[0]["User-Agent"] == "Waymark (+x)"
    assert not {"Cookie", "Authorization", "Referer"} & set(site.headers[0])


def test_address_with_letters_of_any_script_is_asked_escaped(visit):
    _answer, site = visit({}, "http://public.example/straße/ü?q=ñ")
    assert site.asked[0] == "HEAD public.example/stra%C3%9Fe/%C3%BC?q=%C3%B1"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 500, 501])
def test_host_that_refuses_head_is_asked_by_get(visit, status):
    answer, site = visit({"HEAD /page": (status, {}), "GET /page": (200, {})})
    assert answer.works
    assert site.asked == ["HEAD public.example/page", "GET public.example/page"]


@pytest.mark.parametrize(
    ("status", "works", "broken"),
    [(200, True, False), (204, True, False), (404, False, True), (410, False, True)]
    + [(status, False, False) for status in (304, 400, 401, 403, 418, 429, 451, 500, 502, 503, 999)],
)
def test_only_what_is_not_found_or_gone_is_broken(visit, status, works, broken):
    answer, _site = visit({"/page": (status, {})})
    assert (answer.status, answer.works, answer.broken) == (status, works, broken)


@pytest.mark.parametrize("status", [429, 503])
def test_busy_host_is_not_asked_a_second_time(visit, status):
    answer, site = visit({"/page": (status, {"Retry-After": "120"})})
    assert (answer.status, answer.retry_after, answer.host) == (status, "120", "public.example")
    assert len(site.asked) == 1


def test_permanent_redirects_tell_the_final_address(visit):
    replies = {
        "/page": (301, {"Location": "http://other.example/new page"}),
        "/new%20page": (308, {"Location": "/newer"}),
        "/newer": (302, {"Location": "/newer/en"}),
        "/newer/en": (301, {"Location": "/newer/en/"}),
        "/newer/en/": (200, {}),
    }
    answer, site = visit(replies)
    assert (answer.works, answer.address, answer.host) == (True, "http://other.example/newer", "other.example")
    assert len(site.asked) == 5


def test_temporary_redirect_is_no_new_address(visit):
    answer, _site = visit({"/page": (302, {"Location": "/en"}), "/en": (200, {})})
    assert (answer.works, answer.address) == (True, "http://public.example/page")


def test_redirect_to_a_page_that_is_gone_is_broken(visit):
    answer, _site = visit({"/page": (301, {"Location": "/en"})})
    assert (answer.broken, answer.status, answer.address) == (True, 404, "http://public.example/en")


def test_redirect_without_a_place_proves_nothing(visit):
    answer, _site = visit({"/page": (302, {})})
    assert (answer.status, answer.works, answer.broken) == (302, False, False)


def test_sixth_redirect_is_not_followed(visit):
    answer, site = visit({"/page": (302, {"Location": "/page"})})
    assert (answer.problem, answer.broken) == (LinkProblem.REDIRECTS, False)
    assert len(site.asked) == 6


def test_turn_is_waited_for_before_each_request(visit):
    hosts = []
    replies = {"/page": (301, {"Location": "http://other.example/x"}), "HEAD /x": (405, {}), "GET /x": (200, {})}
    visit(replies, before=hosts.append)
    assert hosts == ["public.example", "other.example", "other.example"]


def test_what_the_waiting_raises_ends_the_asking(visit):
    def never(host):
        raise LookupError(host)

    with pytest.raises(LookupError):
        visit({}, before=never)


def test_proxies_of_the_environment_are_not_used(visit, nobody, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{nobody.port}")
    answer, _site = visit({"/page": (200, {})})
    assert answer.works


def test_page_itself_is_not_read(nobody):
    """The endless body of a reply to GET is not read."""
    with talker(b"HTTP/1.1 405 No\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000) as port:
        answer = links.ask(
            "http://public.example/",
            user_agent="test",
            resolve=lambda host, port: [PUBLIC],
            connect=lambda address, _port, seconds: socket.create_connection(("127.0.0.1", port), seconds),
        )
    assert answer.works


class talker:  # noqa: N801  reads as a function
    """Sends one of these to each connection and keeps it open; if `slowly`, the first one a byte at a time."""

    def __init__(self, *texts: bytes, slowly: float = 0) -> None:
        self.texts, self.slowly = list(texts), slowly
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.talk, daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        return self.listener.getsockname()[1]

    def __exit__(self, *error: object) -> None:
        self.listener.close()
        self.thread.join(5)

    def talk(self) -> None:
        for text in self.texts:
            try:
                connection, _address = self.listener.accept()
                with connection:
                    connection.recv(65_536)
                    if not self.slowly:
                        connection.sendall(text)
                    for byte in text if self.slowly else b"":
                        connection.sendall(bytes([byte]))
                        time.sleep(self.slowly)
            except OSError:
                pass


def ask_port(port):
    return links.ask(
        "http://public.example/",
        user_agent="test",
        resolve=lambda host, _port: [PUBLIC],
        connect=lambda address, _port, seconds: socket.create_connection(("127.0.0.1", port), seconds),
    )


def test_host_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr(links, "SECONDS", 0.3)
    began = time.monotonic()
    with talker(*[b"HTTP/1.1 200 OK\r\nLocation: " + b"x" * 1000] * 2, slowly=0.05) as port:
        answer = ask_port(port)
        took = time.monotonic() - began
    assert (answer.problem, answer.broken) == (LinkProblem.NO_ANSWER, False)
    assert took < 2


@pytest.mark.parametrize("text", [b"", b"hello\r\n\r\n", b"\x00" * 70_000, b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_not_http_is_no_answer(text):
    with talker(text, text) as port:
        assert ask_port(port).problem == LinkProblem.NO_ANSWER


def test_host_that_is_down_is_broken_and_its_next_address_is_tried(nobody):
    def refuse(address, port, seconds):
        raise ConnectionRefusedError

    answer = links.ask("http://public.example/", user_agent="test", resolve=lambda *_: [PUBLIC], connect=refuse)
    assert (answer.problem, answer.broken) == (LinkProblem.NO_CONNECTION, True)
    with Site({"/": (200, {})}) as site:
        web = Web({"public.example": [[OTHER_PUBLIC, PUBLIC]]}, {PUBLIC: site}, nobody)

        def second(address, port, seconds):
            if address != PUBLIC:
                raise OSError("no route")
            return web.connect(address, port, seconds)

        assert links.ask("http://public.example/", user_agent="t", resolve=web.resolve, connect=second).works


@pytest.mark.parametrize(
    ("errno", "problem", "broken"),
    [
        (socket.EAI_NONAME, LinkProblem.NO_HOST, True),
        (socket.EAI_AGAIN, LinkProblem.NO_RESOLVER, False),
        (socket.EAI_FAIL, LinkProblem.NO_RESOLVER, False),
    ],
)
def test_unknown_host_is_broken_and_a_resolver_that_is_away_proves_nothing(errno, problem, broken):
    def resolve(host, port):
        raise socket.gaierror(errno, "said so")

    answer = links.ask("http://public.example/", user_agent="test", resolve=resolve)
    assert (answer.problem, answer.broken) == (problem, broken)


# --- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with the key and the self-signed certificate of public.example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "public.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("public.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(pem))
    return file


@pytest.mark.parametrize(
    ("address", "trusted", "problem"),
    [
        ("https://public.example/", True, None),
        ("https://public.example./", True, None),
        ("https://other.example/", True, LinkProblem.NOT_SECURE),
        ("https://public.example/", False, LinkProblem.NOT_SECURE),
    ],
)
def test_certificate_is_of_the_name_although_the_connection_goes_to_the_address(
    nobody, certificate, monkeypatch, address, trusted, problem
):
    if trusted:
        monkeypatch.setattr(links, "_trust", lambda: ssl.create_default_context(cafile=certificate))
    context, names = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with Site({"/": (200, {})}, context) as site:
        web = Web({"public.example": [[PUBLIC]], "other.example": [[PUBLIC]]}, {PUBLIC: site}, nobody)
        answer = ask(address, web)
    assert (answer.problem, answer.broken, answer.works) == (problem, False, problem is None)
    assert names == [address.split("/")[2].removesuffix(".")]
    assert web.connected == [PUBLIC]


# --- Patience


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("999999999", timedelta(days=30)),
        ("Wed, 25 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Wed, 25 Nov 2026 13:00:00 -0000", timedelta(hours=1)),
        ("Wed, 25 Nov 2020 13:00:00 GMT", timedelta()),
        ("-5", timedelta()),
        ("soon", timedelta()),
        ("", timedelta()),
    ],
)
def test_patience_is_seconds_or_a_date(said, wanted):
    assert links.patience(said, now=NOW) == wanted

import pytest
from django.test import RequestFactory

from accounts.client_ip import client_ip

CLIENT, PROXY, FORGED = "198.51.100.7", "10.0.0.2", "203.0.113.9"


def asked_through(header: str | None, peer: str = PROXY) -> str:
    headers = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    return client_ip(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, None, PROXY),
        (0, FORGED, PROXY),
        (1, None, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"{FORGED}, {CLIENT}", CLIENT),
        (1, f"{FORGED},{FORGED},{FORGED}, {CLIENT}", CLIENT),
        (1, f"{CLIENT}:4711", CLIENT),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.7", CLIENT),
        (1, "garbage", PROXY),
        (1, f"{FORGED}, ", PROXY),
        (2, f"{CLIENT}, {PROXY}", CLIENT),
        (2, f"{FORGED}, {CLIENT}, {PROXY}", CLIENT),
        (2, FORGED, PROXY),
    ],
)
def test_client_ip_counts_proxies_from_the_end(settings, proxies, header, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert asked_through(header) == expected


def test_client_ip_is_empty_on_a_socket_without_proxy(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    assert asked_through(None, peer="") == ""

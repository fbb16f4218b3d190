import pytest

from accounts.browsers import describe

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ("Firefox", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0 Safari/537.36", ("Chrome", "Windows")),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/142.0 Safari/537.36 Edg/142.0", ("Edge", "Windows")),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0 Safari/537.36 OPR/120", ("Opera", "Linux")),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0) {WEBKIT} Chrome/142.0 Safari/537.36", ("Chrome", "ChromeOS")),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0 Mobile Safari/537.36", ("Chrome", "Android")),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/28.0 Chrome/130 Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15", ("Safari", "macOS")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) Version/26.0 Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) CriOS/142.0 Safari/604.1", ("Chrome", "iPad")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) FxiOS/145.0 Safari/605.1", ("Firefox", "iPhone")),
        ("curl/8.14.1", ("", "")),
        ("", ("", "")),
        ("<script>alert(1)</script> Windows", ("", "Windows")),
    ],
)
def test_browser_and_system_are_named_and_nothing_else_is_kept(header, names):
    assert describe(header) == names

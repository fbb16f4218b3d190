"""The cache of the proxy while two learners and a visitor request the same addresses in turn: no one gets anything of another."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection

from tests.attack.browser import Browser
from tests.attack.classroom import PASSWORD, accounts
from tests.attack.site import Finding, Site, equal

ROUNDS = 40  # requests of each address by each of the three
TOGETHER = 8
LEAST_KEPT = 20  # answers from the cache; with fewer, the cache was not tested
# Public pages, pages of the learner, and addresses below both that look like a file.
PATHS = (
    "/", "/skills/", "/skills/python/", "/roles/", "/skills/python/x.css", "/dashboard/", "/log/", "/settings/", "/settings/x.css",
    "/dashboard/logo.png", "/api/v1/me/", "/api/v1/skills/python/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    who: str  # a word that only the pages of this learner have; empty for a visitor
    status: int  # 0 without an answer
    body: str
    cache: str
    control: str
    sets_cookie: bool


def ask(port: int, path: str, who: str, cookies: str) -> Shown:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"} | ({"Cookie": cookies} if cookies else {}))
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
    except OSError:
        return Shown(who, 0, "", "", "", sets_cookie=False)
    finally:
        connection.close()
    headers = response.headers
    cache, control = headers.get("X-Cache", ""), headers.get("Cache-Control", "")
    return Shown(who, response.status, body, cache, control, sets_cookie="Set-Cookie" in headers)


def mixed(site: Site) -> list[Finding]:
    site.start_nginx()
    with accounts(site, 2) as names:
        who = {"": ""}
        for number, name in enumerate(names):
            browser, word = Browser(site.proxy_port), f"canary-{number}"
            browser.log_in(name, PASSWORD)
            browser.submit("/settings/", name=word, time_zone="UTC")
            who[word] = "; ".join(f"{cookie}={value}" for cookie, value in browser.cookies.items())
        asked = [(path, *one) for path in PATHS for one in who.items() for _round in range(ROUNDS)]
        random.Random(61).shuffle(asked)
        with ThreadPoolExecutor(TOGETHER) as threads:
            shown = list(threads.map(lambda one: ask(site.proxy_port, *one), asked))
    words = set(who) - {""}
    own = [answer for answer in shown if answer.who and answer.who in answer.body]
    kept = [answer for answer in shown if answer.cache in {"HIT", "STALE", "UPDATING"}]
    return [
        equal(
            f"{len(shown):,} answers in turn: with a word of another",
            sum(word in answer.body for answer in shown for word in words - {answer.who}),
            0,
        ),
        equal("without an answer, or a fault", sum(not 0 < answer.status < 500 for answer in shown), 0),
        Finding("with their own word", str(len(own)), f">= {2 * ROUNDS}", len(own) >= 2 * ROUNDS),
        equal("of these, those that may be kept", sum("no-store" not in answer.control for answer in own), 0),
        Finding("out of the cache", str(len(kept)), f">= {LEAST_KEPT}", len(kept) >= LEAST_KEPT),
        equal("of these, to a learner, or with a cookie", sum(bool(a.who) or a.sets_cookie for a in kept), 0),
    ]

"""Whether the time of an answer reveals if an account exists: password reset and sign-up, for known and unknown addresses, with
slow mail servers. Also checks that no email is lost in the meantime."""

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlencode

from embedded.processes import wait_for
from tests.attack.site import Finding, Site, at_most, equal

DELAYS = (0.0, 0.15, 4.0)  # seconds before each reply of the mail server
REQUESTS = 30  # for known addresses, and as many for unknown ones
MOST_APART_MS = 20
TRIES = 3  # on a busy machine a median of thirty may differ by more than that; a real difference shows in every try
SLOWEST_MS = 3_500  # less than one reply of the slowest mail server
DELIVERED_SECONDS = 90  # to deliver what is left when the mail server is quick again
PASSWORD = "four words nobody guesses"
ACCOUNTS = """
from allauth.account.models import EmailAddress
from accounts.models import User
users = User.objects.bulk_create([User(email=f"known{n}@example.org", password="!") for n in range(%d)])
EmailAddress.objects.bulk_create([EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users])
"""


@dataclass(frozen=True)
class Form:
    """A page's form as a browser without a session sends it."""

    path: str
    cookie: str
    token: str
    fields: dict[str, str]

    @classmethod
    def at(cls, site: Site, path: str, **fields: str) -> "Form":
        connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', response.read().decode())
        [cookie] = [part.split(";")[0] for part in response.headers.get_all("Set-Cookie") or [] if "csrf" in part]
        connection.close()
        return cls(path, cookie, token, fields)

    def send(self, site: Site, email: str, number: int) -> float:
        """Seconds until the answer. Each request has a source address of its own, of which loopback has millions."""
        source = f"127.0.{1 + number // 200}.{1 + number % 200}"
        connection = HTTPConnection("127.0.0.1", site.port, timeout=60, source_address=(source, 0))
        body = urlencode({"csrfmiddlewaretoken": self.token, "email": email, **self.fields})
        headers = {"Host": "localhost", "Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        started = time.perf_counter()
        connection.request("POST", self.path, body, headers)
        status = connection.getresponse().status
        seconds = time.perf_counter() - started
        connection.close()
        if status != 302:
            raise RuntimeError(f"{self.path} answers {status}")
        return seconds


class Series:
    """A series of requests, each from another source address, and the recipients whom they make us email."""

    def __init__(self, site: Site) -> None:
        self.site, self.number, self.slowest = site, 0, 0.0
        self.wanted: set[str] = set()

    def measure(self, form: Form, *, told: bool) -> tuple[float, float]:
        """Median milliseconds for known and unknown addresses, requested in turn. `told`: unknown ones get an email, too."""
        for _try in range(TRIES):
            times: dict[str, list[float]] = {"known": [], "unknown": []}
            for _request in range(REQUESTS):
                for kind, measured in times.items():
                    email = f"{kind}{self.number // 2}@example.org"
                    measured.append(form.send(self.site, email, self.number) * 1000)
                    self.number += 1
                    if kind == "known" or told:
                        self.wanted.add(email)
            self.slowest = max(self.slowest, *map(max, times.values()))
            known, unknown = map(median, times.values())
            if abs(known - unknown) <= MOST_APART_MS:
                break
        return known, unknown


def medians(site: Site) -> list[Finding]:
    site.python(ACCOUNTS % (REQUESTS * TRIES * len(DELAYS) * 2))
    site.start_worker()
    wait_for(lambda: not waiting(site), seconds=DELIVERED_SECONDS, pause=0.5)  # emails that other scenarios have left
    earlier = len(site.mail.accepted)
    forms = {
        "reset": Form.at(site, "/accounts/password/reset/"),
        "sign-up": Form.at(site, "/accounts/signup/", password1=PASSWORD),
    }
    series = Series(site)
    found: list[Finding] = []
    try:
        for delay in DELAYS:
            site.mail.delay = delay
            for name, form in forms.items():
                known, unknown = series.measure(form, told=name == "sign-up")
                what = f"{name}, {delay:g} s a reply: {known:.0f} and {unknown:.0f} ms, apart"
                found.append(at_most(what, abs(known - unknown), MOST_APART_MS, "ms"))
    finally:
        site.mail.delay = 0.0
    found.append(at_most("slowest answer of all", series.slowest, SLOWEST_MS, "ms"))
    wait_for(lambda: not waiting(site), seconds=DELIVERED_SECONDS, pause=0.5)
    mails = site.mail.accepted[earlier:]
    came = {re.search(rb"^To: (\S+)", mail, re.MULTILINE)[1].decode() for mail in mails}  # type: ignore[index]
    return [
        *found,
        equal("emails that did not come", len(series.wanted - came), 0),
        equal("emails to others", len(came - series.wanted), 0),
    ]


def waiting(site: Site) -> object:
    [[count]] = site.query("SELECT count(*) FROM accounts_outgoingmail")
    return count

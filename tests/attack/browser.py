"""A minimal browser for forms: cookies, the token of a form, and an IP address of its own to call from."""

import re
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

ADDRESS = "127.0.0.1"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PATIENCE = 75.0  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    status: int  # 0 without a response
    location: str = ""
    body: str = ""


class Browser:
    def __init__(self, port: int, address: str = ADDRESS, **headers: str) -> None:
        self.port, self.address, self.headers = port, address, headers
        self.cookies: dict[str, str] = {}
        self._token = ""

    def open(self, path: str) -> Answer:
        answer = self._ask("GET", path)
        if found := TOKEN.search(answer.body):
            self._token = found[1]
        return answer

    def send(self, path: str, **fields: str) -> Answer:
        """Submit the form of the page that was opened last."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self._token, **fields}))

    def submit(self, path: str, **fields: str) -> Answer:
        self.open(path)
        return self.send(path, **fields)

    def log_in(self, email: str, password: str) -> int:
        return self.submit("/accounts/login/", login=email, password=password).status

    def reset(self, link: str, password: str) -> int:
        """Open the link of an email and choose a password. Returns the status."""
        form = self.open(urlsplit(link).path).location
        return self.submit(form, password1=password).status

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=(self.address, 0))
        headers = {"Host": "localhost", "Connection": "close", **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except OSError:
            return Answer(0)
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies.update((name, morsel.value) for name, morsel in SimpleCookie(cookie).items())
        return Answer(response.status, response.headers.get("Location", ""), text)

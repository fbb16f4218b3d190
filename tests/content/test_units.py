"""Claims of the units of the first milestones, tested: figures, status codes, output of Git. No network except loopback."""

import ast
import json
import math
import random
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer, SimpleHTTPRequestHandler
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from guidance.catalog import unit_text
from tests.content.figures import CONTENT, code_of, front, text_of, wilson

PARSERS: dict[str, Callable[[str], Any]] = {"python": ast.parse, "json": json.loads}


@contextmanager
def serving(handler: Callable[..., Any]) -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "milestone",
    [
        "first-program",
        "first-model-calls",
        "model-in-a-program",
        "programs-others-can-run",
        "first-predictions",
        "answer-from-documents",
        "see-what-models-do",
        "who-could-be-harmed",
        "measure-what-users-get",
        "design-for-error",
        "what-the-law-asks",
    ],
)
def test_every_step_of_the_milestone_has_units(milestone):
    steps = [pair for step in front("milestones", milestone)["steps"] for pair in step.items()]
    assert [(slug, level) for slug, level in steps if level not in front("skills", slug).get("units", {})] == []


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str, str]]:
    """Skill, unit and text of everything to do or build."""
    return [
        (slug, unit["id"], text)
        for slug in sorted(path.stem for path in CONTENT.glob("skills/*.md"))
        for units in front("skills", slug).get("units", {}).values()
        for unit in units
        if (text := unit.get("do") or unit.get("build"))
    ]


def test_each_unit_says_when_it_is_done(texts):
    assert [(slug, unit) for slug, unit, text in texts if not unit_text.parted(text)[2]] == []


def test_code_of_units_can_be_parsed(texts):
    found = [(slug, unit, block) for slug, unit, text in texts for block in unit_text.blocks(text)]
    code = [(slug, unit, block) for slug, unit, block in found if block.language in PARSERS]
    assert code
    for slug, unit, block in code:
        try:
            PARSERS[block.language]("\n".join(block.lines))
        except (SyntaxError, ValueError) as error:
            pytest.fail(f"{slug}: {unit}: {error}")


def test_nothing_asks_for_tests_or_classes_before_the_milestone_that_teaches_them():
    steps = [
        pair
        for milestone in ("first-program", "first-model-calls")
        for step in front("milestones", milestone)["steps"]
        for pair in step.items()
        if pair != ("error-analysis", 2)  # needed only for a project that has to be chosen
    ]
    asks = re.compile(r"\bpytest\b|\bPydantic\b|\bdataclass|\bclass(es)?\b|\btests? (shows?|passe?s?)\b", re.IGNORECASE)
    texts = [
        (slug, unit["id"], text)
        for slug, level in steps
        for unit in front("skills", slug)["units"][level]
        if (text := unit.get("do") or unit.get("build")) and asks.search(text)
    ]
    assert texts == []


def test_a_package_is_installed_in_an_environment_before_one_is_asked_for():
    both = [unit for skill in ("programming-basics", "python") for unit in front("skills", skill)["units"][1]]
    ids = [unit["id"] for unit in both]
    assert ids[0] == "set-up"
    assert ids.index("functions-and-exceptions") < ids.index("guess-the-number")
    assert "pip install" in text_of("python", 1, "packages-and-environments")
    assert ids[-1] == "packages-and-environments"  # units of other skills refer to “the last unit of Python 1”
    earlier = both[: ids.index("packages-and-environments")]
    assert [unit["id"] for unit in earlier if "pip" in str(unit.get("do") or unit.get("build"))] == []


def test_temperatures_are_those_of_the_sheet():
    text, scores = text_of("large-language-models", 1, "temperature-sheet"), (2, 1, 0.5, 0, -1)
    for temperature in (0.2, 1, 2):
        weights = [math.exp(score / temperature) for score in scores]
        assert f"{100 * weights[0] / sum(weights):.1f}%" in text


def test_two_equal_prompts_differ_as_often_as_the_unit_says():
    text = text_of("llm-evaluation", 1, "chance-of-a-difference")
    of = [math.comb(20, right) * 0.8**right * 0.2 ** (20 - right) for right in range(21)]
    for least in (2, 4):
        share = sum(a * b for i, a in enumerate(of) for j, b in enumerate(of) if abs(i - j) >= least)
        assert f"about {100 * share:.0f}%" in text


def test_kappa_is_that_of_the_example():
    text = text_of("error-analysis", 2, "second-reader")
    first = ["A"] * 15 + ["B"] * 10 + ["C"] * 5
    second = ["A"] * 13 + ["B"] * 2 + ["B"] * 8 + ["A"] * 2 + ["C"] * 3 + ["A"] * 2
    agreed = sum(map(str.__eq__, first, second))
    one, other = Counter(first), Counter(second)
    by_chance = sum(one[type_] * other[type_] for type_ in one) / len(first) ** 2
    kappa = (agreed / len(first) - by_chance) / (1 - by_chance)
    assert f"{agreed} of {len(first)}" in text
    assert f"{100 * by_chance:.1f}%" in text
    assert f"kappa is {kappa:.2f}" in text


def test_the_small_server_gives_the_five_status_codes(tmp_path):
    assert "200" in text_of("http-apis", 1, "five-status-codes")
    (tmp_path / "note.txt").write_text("hello")
    (tmp_path / "folder").mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None: ...

    with serving(partial(Quiet, directory=str(tmp_path))) as server:

        def ask(method: str, path: str, **headers: str) -> tuple[int, str | None]:
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            connection.close()
            return answer.status, answer.headers["Last-Modified"]

        status, modified = ask("GET", "/note.txt")
        assert (status, ask("GET", "/none")[0], ask("GET", "/folder")[0], ask("POST", "/note.txt")[0]) == (
            200,
            404,
            301,
            501,
        )
        assert ask("GET", "/note.txt", If_Modified_Since=str(modified))[0] == 304


class Busy(BaseHTTPRequestHandler):
    """Refuses twice, then answers; always answers 401 at /locked."""

    answers = ((429, "7", {}), (503, None, {}), (200, None, {"text": "hello"}))
    asked = 0

    def do_POST(self) -> None:
        status, after, body = (401, None, {}) if self.path == "/locked" else self.answers[min(Busy.asked, 2)]
        Busy.asked += 1
        data = json.dumps(body).encode()
        self.send_response(status)
        if after:
            self.send_header("Retry-After", after)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None: ...


def call(port: int, path: str, *, retries: int = 3, sleep: Callable[[float], None] = time.sleep) -> Any:
    """A call as the unit teaches it: a timeout, three retries, and growing random pauses that respect Retry-After."""
    attempt = 0
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("POST", path, body=b"{}")
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if answer.status == 200:
            return json.loads(data)
        if answer.status not in {429, 500, 502, 503, 504} or attempt == retries:
            raise RuntimeError(answer.status)
        sleep(float(answer.headers["Retry-After"] or 2**attempt * random.uniform(0.5, 1.5)))
        attempt += 1


def test_a_call_survives_a_server_that_refuses_twice():
    assert "429, then 503, then 200" in text_of("llm-apis", 2, "timeout-and-retries")
    Busy.asked, pauses = 0, []
    with serving(Busy) as server:
        assert call(server.server_port, "/", sleep=pauses.append) == {"text": "hello"}
        assert Busy.asked == 3
        assert pauses[0] == 7
        assert 1 <= pauses[1] <= 3
        with pytest.raises(RuntimeError, match="401"):
            call(server.server_port, "/locked", sleep=pauses.append)
    assert (Busy.asked, len(pauses)) == (4, 2)


def test_the_daily_limit_refuses_the_fourth_call():
    assert "the third call succeeds and the fourth is refused" in text_of("llm-apis", 2, "cost-log")
    spent, calls = 0.0, 0
    while spent < 0.001:
        spent += (1000 * 0.20 + 250 * 0.80) / 1_000_000
        calls += 1
    assert calls == 3


RECEIPT = {
    "type": "object",
    "required": ["day", "lines", "total"],
    "properties": {"day": {"type": ["string", "null"]}, "lines": {"type": "array"}, "total": {"type": "integer"}},
    "additionalProperties": False,
}


def extracted(answers: Iterator[str], *, retries: int = 2) -> tuple[Any, list[str]]:
    """Validate, send the error back and ask again. Returns the record or None, and the requests."""
    asked = ["the text"]
    for _ in range(retries + 1):
        record = json.loads(next(answers))
        try:
            jsonschema.validate(record, RECEIPT)
            if sum(record["lines"]) == record["total"]:
                return record, asked
            asked.append("the lines do not add up to the total")
        except jsonschema.ValidationError as error:
            asked.append(error.message)
    return None, asked


def test_a_bounded_retry_accepts_the_third_answer_and_gives_up_after_it():
    text = text_of("structured-outputs", 2, "bounded-retry")
    assert "ends after three calls" in text
    assert "each repeated request held the error of the answer before" in text
    lacks, adds_up_wrong = '{"lines": [], "total": 0}', '{"day": null, "lines": [250], "total": 260}'
    right = '{"day": null, "lines": [250], "total": 250}'
    record, asked = extracted(iter([lacks, adds_up_wrong, right]))
    assert record == json.loads(right)
    assert len(asked) == 3
    assert "'day' is a required property" in asked[1]
    assert "do not add up" in asked[2]
    always_wrong = iter([lacks] * 9)
    record, _ = extracted(always_wrong)
    assert record is None
    assert len(list(always_wrong)) == 9 - 3


def test_a_schema_names_the_field_of_three_wrong_receipts_and_json_the_place_of_the_fourth():
    text = text_of("structured-outputs", 1, "schema-and-five-records")
    assert "json_path and message of the ValidationError name the field of three others" in text
    schema = {
        "type": "object",
        "required": ["date", "currency", "total"],
        "properties": {"currency": {"enum": ["EUR", "USD"]}, "total": {"type": "integer"}},
    }
    whole = {"date": "2026-11-30", "currency": "EUR", "total": 250}
    jsonschema.validate(whole, schema)
    lacking = {name: value for name, value in whole.items() if name != "date"}
    for wrong, field in (
        (lacking, "date"),
        ({**whole, "total": "two"}, "total"),
        ({**whole, "currency": "YEN"}, "currency"),
    ):
        with pytest.raises(jsonschema.ValidationError) as refused:
            jsonschema.validate(wrong, schema)
        assert field in refused.value.json_path + refused.value.message
    with pytest.raises(json.JSONDecodeError, match="column"):
        json.loads(json.dumps(whole)[:20])


def test_a_key_that_was_removed_is_still_in_the_history(tmp_path):
    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        alone = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null"]
        return subprocess.run(["git", *alone, *arguments], cwd=tmp_path, text=True, capture_output=True, check=False)

    git("init", "--quiet")
    for line in ("KEY = 'invented-123'", "KEY = environ['KEY']"):
        (tmp_path / "conf.py").write_text(line)
        git("add", "conf.py")
        git("commit", "--quiet", "-m", line[:5])
    assert git("grep", "invented-123").returncode == 1
    assert len(git("log", "--all", "--oneline", "-S", "invented-123").stdout.splitlines()) == 2
    for skill, level, unit in (("git", 2, "secret-in-history"), ("llm-apis", 1, "key-outside-the-code")):
        assert "two commits" in text_of(skill, level, unit)


def test_an_hour_is_missing_on_the_day_of_the_clock_change():
    text, zone = text_of("python", 2, "dates-that-mislead"), ZoneInfo("Europe/Berlin")
    start, end = datetime(2026, 3, 28, 12, tzinfo=zone), datetime(2026, 3, 29, 12, tzinfo=zone)
    hours = (end - start).total_seconds() / 3600, (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600
    assert hours == (24, 23)
    assert "you get 24" in text
    assert "and 23 after" in text


def test_the_middle_finds_any_number_to_a_hundred_in_seven_tries():
    assert "never takes more than seven tries" in text_of("programming-basics", 1, "guess-the-number")

    def tries(secret: int, low: int = 1, high: int = 100) -> int:
        middle = (low + high) // 2
        if middle == secret:
            return 1
        return 1 + (tries(secret, middle + 1, high) if middle < secret else tries(secret, low, middle - 1))

    assert max(map(tries, range(1, 101))) == 7


def test_measures_of_retrieval_are_those_of_the_examples():
    found, right = [3, 1, 7, 2, 9], {1, 2, 8}
    hits = right.intersection(found)
    text = text_of("rag-evaluation", 1, "recall-and-precision")
    assert f"recall is {len(hits) / len(right):.2f}, precision {len(hits) / len(found):.1f}" in text
    assert [number in right for number in found].index(True) + 1 == 2
    grades = [0, 2, 1, 0, 0]
    gain, ideal, more = (
        sum(grade / math.log2(rank + 1) for rank, grade in enumerate(order, 1))
        for order in (grades, sorted(grades, reverse=True), sorted([*grades, 2], reverse=True)[:5])
    )
    text = text_of("rag-evaluation", 2, "measures-in-code")
    assert f"nDCG of {gain / ideal:.2f}, but {gain / more:.2f} if one more passage, of grade 2, was not found" in text


def test_the_interval_of_thirty_in_forty_is_wilsons():
    low, high = wilson(30, 40)
    for skill, unit in (("hallucination-mitigation", "both-rates-together"), ("llm-evaluation", "spread-of-the-same")):
        assert f"about {100 * low:.0f}% to {100 * high:.0f}% (Wilson" in text_of(skill, 2, unit)


def test_passages_and_weights_are_those_of_the_examples():
    passages = [range(start, min(start + 150, 1000)) for start in range(0, 1000, 150 - 50)]
    assert (len(passages), len(passages[-1])) == (10, 100)
    assert "gives ten passages, the last with 100 words" in text_of(
        "retrieval-augmented-generation", 1, "split-and-search-by-words"
    )
    together, weighted = (9 + 5) / 20, 0.9 * 0.9 + 0.1 * 0.5
    text = text_of("evaluation-datasets", 2, "random-or-stratified")
    assert f"are {100 * together:.0f}% together, and {100 * weighted:.0f}%" in text


def test_rates_and_ranges_of_a_risk_are_those_of_the_examples():
    text = text_of("ai-ethics", 1, "which-error-is-worse")
    assert (
        f"In the first, {100 * 45 / (45 + 190):.0f}% of the alarms are right, in the second {100 * 35 / (35 + 40):.0f}%"
        in text
    )
    (low, high), (least, most) = wilson(40, 50), wilson(15, 25)
    text = text_of("responsible-ai", 2, "by-group")
    assert f"about {100 * low:.0f}% to {100 * high:.0f}% and {100 * least:.0f}% to {100 * most:.0f}% (Wilson)" in text
    assert f"up to about {100 * wilson(0, 20)[1]:.0f}% (Wilson)" in text_of("responsible-ai", 2, "run-two")


def test_agreement_choice_and_cost_are_those_of_the_examples():
    observed, yes = (12 + 4) / 20, (12 + 2) / 20
    chance = yes * yes + (1 - yes) ** 2
    text = text_of("human-evaluation", 1, "beyond-chance")
    assert f"{100 * observed:.0f}% agreement; by chance {100 * chance:.0f}%" in text
    assert f"kappa is {(observed - chance) / (1 - chance):.2f}" in text
    low, high = wilson(26, 40)
    assert f"about {100 * low:.0f}% to {100 * high:.0f}% (Wilson)" in text_of(
        "human-evaluation", 2, "choice-with-an-interval"
    )
    call = (1000 * 2 + 2000 * 0.2 + 400 * 8) / 1_000_000
    assert f"you get {call:.4f}" in text_of("ai-cost-control", 1, "price-of-one-call")
    assert f"but {sum(range(300, 3001, 300)):,}" in text_of("ai-cost-control", 1, "long-conversation")


def due(request: date) -> date:
    """One month later, on the same date or the month's last day, moved to the next working day."""
    following = (request.replace(day=1) + timedelta(days=31)).replace(day=1)
    end = (following + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    found = min(following + timedelta(days=request.day - 1), end)
    while found.weekday() >= 5:
        found += timedelta(days=1)
    return found


def test_a_request_for_access_is_due_on_the_days_that_the_unit_names():
    text = text_of("data-privacy", 2, "last-day-to-answer")
    assert due(date(2026, 9, 3)) == date(2026, 10, 5)
    assert due(date(2027, 1, 31)) == date(2027, 3, 1)
    assert "of 3 September 2026 is due on 5 October, one of 31 January 2027 on 1 March" in text


def test_the_fake_of_a_model_service_answers():
    text = text_of("software-testing", 2, "fake-model-service")
    fake, program = code_of(text)
    exec(fake, scope := {})
    exec(program, names := {})
    with scope["server"] as server:
        assert names["ask"](scope["address"], "When does the library open?") == "Hello"
        assert scope["Fake"].received == [{"question": "When does the library open?"}]
        for reply in ((200, '{"name": "pay", "arguments": {}}'), (200, '{"answer": "He'), (429, ""), None):
            scope["Fake"].reply = reply
            with pytest.raises((KeyError, ValueError, OSError)):  # which the learner turns into a ModelError
                names["ask"](scope["address"], "Hi")
        server.shutdown()


def test_only_the_third_double_refuses_the_wrong_argument():
    text = text_of("software-testing", 2, "mock-that-agrees-with-everything")
    assert "the first two pass although the call is wrong, the third fails with a TypeError" in text
    names: dict[str, Any] = {}
    exec(code_of(text)[0], names)
    for double in (mock.Mock(), mock.Mock(spec=names["Client"])):
        names["summary"](double, "Hello")
    with pytest.raises(TypeError, match="max_tokens"):
        names["summary"](mock.create_autospec(names["Client"], instance=True), "Hello")

"""The fault runs: what is due, what is killed in the meantime, and what has to be true when nothing is left to do."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from tests.chaos.house import GROUPS, SENDERS, House

LOOK_SECONDS = 0.2  # between two reads of the peer's file
SKILLS = 8  # in the catalogue
SLOWEST = 5  # emails a second; a slower run has failed
EXAMPLES = 5
A_FAULT_SECONDS = 20  # additional time for each fault
EXTRA_SECONDS = 600  # the pauses of an email that needs all its five attempts add up to 516 s
FINISHED = (
    "SELECT (SELECT count(*) FROM reminders_schedule WHERE is_on AND next_at <= now()), "
    "(SELECT count(*) FROM reminders_delivery WHERE state IN ('due', 'claimed', 'sending'))"
)


@dataclass(frozen=True)
class Run:
    name: str
    faults: tuple[str, ...] = ()  # taken in turn
    beats: int = 1
    bad_answers: bool = False  # whether the peer answers with errors
    late: str = "0"  # hours since a reminder was due; an SQL expression over its learner
    planned: bool = False  # whether the reminders of every third learner were in the ledger when the wake-ups stopped
    expired: str = "false"  # which reminders are too late; an SQL expression over the learner
    bound: Callable[["Outcome"], int] | None = None  # of duplicates; the number that the ledger admits is another bound


@dataclass
class Outcome:
    run: str
    seed: int
    mails: int = 0
    faults: int = 0
    senders_killed: int = 0
    accepted: int = 0
    refused: int = 0
    expired: int = 0
    duplicates: int = 0
    ambiguous: int = 0
    bound: int = 0
    lost: int = 0
    not_accepted: int = 0  # marked as sent, although the peer never accepted them
    twice_a_day: int = 0  # learners with two emails of one date
    unknown: int = 0  # emails that are not in the ledger
    unfinished: int = 0
    wrongly_expired: int = 0
    seconds: float = 0.0
    examples: list[str] = field(default_factory=list)  # rows of the ledger that were lost or are not finished

    @property
    def failures(self) -> list[str]:
        checks = {
            "lost": self.lost == 0,
            "duplicates": self.duplicates <= self.bound,
            "not_accepted": self.not_accepted == 0,
            "twice_a_day": self.twice_a_day == 0,
            "unknown": self.unknown == 0,
            "unfinished": self.unfinished == 0,
            "expired": self.wrongly_expired == 0,
        }
        return [name for name, holds in checks.items() if not holds]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"failures": self.failures}


RUNS = (
    Run("worker", ("kill_workers",), bound=lambda outcome: outcome.senders_killed),
    Run("broker", ("kill_broker",)),
    Run("database", ("restart_database",)),
    Run("peer", ("kill_peer",), bound=lambda outcome: outcome.faults * GROUPS * SENDERS),
    Run("mix", ("kill_workers", "kill_broker", "restart_database", "kill_peer"), bad_answers=True),
    Run("beats", beats=3, bound=lambda outcome: 0),
    Run("3-hours", late="3", planned=True, bound=lambda outcome: 0),
    # A quarter of the reminders became due more than six hours ago, the others less, none so close to six that a run could matter.
    Run(
        "8-hours",
        late="CASE WHEN learner_id % 4 = 0 THEN 6.1 + learner_id % 100 * 0.019 ELSE learner_id % 100 * 0.05 END",
        planned=True,
        expired="learner_id % 4 = 0",
        bound=lambda outcome: 0,
    ),
)

# Every learner has a study reminder due; every tenth also has a weekly summary due at the same moment, which takes precedence.
SEED = """
INSERT INTO account_emailaddress (user_id, email, verified, "primary")
    SELECT id, email, true, true FROM accounts_user ON CONFLICT DO NOTHING;
INSERT INTO reminders_schedule
    (learner_id, kind, is_on, consent_version, consented_at, at, weekdays, time_zone, since, next_at, next_on)
    SELECT id, kind, true, 'chaos', now(), '07:30', '{1,2,3,4,5,6,7}', time_zone, now(), now(), current_date
    FROM accounts_user CROSS JOIN (VALUES ('study', 1), ('weekly', 10)) AS kinds (kind, each) WHERE id % each = 0
    ON CONFLICT (learner_id, kind) DO NOTHING;
ANALYZE;
"""
DUE = """
TRUNCATE reminders_delivery, reminders_suppression, reminders_heartbeat;
UPDATE reminders_schedule SET
    next_at = due, next_on = (due AT TIME ZONE time_zone)::date, at = (due AT TIME ZONE time_zone)::time
    FROM (SELECT id AS schedule, now() - ({late}) * interval '1 hour' AS due FROM reminders_schedule) AS dues
    WHERE schedule = id;
"""
# The ledger after these reminders were planned and the wake-ups stopped.
PLAN_SOME = """
UPDATE reminders_schedule SET next_at = next_at + interval '1 day', next_on = next_on + 1 WHERE learner_id % 3 = 0;
INSERT INTO reminders_delivery (learner_id, kind, "on", due_at, not_before, expires_at, state, reason, attempts, ambiguous,
        message_id, reply, planned_at)
    SELECT learner_id, kind, next_on - 1, due, due, due + interval '6 hours', 'due', '', 0, 0, gen_random_uuid(), '', due
    FROM (SELECT *, next_at - interval '1 day' AS due FROM reminders_schedule WHERE learner_id % 3 = 0) AS planned;
"""


def seed_learners(house: House, number: int) -> None:
    house.manage("migrate", "--verbosity=0")
    # A small catalogue: with the real one a sender calculates plans most of the time, and kills would mostly hit that.
    house.python(f"from tests import factories; factories.make_catalogue({SKILLS})")
    house.manage("seed_learners", str(number), "--sessions=3")
    house.query(SEED)


def run(house: House, what: Run, seed: int, kills: int) -> Outcome:
    outcome = Outcome(what.name, seed)
    house.query(DUE.format(late=what.late))
    if what.planned:
        house.query(PLAN_SOME)
    [(outcome.mails,)] = house.query("SELECT count(*) FROM accounts_user")
    kills = kills if what.faults else 0
    chance = random.Random(f"{what.name} {seed}")
    begin = time.monotonic()
    end = begin + EXTRA_SECONDS + outcome.mails / SLOWEST + kills * A_FAULT_SECONDS
    with house.at_work(what.name, seed, beats=what.beats, faults=what.bad_answers):
        outcome.faults = _break(house, what, chance, outcome.mails, kills, end)
        while not _is_finished(house) and time.monotonic() < end:
            house.revive()
            time.sleep(1)
        if what.beats > 1:  # wake-ups for which there is nothing to do
            time.sleep(5)
    outcome.seconds = round(time.monotonic() - begin, 1)
    outcome.senders_killed = house.senders_killed
    _judge(house, what, outcome)
    if outcome.faults < kills:
        outcome.unfinished += 1
    return outcome


def _break(house: House, what: Run, chance: random.Random, mails: int, kills: int, end: float) -> int:
    """Break something at random points of progress, the kinds of fault in turn. Returns how often."""
    marks = sorted(chance.uniform(0.02, 0.95) * mails for _number in range(kills))
    for number, mark in enumerate(marks):
        while house.truth.update().done < mark:
            if time.monotonic() > end:
                return number
            house.revive()
            time.sleep(LOOK_SECONDS)
        getattr(house, what.faults[number % len(what.faults)])(chance)
    return len(marks)


def _is_finished(house: House) -> bool:
    try:
        return house.query(FINISHED) == [(0, 0)]
    except psycopg.OperationalError:
        return False


def _judge(house: House, what: Run, outcome: Outcome) -> None:
    truth = house.truth.update()
    ledger = house.query(
        "SELECT message_id, email, kind, delivery.on, state, ambiguous, attempts, code, not_before "
        "FROM reminders_delivery AS delivery "
        "JOIN accounts_user ON accounts_user.id = learner_id"
    )
    rows = {str(row[0]): row for row in ledger}
    learners = {email for (email,) in house.query("SELECT email FROM accounts_user")}
    too_late = {
        email
        for (email,) in house.query(
            f"SELECT email FROM accounts_user JOIN reminders_delivery ON learner_id = accounts_user.id WHERE {what.expired}"
        )
    }
    reached = {truth.recipient[message_id] for message_id in truth.accepted}
    states: Mapping[object, int] = Counter(row[4] for row in ledger)
    outcome.accepted, outcome.refused = len(truth.accepted), len(truth.refused)
    outcome.expired = states.get("expired", 0)
    outcome.duplicates = sum(count - 1 for count in truth.accepted.values())
    outcome.ambiguous = sum(int(str(row[5])) for row in ledger)
    outcome.bound = outcome.ambiguous if what.bound is None else min(outcome.ambiguous, what.bound(outcome))
    lost = learners - reached - truth.refused - too_late
    outcome.lost = len(lost)
    outcome.not_accepted = len({key for key, row in rows.items() if row[4] == "sent"} - truth.accepted.keys())
    days = Counter((rows[key][1], rows[key][3]) for key in truth.accepted if key in rows)
    outcome.twice_a_day = sum(count > 1 for count in days.values())
    outcome.unknown = len(truth.accepted.keys() - rows.keys())
    [(waiting, open_)] = house.query(FINISHED)
    outcome.unfinished = int(str(waiting)) + int(str(open_))
    expired = {row[1] for row in ledger if row[4] == "expired"}
    outcome.wrongly_expired = len(expired ^ too_late) + len(reached & too_late)
    found = [row for row in ledger if row[1] in lost or row[4] in {"due", "claimed", "sending"}]
    outcome.examples = [" ".join(map(str, row)) for row in found[:EXAMPLES]]

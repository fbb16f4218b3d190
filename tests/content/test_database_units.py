"""Claims of the units on SQL and the data skills, tested with SQLite, and with DuckDB 2.0 if it is installed.

Waymark itself does not need DuckDB. Without it these tests are skipped: `.venv/bin/pip install duckdb`.
"""

import math
import re
import sqlite3
from typing import Any

import pytest

from tests.content.figures import text_of


def statements(text: str) -> list[str]:
    """The SQL that a unit asks the learner to paste."""
    return re.findall(r"(?:CREATE TABLE|INSERT INTO) [^;]*;", text)


@pytest.fixture
def library():
    """The members, loans and books of SQL 1, made by the statements of the units themselves."""
    with sqlite3.connect(":memory:") as database:
        for unit in ("first-table", "thousand-loans", "two-tables-one-figure"):
            for statement in statements(text_of("sql", 1, unit)):
                database.execute(statement)
        yield database


@pytest.fixture(scope="module")
def shop():
    """The customers, orders, items and payments of SQL 2 in DuckDB."""
    duckdb = pytest.importorskip("duckdb", minversion="1.4")
    with duckdb.connect() as database:
        for unit in ("shop-of-100000", "join-that-multiplies"):
            for statement in statements(text_of("sql", 2, unit)):
                database.execute(statement)
        yield database


def value(database: Any, query: str) -> Any:
    return database.execute(query).fetchall()[0][0]


def rows(database: Any, query: str) -> int:
    return int(value(database, f"SELECT COUNT(*) FROM ({query}) AS q"))


def test_filters_return_the_rows_that_the_units_say(library):
    assert rows(library, "SELECT name FROM member WHERE town = 'Bern'") == 2
    assert rows(library, "SELECT name FROM member WHERE town <> 'Bern'") == 3
    assert "gave 3, 2, 2, 4, 2 and 0, the last two 3 and 2" in text_of("sql", 1, "predict-the-rows")
    queries = re.findall(r"SELECT [^;]*(?=;)", text_of("sql", 1, "predict-the-rows"))
    assert [rows(library, query) for query in queries] == [3, 2, 2, 4, 2, 0, 3, 2]


def test_loans_group_and_join_as_the_units_say(library):
    assert "1000, 950 and 6" in text_of("sql", 1, "thousand-loans")
    counts = "SELECT COUNT(*), COUNT(days), COUNT(DISTINCT member_id), ROUND(AVG(days), 1) FROM loan"
    assert library.execute(counts).fetchall() == [(1000, 950, 6, 15.0)]
    often = "SELECT member_id, COUNT(*) FROM loan GROUP BY member_id HAVING COUNT(*) > 200"
    assert library.execute(often).fetchall() == [(3, 308)]
    joins = ("loan JOIN member", "loan LEFT JOIN member", "member LEFT JOIN loan")
    assert [rows(library, f"SELECT 1 FROM {join} USING (member_id)") for join in joins] == [924, 1000, 925]
    assert rows(library, "SELECT 1 FROM loan JOIN member") == 6000
    assert "4, 5 and 7 rows, the database 924, 1000 and 925, and 6000 without ON" in text_of("sql", 1, "join-by-hand")
    cards = (
        "(SELECT 1 AS member_id UNION ALL SELECT 1 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 0) AS card"
    )
    joins = (f"member JOIN {cards}", f"{cards} LEFT JOIN member", f"member LEFT JOIN {cards}")
    assert [rows(library, f"SELECT 1 FROM {join} USING (member_id)") for join in joins] == [4, 5, 7]


def test_two_tables_make_the_figures_of_the_unit(library):
    assert "3, 4, 12, 5, 4 and 6 rows" in text_of("sql", 1, "two-tables-one-figure")
    three = "loan JOIN book USING (book_id) JOIN member USING (member_id)"
    queries = (
        "SELECT kind FROM loan JOIN book USING (book_id) GROUP BY kind",
        "SELECT town FROM loan JOIN member USING (member_id) GROUP BY town",
        f"SELECT town, kind FROM {three} GROUP BY town, kind",
        f"SELECT name, SUM(days) FROM {three} WHERE kind = 'play' GROUP BY name",
        "SELECT title, MAX(days) FROM loan JOIN book USING (book_id) GROUP BY title",
        "SELECT name, COUNT(loan_id) FROM member LEFT JOIN loan USING (member_id) GROUP BY name",
    )
    assert [rows(library, query) for query in queries] == [3, 4, 12, 5, 4, 6]
    assert value(library, "SELECT COUNT(*) FROM loan JOIN book USING (book_id) WHERE kind = 'play'") == 500
    assert value(library, f"SELECT COUNT(*) FROM {three} WHERE kind = 'play'") == 462
    start = re.search(r"SELECT m\.town[^;]*;", text_of("sql", 1, "change-a-query"))
    assert start
    assert library.execute(start[0]).fetchall()[0][:2] == ("Bern", 136)


def test_joins_inflate_the_total_of_the_shop(shop):
    assert "5,800,027 to 11,600,412 and then 13,687,430, in 200,000 and 235,999 rows" in text_of(
        "sql", 2, "join-that-multiplies"
    )
    joins = (
        "orders",
        "orders JOIN item USING (order_id)",
        "orders JOIN item USING (order_id) JOIN payment USING (order_id)",
    )
    found = [shop.execute(f"SELECT COUNT(*), SUM(amount) FROM {join}").fetchone() for join in joins]
    assert found == [(100_000, 5_800_027), (200_000, 11_600_412), (235_999, 13_687_430)]
    twice = "SELECT customer_id, day FROM orders GROUP BY ALL HAVING COUNT(*) > 1"
    assert (value(shop, "SELECT COUNT(DISTINCT customer_id) FROM orders"), rows(shop, twice)) == (1801, 39_999)


def test_partners_days_and_months_are_those_of_the_units(shop):
    gone = "SELECT customer_id FROM customer WHERE customer_id NOT IN (SELECT customer_id FROM orders"
    assert (rows(shop, f"{gone})"), rows(shop, f"{gone} UNION ALL SELECT NULL)")) == (199, 0)
    assert "8,692 rows, WHERE leaves 8,493 rows" in text_of("sql", 2, "condition-in-on-or-where")
    left = "SELECT 1 FROM customer LEFT JOIN orders ON orders.customer_id = customer.customer_id"
    assert rows(shop, f"{left} AND day >= DATE '2025-12-01'") == 8692
    assert rows(shop, f"{left} WHERE day >= DATE '2025-12-01'") == 8493
    assert rows(shop, "SELECT order_id FROM orders WHERE order_id NOT IN (SELECT order_id FROM payment)") == 2000
    months = "SELECT COUNT(DISTINCT customer_id) AS n FROM orders GROUP BY date_trunc('month', day)"
    assert value(shop, f"SELECT SUM(n) FROM ({months})") == 21_612
    assert value(shop, "SELECT COUNT(DISTINCT day) FROM orders") == 219 == 365 - 146
    assert (5_800_027 // 219, 5_800_027 // 365) == (26_484, 15_890)


def test_windows_and_ties_are_those_of_the_unit(shop):
    text = text_of("sql", 2, "newest-running-before")
    assert "RANK gives 2,453 rows and ROW_NUMBER 1,801" in text
    newest = "SELECT 1 FROM orders QUALIFY {}() OVER (PARTITION BY customer_id ORDER BY day DESC) = 1"
    assert [rows(shop, newest.format(name)) for name in ("RANK", "ROW_NUMBER")] == [2453, 1801]
    running = "SUM(amount) OVER (PARTITION BY customer_id ORDER BY day{})"
    differ = f"SELECT {running.format('')} AS a, {running.format(', order_id')} AS b FROM orders QUALIFY a <> b"
    assert rows(shop, differ) == 39_999
    pauses = "SELECT day - LAG(day) OVER (PARTITION BY customer_id ORDER BY day, order_id) AS pause FROM orders"
    assert value(shop, f"SELECT MAX(pause) FROM ({pauses})") == 23


def test_rules_refuse_the_rows_that_the_unit_names():
    made = statements(text_of("relational-databases", 1, "rows-that-are-refused"))
    wrong = (
        "INSERT INTO member VALUES (1, 'Ben', '1991-01-01', 1)",
        "INSERT INTO member VALUES (2, NULL, '1991-01-01', 1)",
        "INSERT INTO member VALUES (2, 'Ben', '2031-01-01', 1)",
        "INSERT INTO town VALUES (3, 'Bern')",
        "INSERT INTO member VALUES (2, 'Ben', '1991-01-01', 9)",
        "DELETE FROM town WHERE town_id = 1",
    )
    for on, refused in (("OFF", 4), ("ON", 6)):
        database = sqlite3.connect(":memory:", isolation_level=None)
        for statement in (*made, "INSERT INTO town VALUES (1, 'Bern'), (2, 'Oslo')"):
            database.execute(statement)
        database.execute("INSERT INTO member VALUES (1, 'Ada', '1990-05-01', 1)")
        database.execute(f"PRAGMA foreign_keys = {on}")
        errors = 0
        for statement in wrong:
            try:
                database.execute(statement)
            except sqlite3.IntegrityError:
                errors += 1
        database.close()
        assert errors == refused


def test_history_counts_once_with_half_open_dates():
    assert "Bern 15 and Rome 60, and with BETWEEN Bern 35" in text_of("data-modelling", 2, "history-with-two-dates")
    assert "Bern 5 and Rome 70" in text_of("data-modelling", 2, "old-address")
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE dim (id, city, valid_from, valid_to)")
        for row in (
            (7, "Bern", "2025-01-01", "2026-03-01"),
            (7, "Rome", "2026-03-01", "9999-12-31"),
            (8, "Bern", "2025-01-01", "9999-12-31"),
        ):
            database.execute("INSERT INTO dim VALUES (?, ?, ?, ?)", row)
        database.execute("CREATE TABLE sale (id, day, amount)")
        for sale in ((7, "2026-01-10", 10), (7, "2026-03-01", 20), (7, "2026-04-02", 40), (8, "2026-02-01", 5)):
            database.execute("INSERT INTO sale VALUES (?, ?, ?)", sale)
        query = "SELECT city, SUM(amount) FROM sale JOIN dim USING (id) WHERE {} GROUP BY city ORDER BY city"
        for condition, found in (
            ("day >= valid_from AND day < valid_to", [15, 60]),
            ("day BETWEEN valid_from AND valid_to", [35, 60]),
            ("valid_to = '9999-12-31'", [5, 70]),
        ):
            assert [total for _, total in database.execute(query.format(condition))] == found


def test_kappa_and_late_shares_are_those_of_the_units():
    assert "84%, chance is 78.9% and 50%, and kappa is 0.24 and 0.68" in text_of("data-labelling", 1, "beyond-chance")
    for no, yes, chance, kappa in ((40, 2, 0.789, 0.24), (21, 21, 0.5, 0.68)):
        expected = ((no + 4) / 50) ** 2 + ((yes + 4) / 50) ** 2
        assert expected == pytest.approx(chance, abs=0.0005)
        assert ((no + yes) / 50 - expected) / (1 - expected) == pytest.approx(kappa, abs=0.005)
    text = text_of("stream-processing", 1, "explain-on-a-drawing")
    assert f"about {math.exp(-5 / 4):.0%} at five, and well under 1% at thirty" in text
    assert math.exp(-30 / 4) < 0.001
    assert f"About {math.exp(-10 / 4):.0%} of the events" in text_of("stream-processing", 2, "three-late-rules")

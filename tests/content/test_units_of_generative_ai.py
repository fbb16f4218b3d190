"""Claims of the units on language models, search and evaluation that can be tested without a library.

Other figures were checked with langchain 1.5.2, llama-index-core 0.14.25, sentence-transformers 6.2.0 (all-MiniLM-L6-v2), faiss 1.15.1,
qdrant-client 1.20.0, pypdf 7.1.1, pdfplumber 0.11.10, Tesseract 5.5.0, transformers 5.24.0, trl 1.16.0, peft 0.21.2, sqlglot 30.30.0,
promptfoo 0.121.20, Inspect 0.3.285 and lm-eval 0.4.13.
"""

import hashlib
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import pytest

from tests.content.figures import code_of, text_of, wilson


def softmax(scores: Sequence[float], temperature: float) -> list[float]:
    weights = [math.exp(score / temperature) for score in scores]
    return [weight / sum(weights) for weight in weights]


def sign_test(one: int, other: int) -> float:
    few, both = min(one, other), one + other
    return min(1.0, 2 * sum(math.comb(both, k) for k in range(few + 1)) / 2**both)


def binomial(n: int, share: float) -> list[float]:
    return [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]


def test_candidates_are_cut_as_the_sheet_says():
    text = text_of("large-language-models", 2, "top-k-top-p-min-p")
    shares = softmax([2, 1, 0.5, 0, -1], 1)
    assert ", ".join(f"{100 * share:.1f}%" for share in shares[:4]) + f" and {100 * shares[4]:.1f}%" in text
    first = [share / sum(shares[:2]) for share in shares[:2]]
    assert f"{100 * first[0]:.1f}% and {100 * first[1]:.1f}%" in text
    sums = list(accumulate(shares))
    assert f"keeps four words because three reach only {100 * sums[2]:.1f}%" in text
    assert sums[2] < 0.9 <= sums[3]
    assert [share >= 0.2 * shares[0] for share in shares] == [True, True, True, False, False]


def test_four_merges_give_the_tokens_of_the_unit():
    words = {tuple("rain"): 5, tuple("train"): 4, tuple("brain"): 2, tuple("ran"): 3}
    joined: list[tuple[str, int]] = []
    while len(joined) < 4:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, count in words.items():
            for pair in pairwise(word):
                pairs[pair] += count
        best, count = pairs.most_common(1)[0]
        joined.append(("".join(best), count))
        words = {merged(word, best): count for word, count in words.items()}
    text = text_of("large-language-models", 2, "merges-by-hand")
    assert joined == [("ra", 14), ("rai", 11), ("rain", 11), ("train", 4)]
    assert "ra (14 times), rai (11), rain (11) and train (4)" in text
    assert {len(word) for word in words if word[-1] in {"rain", "train"}} == {1, 2}


def merged(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    parts: list[str] = []
    for letter in word:
        if parts and (parts[-1], letter) == pair:
            parts[-1] += letter
        else:
            parts.append(letter)
    return tuple(parts)


def test_majorities_are_those_of_independent_answers():
    text = text_of("large-language-models", 2, "majority-of-five")
    for share in (0.7, 0.4):
        assert f"{100 * sum(binomial(5, share)[3:]):.1f}%" in text


def test_a_conversation_costs_what_the_unit_says():
    text = text_of("context-engineering", 1, "how-a-chat-grows")
    assert f"{sum(450 + 200 * turn for turn in range(20)):,} input tokens" in text
    assert f"{sum(450 + 200 * min(turn, 5) for turn in range(20)):,} when only" in text


def test_a_stable_prefix_is_kept_while_the_time_is_last():
    text = text_of("context-engineering", 2, "stable-prefix")
    (code,) = code_of(text)
    exec(code, given := {})

    def shares(time_last: bool) -> list[float]:
        history, before, found = given["rules"], None, []
        for question, answer, time in zip(given["questions"], given["answers"], given["times"], strict=True):
            request = history + question + time if time_last else time + history + question
            if before:
                pairs = enumerate(zip(request, before, strict=False))
                found.append(next(at for at, (one, other) in pairs if one != other) / len(request))
            before, history = request, history + question + answer
        return found

    assert shares(time_last=False) == [0] * 9
    assert "the share is 0 for all requests of the first way" in text
    low, high = min(shares(time_last=True)), max(shares(time_last=True))
    assert f"between {100 * low:.0f}% and {100 * high:.0f}% for those of the second" in text


def test_three_lengths_cost_the_words_of_the_unit_and_its_code_keeps_them():
    text = text_of("context-engineering", 2, "quality-against-length")
    lengths = (500, 2_000, 8_000)
    assert "twenty questions" in text and "500, 2,000 and 8,000 words" in text and "The sixty requests" in text
    assert f"{20 * sum(lengths):,} words" in text
    (code,) = code_of(text)
    names: dict[str, Any] = {}
    exec(code, names)
    right = "The key is under the mat."
    others = [f"{number} " + "word " * (number % 90) for number in range(400)]
    for words in lengths:
        paragraphs, place = names["context"](right, others, words, names["draw"])
        assert paragraphs[place] == right and len(set(paragraphs)) == len(paragraphs)
        assert words - 90 < sum(len(paragraph.split()) for paragraph in paragraphs) <= words
    assert "random.Random(1)" not in code.split("draw = random.Random(1)")[1]
    places = {names["context"](right, others, 8_000, names["draw"])[1] for _ in range(20)}
    assert len(places) > 10
    assert sum(len(paragraph.split()) for paragraph in names["others"]) > max(lengths)


def test_ranks_and_orders_give_the_measures_of_the_units():
    text = text_of("embeddings", 2, "recall-and-rank-in-code")
    ranks = (1, 3, 11, 2)
    assert f"MRR at 10 is {sum(1 / rank for rank in ranks if rank <= 10) / 4:.3f}" in text
    assert "recall at 1 is 0.25, at 5 it is 0.75" in text
    a, b, c = (3, 4), (4, 3), (10, 0)
    dots = [math.sumprod(a, other) for other in (b, c)]
    cosines = [dot / math.hypot(*a) / math.hypot(*other) for dot, other in zip(dots, (b, c), strict=True)]
    assert f"{dots[0]} and {dots[1]}, {cosines[0]:.2f} and {cosines[1]:.1f}" in text_of(
        "embeddings", 2, "length-of-a-vector"
    )
    low, high = wilson(48, 60)
    fewer, more = wilson(16, 20)
    assert f"about {100 * low:.0f}% to {100 * high:.0f}%, with twenty of {100 * fewer:.0f}% to {100 * more:.0f}%" in (
        text_of("embeddings", 2, "forty-more")
    )

    def ndcg(grades: Sequence[int], missed: Sequence[int] = ()) -> float:
        def gain(ordered: Sequence[int]) -> float:
            return sum(grade / math.log2(place + 2) for place, grade in enumerate(ordered))

        return gain(grades) / gain(sorted([*grades, *missed], reverse=True)[:5])

    text = text_of("reranking", 2, "order-as-a-number")
    for grades in ([1, 0, 2, 0, 0], [2, 1, 0, 0, 0]):
        assert f"{', '.join(map(str, grades))} gives {ndcg(grades):.2g}" in text
    assert f"the second falls to {ndcg([2, 1, 0, 0, 0], [2]):.2f}." in text


def test_two_lists_are_merged_as_on_paper():
    def order(constant: int) -> str:
        scores: dict[str, float] = {}
        for found in ("abcd", "ceb"):
            for rank, item in enumerate(found, 1):
                scores[item] = scores.get(item, 0) + 1 / (constant + rank)
        return "".join(sorted(scores, key=scores.__getitem__, reverse=True))

    assert (order(60), order(0)) == ("cbaed", "cabed")
    assert f"c, b, a, e, d with {1 / 61 + 1 / 63:.5f} for c" in text_of("hybrid-search", 1, "fusion-on-paper")


def test_sqlite_tells_codes_and_plurals_apart_in_three_ways(capsys):
    (code,) = code_of(text_of("hybrid-search", 2, "keywords-that-count"))
    exec(code, {})
    plain, whole, stems = zip(*[iter(capsys.readouterr().out.splitlines())] * 2, strict=True)
    assert plain[0].startswith("unicode61 [('4711',), ('e',)") and plain[1] == "[1] [1]"
    assert "('e-4711',)" in whole[0] and "('paper-trays',)" in whole[0] and whole[1] == "[1] []"
    assert "('trai',)" in stems[0] and stems[1] == "[2, 1] [1]"


def test_a_quotation_check_can_pass_the_cases_of_the_unit(capsys):
    (code,) = code_of(text_of("hallucination-mitigation", 2, "quotation-check"))

    def plain(text: str) -> str:
        return " ".join(re.sub("[“”„]", '"', text.lower()).split())

    def occurs(quotation: str, passage: str) -> bool:
        words = re.escape(plain(quotation))
        return bool(words and re.search(rf"(?<![\w.,]){words}(?!\w|[.,]\d)", plain(passage)))

    exec(code, {"occurs": occurs})
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["True"] * 9


def test_copies_of_test_cases_are_found():
    (code,) = code_of(text_of("fine-tuning", 2, "set-of-test-cases"))
    exec(code, given := {})
    case, near = (f"How long may I keep a book that others wait {word}?" for word in ("for", "on"))
    assert given["copies"]([case, "Hello"], [near, "How long is the Nile?", ""]) == [(case, near)]


def test_a_judge_agrees_and_misleads_as_the_unit_says():
    chance = 0.9 * 0.89 + 0.1 * 0.11
    kappa = (0.91 - chance) / (1 - chance)
    text = text_of("llm-as-a-judge", 2, "agreement-that-misleads")
    assert f"{100 * 85 / 90:.0f}%, {100 * 6 / 10:.0f}%, 91% and {kappa:.2f}" in text
    low, high = wilson(18, 20)
    assert f"about {100 * low:.0f}% to {100 * high:.0f}% (Wilson)" in text_of("llm-as-a-judge", 2, "test-opened-once")


def test_a_judge_is_measured_on_fifteen_failures():
    low, high = wilson(12, 15)
    assert f"k, n = 12, 15  # about {low:.2f} to {high:.2f}\n" in text_of("llm-evaluation", 2, "judge-the-judge")


def test_rules_that_block_give_the_false_alarms_of_the_unit():
    passed = binomial(40, 0.9)
    pairs = [(old, new, passed[old] * passed[new]) for old in range(41) for new in range(41)]
    text = text_of("evaluation-frameworks", 2, "false-alarms")
    assert f"blocks {100 * sum(p for old, new, p in pairs if new < old):.0f}% of harmless changes" in text
    assert f"“more than three cases lower” {100 * sum(p for old, new, p in pairs if new < old - 3):.0f}%" in text


def test_differences_and_costs_are_those_of_the_choice():
    text = text_of("model-selection", 2, "how-many-cases")
    assert f"`p = {sign_test(12, 6):.2f}` for such a split and {sign_test(20, 8):.2f} for 20 against 8" in text
    code, _draw = code_of(text)
    exec(code, scope := {})
    assert scope["p"] == sign_test(12, 6)
    assert scope["p_value"](20, 8) == sign_test(20, 8)
    assert f"{0.2 + 0.4 * 50:.1f} against {1 + 0.05 * 50:.1f} cents" in text_of(
        "model-selection", 2, "cost-of-a-solved-task"
    )
    text = text_of("generative-ai", 2, "who-wins-and-how-surely")
    assert f"in {100 * sign_test(6, 3):.0f}% of cases, for 12 against 3 in {100 * sign_test(12, 3):.1f}%" in text
    assert f"breaks even at {100 * 20 / 24:.1f}%" in text_of("generative-ai", 2, "break-even-of-a-draft")


def test_a_stable_rule_selects_the_users_of_the_unit():
    def selected(percent: int) -> set[int]:
        return {n for n in range(1000) if int(hashlib.sha256(f"user-{n}".encode()).hexdigest(), 16) % 100 < percent}

    text = text_of("llm-application-development", 2, "part-of-the-users")
    assert f"10% selects {len(selected(10))} and 50% selects {len(selected(50))}" in text
    assert selected(10) <= selected(50)


def test_a_join_multiplies_and_a_reader_writes_nothing(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as shop:
        shop.execute("CREATE TABLE orders (id INTEGER, amount INTEGER)")
        shop.execute("CREATE TABLE payments (id INTEGER, amount INTEGER)")
        shop.executemany("INSERT INTO orders VALUES (?, ?)", [(1, 100), (2, 50), (3, 80)])
        shop.executemany("INSERT INTO payments VALUES (?, ?)", [(1, 60), (1, 40), (2, 50), (3, 80)])
    shop.close()
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    (joined,) = reader.execute("SELECT SUM(orders.amount) FROM orders JOIN payments USING (id)").fetchone()
    (plain,) = reader.execute("SELECT SUM(amount) FROM orders").fetchone()
    assert f"comes out as {joined} instead of {plain}" in text_of("text-to-sql", 1, "runs-and-is-wrong")
    with pytest.raises(sqlite3.OperationalError, match="attempt to write a readonly database"):
        reader.execute("DELETE FROM orders")
    reader.execute("ATTACH ? AS other", (str(tmp_path / "other.db"),))
    reader.execute("ATTACH ? AS again", (str(path),))
    assert reader.execute("DELETE FROM again.orders").rowcount == 3
    reader.close()


def test_scores_and_intervals_are_those_of_the_benchmarks():
    answers = ["42", "The answer is 42.", "$42", "42.0", "41 + 1 = 42, so 42 apples for 7 days", "41"]
    text = text_of("llm-benchmarks", 1, "one-set-three-scores")
    assert all(f"“{answer}”" in text for answer in answers)
    last = [float(re.findall(r"\d+(?:\.\d+)?", answer)[-1]) for answer in answers]
    assert f"{answers.count('42')}, {last.count(42)} and 5 of 6" in text
    text = text_of("llm-benchmarks", 2, "interval-of-a-score")
    assert f"{196 * math.sqrt(0.7 * 0.3 / 200):.1f} points up and down" in text
    assert f"one of {196 * math.sqrt(0.8 * 0.2 / 1319):.1f}" in text


def test_signals_mislead_as_the_units_say():
    up, down = 900 * 2 // 100, 100 * 20 // 100
    text = text_of("user-feedback-loops", 1, "who-presses-the-thumb")
    assert f"{up} up and {down} down, {100 * up / (up + down):.0f}% approval" in text
    assert f"{100 * (47 + 100) / 250:.1f}% in total against {100 * (180 + 20) / 250:.0f}%" in text_of(
        "user-feedback-loops", 2, "better-everywhere-worse-in-total"
    )


def test_an_edit_of_one_word_leaves_most_of_the_draft(capsys):
    text = text_of("user-feedback-loops", 2, "edits-as-a-signal")
    (code,) = code_of(text)
    exec(code, {})
    one_word, other = capsys.readouterr().out.split()
    assert f"It prints {one_word} and {other}." in text


def test_losses_and_sizes_are_those_on_paper():
    def loss(margin: float) -> float:
        return math.log(1 + math.exp(-margin))

    assert f"the loss is {loss(0.1 * 2):.3f}, and {loss(0):.3f} before training" in text_of(
        "preference-tuning", 1, "dpo-loss-on-paper"
    )
    assert f"{100 * math.exp(-loss(1)):.1f}%" in text_of("preference-tuning", 1, "two-answers-one-preference")
    assert f"a loss of {math.log(65):.3f}" in text_of("pretraining", 1, "loss-and-perplexity")
    operations = 6 * 10e6 * 200e6
    assert (operations, f"{operations / 1e12 / 3600:.1f} hours") == (1.2e16, "3.3 hours")
    assert "3.3 hours at 1e12" in text_of("pretraining", 1, "budget-of-a-run")
    assert f"a step {(256 - 1) // (4 - 1)} times as large" in text_of("local-models", 1, "what-the-suffix-costs")
    text = text_of("local-models", 1, "what-fits")
    token = 2 * 32 * 8 * 128 * 2
    assert (token, 8192 * token) == (128 * 1024, 1024**3)
    assert "128 KiB a token, 1 GiB for 8,192" in text
    assert f"{2 * 4096 * 8:,}, which is {100 * 2 * 4096 * 8 / 4096**2:.2f}%" in text_of(
        "parameter-efficient-fine-tuning", 1, "low-rank-by-hand"
    )

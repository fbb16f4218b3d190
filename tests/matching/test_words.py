import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guidance.matching.words import URL, Words, singular


def split(text, **options):
    return Words(text, **options).words


def sentences(text):
    words = Words(text)
    found = {}
    for word, sentence in zip(words.words, words.sentences, strict=True):
        found.setdefault(sentence, []).append(word)
    return [" ".join(words) for words in found.values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++, C#", ["c", "+", "+", ",", "c", "#"]),
        (".NET and ASP.NET", [".", "net", "and", "asp", "net"]),
        ("Node.js node-js node_js node js", ["node", "js"] * 4),
        ("fine‑tuning fine–tuning fine−tuning", ["fine", "tuning"] * 2 + ["fine", "−", "tuning"]),
        ("Python—no Java", ["python", "—", "no", "java"]),
        ("ﬁne Ｐｙｔｈｏｎ Straße naïve İs", ["fine", "python", "strasse", "naive", "is"]),
        ("Ku\u00adber\u00adnetes Post\u200bgres SageMaker™", ["kubernetes", "postgres", "sagemaker"]),
        ("Machine\u00a0Learning", ["machine", "learning"]),
        ("CI⁄CD", ["ci", "/", "cd"]),
        ("we don’t", ["we", "don", "'", "t"]),
        ("℀ ½ …", ["/", "/", "."]),
        ("", []),
    ],
)
def test_words_are_folded(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    "address",
    ["https://github.com/me/python", "www.java.com", "go@python.org", "linkedin.com/in/java", "http://go.dev/doc/"],
)
def test_address_is_one_word(address):
    assert split(f"see {address}, please") == ["see", URL, ",", "please"]


def test_word_broken_at_the_end_of_a_line_is_put_together_if_known():
    text = "kuber-\nnetes and fine-\r\ntuning"
    words = Words(text, {"kubernetes"})
    assert words.words == ["kubernetes", "and", "fine", "tuning"]
    assert text[words.starts[0] : words.ends[0]] == "kuber-\nnetes"
    assert words.lines == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("agents", "agent"),
        ("policies", "policy"),
        ("classes", "class"),
        ("indexes", "index"),
        ("apis", "api"),
        ("gpus", "gpu"),
        ("aws", "aws"),
        ("class", "class"),
        ("analysis", "analysis"),
        ("redis", "redis"),
        ("plus", "plus"),
        ("s3s4", "s3s4"),
    ],
)
def test_singular(plural, expected):
    assert singular(plural) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use Go. You ship.", ["we use go .", "you ship ."]),
        ("Tools, e.g. Docker, etc. Also Dr. R. Patel", ["tools , e g . docker , etc . also dr . r . patel"]),
        ("C, R. Databases", ["c , r .", "databases"]),
        ("machine\nlearning\nNext", ["machine learning", "next"]),
        ("AWS,\nTerraform", ["aws , terraform"]),
        ("One\n\ntwo", ["one", "two"]),
        ("Spark • Kafka", ["spark", "• kafka"]),
        ("Do **not** use it", ["do * * not * * use it"]),
        ("Spark * Kafka", ["spark", "* kafka"]),
        ("SKILLS  Java  EDUCATION", ["skills", "java", "education"]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


@example("0\u302e")  # a combining mark that Unicode doesn’t count among the nonspacing ones
@given(st.text(st.characters() | st.sampled_from("ﬁﬃİßé\u0301\u00ad-_.\n @/C+")))
def test_words_stand_in_the_text_in_order_and_do_not_overlap(text):
    words = Words(text)
    offsets = [offset for pair in zip(words.starts, words.ends, strict=True) for offset in pair]
    assert offsets == sorted(offsets)
    assert all(start < end <= len(text) for start, end in zip(words.starts, words.ends, strict=True))
    assert {len(entries) for entries in (words.words, words.keys, words.glued, words.lines, words.sentences)} == {
        len(words)
    }


@given(st.text(st.sampled_from("abcﬁİßé\u0301\u00adＡ")))
def test_word_reads_the_same_when_cut_out(text):
    words = Words(text)
    assert [split(text[start:end]) for start, end in zip(words.starts, words.ends, strict=True)] == [
        [word] for word in words.words
    ]

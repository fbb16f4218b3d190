"""Recognises code and commands in plain text, so that pages can set them as code.

Authors mark code with backticks. Where they did not, what is recognised can only be code: calls, dotted and snake_case names,
options, and commands of well-known programs up to the next ordinary word.
"""

import re

# Words that go on with the sentence after a command, as in “git log in the folder”.
_WORDS = """
a after again also an and are as at before both but by can comes command does each fails for from gives has if in
installs into is it later makes must names needs not obeys of on once one or per prints reads runs says shows takes
that the then they this to twice under when where which with without works you your
"""
_WORD = rf"(?!(?:{'|'.join(_WORDS.split())})\b)[a-z][\w:+-]*(?<!:)(?:\.[\w+-]+)*(?:\[[\w,]+\])?(?:[=<>]=?\w[\w.]*)?"
# An option, a quoted text, or something with a sign or digit that no word has; no full stop or comma at the end.
_ARGUMENT = r"""
(?:
    --?[A-Za-z][^\s,;()]*(?<![.:]) | "[^"\n]*" | '[^'\n]*' | \.(?=[\s,;)])
    | (?=[^\s,;()]*(?:[./=:@$][^\s,;()]|\d))[^\s,;()"'–…]*[\w/}$%*]
)
"""
# Programs that are called with an action, with an action and arguments, and with arguments alone. The names of those that are
# called with an action alone are no ordinary words.
_WITH_ACTION = "aws|az|cargo|docker|dotnet|dvc|gcloud|git|helm|kubectl|npm|npx|pip"
_WITH_ACTION_AND_ARGUMENTS = "conda|go|jupyter|mlflow|openssl|ruff|uv"
_WITH_ARGUMENTS = (
    "cmake|crontab|curl|flask|go|grep|gunicorn|java|kill|ls|mvn|mypy|nginx|node|openssl|psql|py|pytest|python3?|ruff|spark-submit"
    "|ssh|uv|xcode-select"
)
_COMMAND = rf"""
(?<![\w./-])(?:sudo\ )?(?:
    (?:python3?\ -m\ |py\ -m\ |uv\ )?(?:apt|brew|npm|pip)\ install(?:\ (?:{_ARGUMENT}|{_WORD}))+
    | (?:{_WITH_ACTION})\ {_WORD}(?:\ {_ARGUMENT})*
    | (?:{_WITH_ACTION_AND_ARGUMENTS})\ {_WORD}(?:\ {_ARGUMENT})+
    | (?:{_WITH_ARGUMENTS})(?!\ [\d.]+(?:[\s,;)]|$))(?:\ {_ARGUMENT})+
)
"""
_NAME = r"""
(?<![\w.@/-])(?:
    (?:[A-Za-z_]\w*\.)*[A-Za-z_]\w* (?:\((?!s\))(?:[^()\n]|\([^()\n]*\))*\)) (?:\.\w+(?:\((?:[^()\n]|\([^()\n]*\))*\))?)*
    | [A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[\w.\[\]-]*\w)  # name=value
    | (?!(?:e\.g|i\.e|a\.m|p\.m)\b)[a-z_]\w*(?:\.[A-Za-z_]\w*)+(?<!\.com|\.org|\.net|\.gov|\.edu|\.dev)(?<!\.eu|\.uk)(?!\.?\w)
    | \w*[a-z0-9]_\w*[a-zA-Z0-9] | __\w+__  # snake_case
    | [A-Z]\w+(?:Error|Exception|Warning)
)(?!\w)
| (?<!\S)(?:-\d+\.\d+|-{1,2}\w[\w-]{0,20}|[\w-]{1,20}--[\w-]{0,20})(?!\w)  # an option, or rwxr-x---
"""
_CODE = re.compile(f"({_COMMAND}|{_NAME})", re.VERBOSE)


def split(text: str) -> list[str]:
    """Returns the parts of a text: words and code by turns, beginning with words."""
    first, *marked = text.split("`")
    if len(marked) % 2:  # a backtick without its partner
        return _CODE.split(text)
    parts = _CODE.split(first)
    for code, words in zip(marked[::2], marked[1::2], strict=True):
        parts += [code, *_CODE.split(words)]
    return parts

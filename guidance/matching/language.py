"""The language that a text is written in. Pure."""

import unicodedata
from collections import Counter

from guidance.matching.words import Words, word_set

UNKNOWN = "und"
# Languages whose headings and words around a skill we understand; in others we only find names of skills.
UNDERSTOOD = frozenset({"en", "de"})
# Words that are frequent in one language and rare in the others, without accents, as `Words` compares them.
_COMMON = {
    "en": word_set("the and of to with for you we our your will are is this that from have be as an by or who what"),
    "de": word_set(
        "und der die das mit fur wir du sie ist eine einen im zu von auf den dein deine unsere bei als oder ihre nicht"
    ),
    "fr": word_set("le la les des et vous nous pour une dans avec sur votre notre est du au aux sont ou qui"),
    "es": word_set("el la los las y de con para una en por que tu nuestro se del como experiencia somos al"),
    "it": word_set("il lo gli e di con per una nel che del della sono al i le si da tuo nostro un"),
    "nl": word_set("de het een en van met voor je wij onze jij zijn bij op als wat die aan te ervaring jouw"),
    "pt": word_set("o os as e de com para uma em que do da nao sua nosso voce por um dos na no"),
    "pl": word_set("i w z na do oraz dla sie jest nie od po co ze przez lub twoje nasz jako"),
    "sv": word_set("och att det som en for med av pa till vi du ar ett har kan din eller vara"),
    "tr": word_set("ve bir ile icin bu olarak olan daha gibi en veya sahip konusunda"),
}
_SCRIPTS = (
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK", "zh"),
    ("CYRILLIC", "ru"),
    ("GREEK", "el"),
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("THAI", "th"),
    ("DEVANAGARI", "hi"),
)
_READ = 2_000  # maximum number of words that are counted
_LEAST = 3  # common words that prove a language
_SHARE = 0.3  # if a larger share of the letters is in other scripts, the script decides the language


def language(words: Words) -> str:
    """The ISO code of the language, or "und" if there is too little evidence."""
    letters = [char for char in words.text[: 10 * _READ] if char.isalpha()]
    others = Counter(_script(char) for char in letters if char > "\u036f")
    if letters and sum(others.values()) - others[""] > _SHARE * len(letters):
        # Japanese also uses Chinese characters.
        return "ja" if others["ja"] else max(others, key=lambda code: others[code] if code else 0)
    counts = dict.fromkeys(_COMMON, 0)
    for word in words.words[:_READ]:
        for code, common in _COMMON.items():
            counts[code] += word in common
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] >= _LEAST else UNKNOWN


def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    return next((code for begins, code in _SCRIPTS if name.startswith(begins)), "")

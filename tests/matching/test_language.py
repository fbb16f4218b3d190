import pytest

from guidance.matching.language import UNKNOWN, language
from guidance.matching.words import Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You will work with the team and own our pipelines.", "en"),
        ("Du arbeitest mit dem Team und bist für unsere Plattform verantwortlich; wir sind in Köln.", "de"),
        ("Vous travaillez avec une équipe et vous êtes à l’aise dans les échanges pour notre client.", "fr"),
        ("Buscamos a una persona para el equipo, con experiencia en el desarrollo de la plataforma.", "es"),
        ("Wij zoeken een ontwikkelaar die met het team werkt aan de dienst voor jouw klanten.", "nl"),
        ("Мы ищем инженера, который знает Python и SQL", "ru"),
        ("データエンジニアを募集しています。Python と SQL の経験", "ja"),
        ("我们正在寻找一位熟悉 Python 的工程师", "zh"),
        ("مطلوب مهندس برمجيات Python", "ar"),
        ("Python, SQL, Docker", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_language(text, expected):
    assert language(Words(text)) == expected

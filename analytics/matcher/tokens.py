"""Which words of a text can carry a cause?

Records of one cause share technical words, not dates, durations or percentages; those are taken out
first, because they make strangers look alike; what a server answered (``HTTP 503``) stays.
Identifiers are kept whole and in their parts, so that ``maxPoolSize`` meets "pool size", and dotted
names level by level, so that ``jms.BrokerService`` meets ``BrokerService``. Endings are cut lightly
(plurals alone): a heavier stem merges words that matter here. Text in any script gives tokens;
scripts without spaces give pairs of characters. Stop words are English and Spanish; other languages
rely on rarity alone.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

#: Words longer than this are hashes, keys or base64, which no other record repeats.
LONGEST_WORD = 40

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july"
    r"|august|september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    r"|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_COUNT = r"\d+(?:[.,]\d+)*"
_UNIT = (
    r"(?:%|percent|per cent|por ciento|ms|milliseconds?|secs?|seconds?|mins?|minutes?|hrs?|hours?"
    r"|days?|weeks?|months?|years?|milisegundos?|segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?"
    r"|a[ñn]os?|utc|gmt|am|pm|[ap]\.m\.|[kmgt]b|[kmgt]ib|[smhdk])"
)
_NOISE = re.compile(
    r"(?:https?://\S+)"
    r"|\b\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?z?)?\b"
    r"|\b\d{1,4}[/.]\d{1,2}[/.]\d{2,4}\b"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?{_MONTH}(?:\s+(?:de\s+)?\d{{4}})?\b"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:utc|gmt|am|pm))?\b"
    rf"|(?<![\w.]){_COUNT}\s*{_UNIT}(?!\w)"
    rf"|(?<![\w.]){_COUNT}(?![\w]|\.\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:[.]\w+)*")
_PART = re.compile(r"[_.]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])")
#: ``APIs`` and ``VMs``: the plural of what is written in capitals.
_ACRONYMS = re.compile(r"[A-Z]{2,}s")
#: What a server answered is a number that tells a cause, where it is said to be that. 400 and 500
#: are what every server says of anything.
_CODE = r"((?!400|500)[45]\d\d)"
_STATUS = re.compile(
    rf"\b(?:(?:https?|status|codes?|errors?|return(?:s|ed|ing)?)[\s:/]{{1,3}}){{1,3}}{_CODE}\b"
    rf"|\b{_CODE}(?:s\b|(?=\s+(?:errors?|responses?|status|bad|gateway|internal)\b))",
    re.IGNORECASE,
)
#: ``time-out``, ``timed out`` and ``timeout`` are one word, as are ``fail-over`` and ``failover``.
_TIMEOUT = re.compile(r"\btim(?:e|es|ed|ing)[\s-]outs?\b", re.IGNORECASE)
_COMPOUND = re.compile(r"\b([a-z]{3,20})-(out|over|back|off|up|down)(s?)\b", re.IGNORECASE)
#: Han, kana, Thai, Lao and Khmer, written without spaces between words. Hangul has them.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_MARKS = re.compile(r"[\u0300-\u036f]")

STOP_WORDS = frozenset(
    """
    a about above after again all also although am an and any are as at be because been before being
    below between both but by can cannot could did do does doing done down during each either else
    etc even every few for from further get gets getting got had has have having he her here hers
    him his how however i if in into is it its itself just let like made make makes many may me
    might more most much must my near neither no nor not now of off on once one only or other others
    our ours out over own per please same several shall she should since so some still such than
    that the their theirs them then there therefore these they this those though through thus to
    today too two under until up upon us very via was we well were what when where whether which
    while who whom whose why will with within without would yet you your yours utc gmt pst pdt est
    edt cet issue issues problem problems incident incidents impact impacted affected affecting
    experienced experiencing approximately total result resulted resulting caused cause causing due
    led minute minutes hour hours second seconds day days week weeks
    al algo alguna algunas alguno algunos ante antes aquel aquella asi aun aunque bajo bien cada
    casi como con contra cual cuales cualquier cuando cuanto de del desde despues donde dos durante
    e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estaba estaban estado
    estamos estan estar estas este esto estos fue fueron ha habia habian han hasta hay hemos hizo
    hubo la las le les lo los mas me mi mientras mis mismo misma mucho muchos muy nada ni nos
    nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque
    pudo pueden puede pues que quien quienes se sea sean ser si sido siempre siendo sin sino sobre
    solo son su sus tal tambien tampoco tan tanto te tenia tenian tiene tienen toda todas todo todos
    tras tu tus un una unas uno unos ya y
    incidente incidentes problema problemas impacto afectado afectada afectados afectadas causa
    causado causada debido aproximadamente minuto minutos hora horas segundo segundos dia dias
    """.split()
)


def fold(text: str) -> str:
    """``text`` in lower case without accents: ``Conexión`` and ``conexion`` are one word.

    Only the combining accents of European scripts are dropped; signs that make another letter
    elsewhere (Japanese voicing, Indic vowels) stay.
    """
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", bare).casefold()


def without_noise(text: str, mark: str | Callable[[re.Match[str]], str] = " ") -> str:
    """``text`` with a ``mark`` for each date, clock time, duration, percentage, count and link."""
    return _NOISE.sub(mark, text)


def words(text: str) -> list[str]:
    """The folded words of ``text`` in order, none left out: what patterns are read on."""
    return [fold(part) for whole in _WORD.findall(text) for part in _parts(whole)]


def tokens(text: str) -> list[str]:
    """The words of ``text`` that can carry a cause, stemmed; compounds whole and in parts."""
    text = _STATUS.sub(lambda code: f" http{code[1] or code[2]} ", text)
    text = _COMPOUND.sub(r"\1\2\3", _TIMEOUT.sub("timeout", text))
    found: list[str] = []
    for whole in _WORD.findall(without_noise(text)):
        found.extend(_tokens_of(whole))
    return found


@lru_cache(maxsize=65_536)
def _tokens_of(whole: str) -> tuple[str, ...]:
    """The tokens of one word; cached because a text repeats few thousand words over and over."""
    if _UNSPACED.search(whole):
        return tuple(_pairs_of_characters(whole))
    return tuple(stem(word) for word in map(fold, _levels(whole)) if _carries(word))


def _levels(whole: str) -> list[str]:
    """The parts of each name between dots, the name itself, and all of it last."""
    found: list[str] = []
    names = whole.split(".")
    for name in names:
        parts = _parts(name)
        found += [*parts, name] if len(parts) > 1 else parts
    return [*found, whole] if len(names) > 1 else found


def _parts(whole: str) -> list[str]:
    if whole.islower() and whole.isalpha():
        return [whole]
    parts = (part for part in _PART.split(whole) if part)
    return [part[:-1] if _ACRONYMS.fullmatch(part) else part for part in parts]


def _carries(word: str) -> bool:
    return 1 < len(word) <= LONGEST_WORD and not word.isdigit() and word not in STOP_WORDS


def _pairs_of_characters(whole: str) -> list[str]:
    """Overlapping pairs: the usual unit of search where a word has no visible end."""
    found: list[str] = []
    for run in _UNSPACED.findall(whole):
        found.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    rest = fold(_UNSPACED.sub(" ", whole)).split()
    return found + [stem(word) for word in rest if _carries(word)]


def stem(word: str) -> str:
    """``word`` without its plural ending, English or Spanish (``queries`` → ``query``).

    A last ``e`` goes too, so that ``errores`` meets ``error`` and ``stores`` meets ``store``.
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word

"""Numbers as people write them in cells: ``1,234.50``, ``1.234,50 €``, ``12 %``, ``~500``."""

import re

#: Signs and codes of money, by the code that they mean; "$" and "¥" are of several countries.
CURRENCIES = {
    "us$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
    "円": "JPY", "jpy": "JPY", "chf": "CHF", "r$": "BRL", "brl": "BRL", "₹": "INR",
    "inr": "INR", "cad": "CAD", "ca$": "CAD", "aud": "AUD", "a$": "AUD", "mxn": "MXN",
    "mx$": "MXN", "ars": "ARS", "clp": "CLP", "cop": "COP", "pen": "PEN", "sek": "SEK",
    "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK", "krw": "KRW", "₩": "KRW",
    "cny": "CNY", "sgd": "SGD", "hkd": "HKD", "nzd": "NZD", "zar": "ZAR", "brl$": "BRL",
}  # fmt: skip
NUMBER = re.compile(
    r"(?:[~≈<>]|ca\.?|about|approx\.?)?\s*(?P<before>[^\W\d_]{0,3}[$€£¥₹₩]|[^\W\d_]{3})?\s*"
    r"(?P<sign>[-+−]?)(?P<digits>\d[\d.,'’ \u00a0\u202f]{0,40})\s*"
    r"(?P<factor>[kKMm](?![^\W_]))?\s*(?P<after>[$€£¥₹₩円%]|[^\W\d_]{3})?\+?"
)
OTHER_SIGNS = frozenset(("%", "$", "¥"))
SPACES = re.compile(r"['’ \u00a0\u202f]")
FACTORS = {"k": 1_000.0, "m": 1_000_000.0}
LONGEST = 60


def number_in(text: str) -> float | None:
    """The number that a cell is; None if it is none."""
    parts = _parts(text)
    if parts is None:
        return None
    number = _value(parts["digits"])
    if number is None:
        return None
    number *= FACTORS.get((parts["factor"] or "").lower(), 1.0)
    return -number if parts["sign"] in ("-", "−") else number


def currency_in(text: str) -> str:
    """The code of the money that a cell or a header names; empty if none."""
    if code := CURRENCIES.get(text.strip().lower()):
        return code
    parts = _parts(text)
    named = (parts["before"] or parts["after"] or "") if parts else ""
    return CURRENCIES.get(named.lower(), "")


def _parts(text: str) -> re.Match[str] | None:
    if len(text) > LONGEST:
        return None
    parts = NUMBER.fullmatch(text.strip())
    if parts is None:
        return None
    around = [(parts["before"] or "").lower(), (parts["after"] or "").lower()]
    known = all(not sign or sign in OTHER_SIGNS or sign in CURRENCIES for sign in around)
    return parts if known else None


def _value(digits: str) -> float | None:
    """The digits as a number, whichever of point and comma sets off thousands."""
    digits = SPACES.sub("", digits).rstrip(".,")
    point, comma = digits.rfind("."), digits.rfind(",")
    mark = "." if point > comma else ","
    if min(point, comma) < 0 and _thousands(digits, mark):
        mark = ""
    whole, fraction = digits, ""
    if mark and mark in digits:
        whole, fraction = digits.rsplit(mark, 1)
        if mark in whole:
            return None
    whole = whole.replace(".", "").replace(",", "")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    return float(f"{whole}.{fraction or 0}")


def _thousands(digits: str, mark: str) -> bool:
    """Whether ``mark`` sets off groups of three: "1.234", but neither "0.234" nor "1234.567"."""
    first, *groups = digits.split(mark)
    return (
        bool(groups)
        and all(len(group) == 3 for group in groups)
        and 0 < len(first) <= 3
        and (first != "0")
    )

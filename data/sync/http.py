"""How is another machine asked? Politely, for a bounded time, and without telling a secret.

The headers that hold secrets go to the host that the user named and to no other, whatever a
redirect or a next page says. An answer that grows too large or too old is given up; a busy or
failing server is asked again after the time that it names itself.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import parse_header_links
from urllib3.util.retry import Retry

from data.findings import Findings
from data.readers.source import MEGABYTE, Source

# What a source gave this time, and what has to be remembered for the next.

#: Remembered of a source from one time to the next, as JSON can hold it.
State = Mapping[str, Any]


class Failed(Exception):
    """A source could not be read; the message says why, and holds no secret."""


@dataclass(frozen=True)
class Fetched:
    """What a source gave.

    Attributes:
        sources: what there is to read; none where nothing changed.
        state: to be remembered once it is loaded.
        findings: what was met with on the way, such as files that are not there.
        complete: whether every file that the source ever had and has still is among them.
    """

    sources: tuple[Source, ...]
    state: State
    findings: Findings = field(default_factory=Findings)
    complete: bool = False


CONNECT_SECONDS, READ_SECONDS = 10, 60
#: Of one answer, from its first byte to its last.
ANSWER_SECONDS = 300
LARGEST_ANSWER = 64 * MEGABYTE
#: All answers of one source together.
LARGEST_SOURCE = 64 * MEGABYTE
MOST_PAGES = 10_000
MOST_REDIRECTS = 5
#: Times that a question is asked once more.
RETRIES = 3
#: The longest that a server can make us wait before that.
LONGEST_WAIT = 120
#: Seconds before the second time that it is asked once more; doubled from then on.
BACKOFF = 1.0
ASK_AGAIN = (420, 429, 500, 502, 503, 504)
OK, NOT_MODIFIED, REFUSED, GONE = 200, 304, (401, 403), 404
REDIRECTS = (301, 302, 303, 307, 308)
PIECE = 64 * 1024
AGENT = "Aftermath"
#: What a secret is shown as.
HIDDEN = "…"


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        changed: False where it said that nothing changed since it was asked last.
    """

    address: str
    headers: Mapping[str, str]
    body: bytes
    changed: bool = True

    @cached_property
    def document(self) -> Any:
        """The body as JSON.

        Raises:
            Failed: it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Failed(f"{shown(self.address)} answered with what is no JSON") from error

    @property
    def at(self) -> str:
        """When it was answered by the server's own clock, in ISO 8601; empty where it says none."""
        try:
            return parsedate_to_datetime(self.headers.get("Date", "")).isoformat()
        except ValueError:
            return ""

    @property
    def next_page(self) -> str:
        """The address of the next page that the ``Link`` header names; empty without one."""
        links = parse_header_links(self.headers.get("Link", ""))
        found = next((link["url"] for link in links if link.get("rel") == "next"), "")
        return urljoin(self.address, found) if found else ""

    @property
    def validators(self) -> dict[str, str]:
        """What to send next time, so that an unchanged answer need not be sent again."""
        names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
        return {ask: self.headers[told] for told, ask in names.items() if told in self.headers}


class Client:
    """Asks one host.

    Args:
        address: of the host that the headers are meant for.
        headers: sent to that host alone.
        secrets: values that must be in no message.
    """

    def __init__(
        self, address: str, *, headers: Mapping[str, str], secrets: tuple[str, ...] = ()
    ) -> None:
        self._origin = _origin(address)
        self._headers = headers
        self._secrets = secrets
        self._bytes = 0
        self._session = _session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(
        self,
        address: str,
        *,
        params: Mapping[str, Any] | None = None,
        conditions: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for ``address``.

        Args:
            params: of its query.
            conditions: see :attr:`Answer.validators`.

        Raises:
            Failed: there is no answer, or none that can be used.
        """
        try:
            return self._followed(address, params, conditions or {})
        except requests.RequestException as error:
            raise Failed(self._plain(f"{shown(address)} {_why(error)}")) from error

    def pages(
        self,
        address: str,
        *,
        params: Mapping[str, Any] | None = None,
        conditions: Mapping[str, str] | None = None,
    ) -> Iterator[Answer]:
        """The answer and those after it that its ``Link`` header leads to.

        Raises:
            Failed: see :meth:`get_next`; or there is no end of them.
        """
        answer = self.get(address, params=params, conditions=conditions)
        yield answer
        seen = {answer.address}
        while following := answer.next_page:
            if following in seen or len(seen) >= MOST_PAGES:
                raise Failed(f"{shown(answer.address)} names pages without an end")
            seen.add(following)
            answer = self.get_next(answer, following)
            yield answer

    def get_next(self, answer: Answer, address: str) -> Answer:
        """The page that an answer says comes after it.

        Raises:
            Failed: see :meth:`get`; or it is on another host.
        """
        following = urljoin(answer.address, address)
        if _origin(following) != self._origin:
            raise Failed(f"{shown(answer.address)} names a next page on another host")
        return self.get(following)

    def _followed(
        self, address: str, params: Mapping[str, Any] | None, conditions: Mapping[str, str]
    ) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            response, body = self._asked(address, params, conditions)
            if response.status_code not in REDIRECTS:
                return self._judged(response, body)
            following = urljoin(response.url, response.headers.get("Location", ""))
            if urlsplit(following).scheme not in ("https", urlsplit(response.url).scheme):
                raise Failed(f"{shown(address)} leads to an address that is not encrypted")
            address, params = following, None
        raise Failed(f"{shown(address)} leads from one address to the next without an end")

    def _asked(
        self, address: str, params: Mapping[str, Any] | None, conditions: Mapping[str, str]
    ) -> tuple[requests.Response, bytes]:
        """The response with its body; a connection that is cut is tried again."""
        ours = self._headers if _origin(address) == self._origin else {}
        for attempt in range(RETRIES + 1):
            with self._session.get(
                address,
                params=params,
                headers={**ours, **conditions},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                try:
                    return response, self._body(response)
                except requests.RequestException:
                    if attempt == RETRIES:
                        raise
            time.sleep(BACKOFF * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _body(self, response: requests.Response) -> bytes:
        pieces, size, until = [], 0, time.monotonic() + ANSWER_SECONDS
        for piece in response.iter_content(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise Failed(f"{shown(response.url)} answered with over {_mb(LARGEST_ANSWER)}")
            if time.monotonic() > until:
                raise Failed(f"{shown(response.url)} did not end within {ANSWER_SECONDS} seconds")
        self._bytes += size
        if self._bytes > LARGEST_SOURCE:
            raise Failed(f"holds over {_mb(LARGEST_SOURCE)}; ask for less, such as by `since`")
        return b"".join(pieces)

    def _judged(self, response: requests.Response, body: bytes) -> Answer:
        status, where = response.status_code, shown(response.url)
        if status in (OK, NOT_MODIFIED):
            return Answer(response.url, response.headers, body, changed=status == OK)
        if status in REFUSED and response.headers.get("X-RateLimit-Remaining") == "0":
            raise Failed(f"{where} allows no more questions for now; try again later")
        if status in REFUSED:
            raise Failed(f"{where} answered {status}: the token is refused or may not read this")
        if status == GONE:
            raise Failed(f"{where} answered 404: it is not there, or the token may not see it")
        raise Failed(f"{where} answered {status}")

    def _plain(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def shown(address: str) -> str:
    """An address without its query and without a name or password in it."""
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path}"


def _session() -> requests.Session:
    session = requests.Session()
    session.headers.update({"User-Agent": AGENT, "Accept": "application/json"})
    # Something in place of nothing: else a password of a .netrc file would be sent along.
    session.auth = lambda request: request
    retries = Retry(
        total=RETRIES,
        redirect=0,
        status_forcelist=ASK_AGAIN,
        allowed_methods=("GET",),
        backoff_factor=BACKOFF,
        retry_after_max=LONGEST_WAIT,
        raise_on_status=False,
        raise_on_redirect=False,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retries))
    return session


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port


def _why(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that can be trusted"
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "cannot be reached, or cut the connection"
    return f"cannot be asked: {type(error).__name__}"


def _mb(size: int) -> str:
    return f"{size // MEGABYTE} MB"

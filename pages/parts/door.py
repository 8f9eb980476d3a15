"""Who may come in? What the server answers with, where it listens, and whether it is ready.

``streamlit run dashboard.py`` imports ``dashboard`` to serve it; what is answered there, before
any page runs, is decided here.
"""

import base64
import hashlib
import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from threading import Lock

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.engine import ENVIRONMENT, StoreError, is_there
from data.store import Store, open_store
from pages.parts.login import Guarded, Misconfigured, login

#: Set to "yes", Aftermath listens on addresses of other machines though it asks for no login.
OPEN = "AFTERMATH_OPEN"
#: Where whoever watches the server asks whether it can be used, the store included.
READY = "/ready"
#: Whoever asks for that waits no longer for others who ask.
PATIENCE_SECONDS = 5

FOR_KNOWN = "A login is set up: records are shown to nobody without it."
FOR_THIS_MACHINE = "No login is set up, so only this machine can open Aftermath."
FOR_ALL = "No login is set up: whoever reaches this address can read, change and delete everything."
REFUSED = (
    "Aftermath did not start: it would listen on {address} and asks for no login, so whoever "
    "reaches it could read and delete everything. Set up a login, leave out the address, or say "
    f"{OPEN}=yes where something else keeps strangers out (docs/deploying.md)."
)


def served() -> tuple[list[Route], list[Middleware]]:
    """What is served beside the pages, and what every answer passes through.

    Says on the terminal who can reach the server, and ends the start where that would be anybody
    and nobody said so.

    Raises:
        SystemExit: it would listen to other machines without a login, or that cannot be used.
    """
    try:
        there = login()
    except Misconfigured as error:
        sys.exit(f"Aftermath did not start: its login cannot be used, because {error}.")
    if there:
        print(FOR_KNOWN, flush=True)
    else:
        check_address(st.get_option("server.address"))
    readiness = _Readiness(os.environ.get(ENVIRONMENT))
    return [Route(READY, readiness.answer)], [
        Middleware(
            WithHeaders,
            headers=security_headers(),
            is_encrypted=there is not None and there.is_encrypted,
        ),
        Middleware(Guarded),
    ]


def check_address(address: str | None) -> None:
    """Say who can open Aftermath at the address that it listens on; ends where anybody could."""
    if _is_this_machine(address):
        print(FOR_THIS_MACHINE, flush=True)
    elif os.environ.get(OPEN) == "yes":
        print(FOR_ALL, flush=True)
    else:
        sys.exit(REFUSED.format(address=address or "all addresses of this machine"))


def _is_this_machine(address: str | None) -> bool:
    """Whether only this machine reaches an address; Streamlit takes none for all there are."""
    try:
        return address == "localhost" or ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


class _Readiness:
    """Whether the store answers; it is kept open, so that asking often costs little."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._turn = Lock()
        self._store: Store | None = None

    def reason_against(self) -> str:
        """Why the store cannot be used; empty if it can.

        The first question makes a store where there is none yet, as the first visit would. One
        that is missing later was lost.
        """
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            return "The database does not answer."
        try:
            if self._store is None:
                self._store = open_store(self._url)
            if not is_there(self._url):
                return "The database is gone."
            self._store.revision()
        except StoreError as error:
            return str(error)
        finally:
            self._turn.release()
        return ""

    async def answer(self, _: Request) -> Response:
        """200 while the store can be used, 503 while not; the reason stands in the log alone."""
        reason = await run_in_threadpool(self.reason_against)
        if reason:
            print(f"Not ready: {reason}", file=sys.stderr, flush=True)
        status = HTTPStatus.SERVICE_UNAVAILABLE if reason else HTTPStatus.OK
        untold = {"Cache-Control": "no-store"}
        return JSONResponse({"ready": not reason}, status_code=status, headers=untold)


def security_headers() -> dict[str, str]:
    """What browsers are told with every answer.

    Streamlit sets styles by script, so those cannot be forbidden; scripts are its own files and
    the one line within its page, which is known by its hash.
    """
    own = " ".join(_inline_scripts())
    policy = {
        "default-src": "'self'",
        # Fast charts of many points are compiled as they are drawn.
        "script-src": f"'self' 'unsafe-eval' {own}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "connect-src": "'self' blob: data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        # An address holds what somebody filtered by.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _inline_scripts() -> list[str]:
    """The scripts within Streamlit's page, each by its hash, as a policy names them."""
    page = Path(st.__file__).with_name("static") / "index.html"
    found = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in found)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


class WithHeaders:
    """Puts headers on every answer, those of errors and of files too.

    Where browsers come by HTTPS, cookies go that way only: Streamlit cannot know, behind a proxy.
    """

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str], is_encrypted: bool) -> None:
        self._app = app
        self._headers = headers
        self._cookies_end = b"; Secure" if is_encrypted else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, value + self._cookies_end if name == b"set-cookie" else value)
                    for name, value in message.get("headers", ())
                ]
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)

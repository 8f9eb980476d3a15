"""Whose visit is this, and what may they do? Logins by OpenID Connect, off until they are set up.

Streamlit asks the provider and keeps who came in a signed cookie. Each run of a page and each
change of the store asks here; the settings are those that the server started with, so that a file
that is lost or broken later opens nothing.
"""

import importlib.util
import json
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from data.store import Store, StoreError
from data.trail import Entry, What
from pages.parts.wording.numbers import literal

Role = Literal["reader", "editor", "admin"]
#: From the least to the most that one may do.
ROLES: tuple[Role, ...] = get_args(Role)
_A: dict[Role, str] = {"reader": "a reader", "editor": "an editor", "admin": "an admin"}
#: What readers do, too: it takes nothing from others.
BY_READERS: frozenset[What] = frozenset({"export", "login"})
#: What nobody can take back on a page.
BY_ADMINS: frozenset[What] = frozenset(
    {"all records forgotten", "records removed", "exposure removed", "service levels removed"}
)
#: After so long one logs in again, unless settings say otherwise: a working day. Streamlit's cookie
#: would do for 30 days, in which somebody may have left.
HOURS = 12
#: A shorter secret can be guessed, and whoever has it is whoever they like.
SHORTEST_SECRET = 32
#: Where Streamlit takes files, and from where it gives them.
UPLOADS, FILES = "/_stcore/upload_file/", "/media/"


class Misconfigured(Exception):
    """The settings of the login cannot be used; the message says why."""


class Refused(Exception):
    """Whoever is logged in may not do this; the message says what they may."""


@dataclass(frozen=True)
class Person:
    """Who is logged in, and as what."""

    name: str
    role: Role

    def may(self, what: What) -> bool:
        """Whether they may do what stands so in the trail."""
        if what in BY_READERS:
            return True
        return self.role == "admin" or (self.role == "editor" and what not in BY_ADMINS)


@dataclass(frozen=True)
class Login:
    """Who gets in, as the settings say.

    Attributes:
        claim: what the provider says of people by which they get their role.
        values: of that claim, by role; one that is not there is held by nobody, but without
            ``reader`` whoever can log in reads.
        hours: after which one logs in again.
        is_encrypted: whether browsers come by HTTPS, so that cookies need no other way.
    """

    claim: str
    values: Mapping[Role, Collection[str]]
    hours: float
    is_encrypted: bool = False

    def person(self, claims: Mapping[str, Any], *, now: float) -> Person | None:
        """Who comes with these claims; None for whom nothing may be shown.

        Args:
            claims: what the provider said of them, and Streamlit that they are logged in.
            now: seconds since 1970.
        """
        issued = claims.get("iat")
        if claims.get("is_logged_in") is not True or not isinstance(issued, int | float):
            return None
        if now - issued > self.hours * 3600:
            return None
        held = self._held(claims)
        for role in reversed(ROLES):
            allowed = self.values.get(role)
            if (role == "reader" and allowed is None) or held & set(allowed or ()):
                return Person(_name(claims), role)
        return None

    def _held(self, claims: Mapping[str, Any]) -> set[str]:
        if self.claim == "email" and claims.get("email_verified") is False:
            return set()
        said = claims.get(self.claim)
        values = said if isinstance(said, list | tuple) else [said]
        return {value for value in values if isinstance(value, str) and value}


def _name(claims: Mapping[str, Any]) -> str:
    """What a person is called in the trail; the provider's own key where nothing reads better."""
    named = (claims.get(claim) for claim in ("email", "preferred_username", "name", "sub"))
    return next((name for name in named if isinstance(name, str) and name), "")


def read_login(secrets: Mapping[str, Any]) -> Login | None:
    """What the settings say; None where no login is set up.

    Args:
        secrets: Streamlit's, with ``auth`` as :func:`streamlit.login` reads it, and ``roles``.

    Raises:
        Misconfigured: they say something else than they may.
    """
    if "auth" not in secrets:
        if "roles" in secrets:
            raise Misconfigured("[roles] are set, but no login ([auth])")
        return None
    if len(str(secrets["auth"].get("cookie_secret", ""))) < SHORTEST_SECRET:
        raise Misconfigured(f"cookie_secret needs {SHORTEST_SECRET} characters or more")
    roles = dict(secrets.get("roles", {}))
    claim, hours = roles.pop("claim", "email"), roles.pop("hours", HOURS)
    if not isinstance(claim, str) or not isinstance(hours, int | float) or not hours > 0:
        raise Misconfigured("claim is a name, and hours a number above 0")
    values: dict[Role, Collection[str]] = {role: roles.pop(role) for role in ROLES if role in roles}
    if roles:
        raise Misconfigured(f"[roles] knows no {', '.join(map(str, roles))}")
    for role, allowed in values.items():
        if isinstance(allowed, str) or not all(isinstance(value, str) for value in allowed):
            raise Misconfigured(f"{role} is a list of values of {claim}")
    is_encrypted = str(secrets["auth"].get("redirect_uri", "")).startswith("https:")
    return Login(claim, values, float(hours), is_encrypted)


@cache
def login() -> Login | None:
    """What this server started with.

    Raises:
        Misconfigured: it cannot be used, so nobody is let in.
    """
    files = [file for file in st.get_option("secrets.files") if Path(file).exists()]
    if not files:
        return None
    if not st.secrets.load_if_toml_exists():
        raise Misconfigured(f"{' and '.join(Path(file).name for file in files)} cannot be read")
    found = read_login(st.secrets)
    if found and not importlib.util.find_spec("authlib"):
        raise Misconfigured("it needs the packages of requirements-login.lock")
    return found


def person() -> Person | None:
    """Who looks at the page that runs; None where nobody is let in, or no login is set up."""
    there = login()
    if there is None or get_script_run_ctx(suppress_warning=True) is None:
        return None
    return there.person(st.user.to_dict(), now=time.time())


def admit() -> None:
    """Let whoever is logged in pass; show others the way in, nothing else, and end the run."""
    there = login()
    if there is None:
        return
    here = person()
    if here:
        with st.sidebar:
            st.caption(f"{literal(here.name)} · {here.role}")
            st.button("Log out", icon=":material/logout:", type="tertiary", on_click=st.logout)
        return
    st.set_page_config(page_title="Aftermath")
    st.title("Aftermath", anchor=False)
    if st.user.is_logged_in:
        who = literal(_name(st.user.to_dict()))
        st.warning(
            f"You are logged in as {who}. Either that was more than {there.hours:g} hours ago, or "
            "nobody has given you a role here.",
            title="Log in again, or ask for a role",
        )
        st.button("Log out", on_click=st.logout)
    else:
        st.info("These records are shown to people who are logged in.", title="Log in first")
    st.button("Log in", type="primary", on_click=st.login)
    st.stop()


@cache
def _told() -> set[tuple[str, object]]:
    """The logins that stand in the trail since the server started, each by person and moment."""
    return set()


def tell(store: Store) -> None:
    """Note in the trail who came in, once for each login; a store that is busy keeps nobody out."""
    here = person()
    came = (here.name, st.user.get("iat")) if here else None
    if here and came and came not in _told():
        with suppress(StoreError):
            store.tell(Entry("login", here.role))
            _told().add(came)


def check(entry: Entry) -> str:
    """Refuse a change that whoever looks at the page may not make; the name of who may.

    What no page does, such as a command or a search that goes on by itself, is not asked.

    Raises:
        Refused: they may not.
    """
    if login() is None or get_script_run_ctx(suppress_warning=True) is None:
        return ""
    here = person()
    if here is None:
        raise Refused("You are not logged in any more, so nothing was changed.")
    if not here.may(entry.what):
        needed = _A["admin" if entry.what in BY_ADMINS else "editor"]
        raise Refused(f"You are {_A[here.role]} here; this needs {needed}. Nothing was changed.")
    return here.name


def may_change() -> bool:
    """Whether whoever looks at the page may change anything; so may all where there is no login."""
    here = person()
    return login() is None or (here is not None and here.role != "reader")


def explain(error: Exception) -> bool:
    """Say on the page why a change was refused; whether that was what went wrong."""
    if isinstance(error, Refused):
        st.error(literal(str(error)), title="Not allowed", icon=":material/lock:")
    return isinstance(error, Refused)


class Guarded:
    """Takes files from those who may load, and gives files to those who may read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to all others, and pass on whatever else is asked."""
        if scope["type"] == "http" and not await run_in_threadpool(_is_let_in, Request(scope)):
            refusal = PlainTextResponse("Log in first.", status_code=403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_let_in(request: Request) -> bool:
    under = f"/{st.get_option('server.baseUrlPath').strip('/')}".rstrip("/")
    path, there = request.scope["path"], login()
    is_upload = path.startswith(under + UPLOADS)
    if there is None or not (is_upload or path.startswith(under + FILES)):
        return True

    def signed(name: str) -> bytes | None:
        value = request.cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(get_cookie_secret(), name, value)

    cookie = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    claims = json.loads(cookie) if cookie else {}
    here = there.person(claims, now=time.time())
    return here is not None and (not is_upload or here.role != "reader")

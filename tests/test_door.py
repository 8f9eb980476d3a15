"""Who can reach the server, what browsers are told with each answer, and when it is ready."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.parts import door
from tests.support.coroutines import outcome
from tests.support.server import DASHBOARD, RUN_OPTIONS, App, free_port, running_app
from tests.support.watch import settled

EVERYWHERE = ("--server.address", "0.0.0.0", "--browser.serverAddress", "localhost")
START_SECONDS = 300


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A started dashboard over a store of its own, ``own.db`` in its folder."""
    folder = tmp_path_factory.mktemp("door")
    with running_app(folder, database=f"sqlite:///{folder / 'own.db'}") as started:
        yield started


def answer(app: App, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(app.url.rpartition("/")[2], timeout=START_SECONDS)
    connection.request(method, path)
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    read = response.status, headers, response.read()
    connection.close()
    return read


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "GET"),
        ("/records", "GET"),
        ("/ready", "GET"),
        ("/_stcore/health", "GET"),
        ("/media/none.csv", "GET"),
        ("/_stcore/upload_file/nobody/nothing", "PUT"),
    ],
)
def test_every_answer_forbids_frames_guesses_and_foreign_scripts(
    app: App, path: str, method: str
) -> None:
    _, headers, _ = answer(app, path, method)
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["default-src"] == "'self'"
    assert "unsafe-inline" not in policy["script-src"]
    assert "http" not in headers["content-security-policy"]


def test_streamlits_own_line_of_script_is_known_by_its_hash() -> None:
    assert door.security_headers()["Content-Security-Policy"].count("'sha256-") == 1


def test_it_is_ready_while_the_store_is_there_and_alive_without(tmp_path: Path) -> None:
    file = tmp_path / "own.db"
    with running_app(tmp_path, database=f"sqlite:///{file}") as app:
        status, headers, body = answer(app, "/ready")
        assert (status, json.loads(body)) == (200, {"ready": True})
        assert headers["cache-control"] == "no-store"
        for part in tmp_path.glob("own.db*"):
            part.unlink()
        status, _, body = answer(app, "/ready")
        assert (status, json.loads(body)) == (503, {"ready": False})
        assert "Not ready: The database is gone." in app.log
        assert answer(app, "/_stcore/health")[0] == 200


def test_a_database_that_is_away_is_not_ready_and_its_address_stays_in_the_log(
    tmp_path: Path,
) -> None:
    away = f"postgresql+psycopg://ann:s3cret@127.0.0.1:{free_port()}/incidents"
    with running_app(tmp_path, database=away) as app:
        status, _, body = answer(app, "/ready")
        assert (status, json.loads(body)) == (503, {"ready": False})
        assert "Not ready: " in app.log
        assert "s3cret" not in app.log


def test_without_a_login_only_this_machine_is_answered_and_the_terminal_says_so(app: App) -> None:
    assert door.FOR_THIS_MACHINE in app.log
    assert "127.0.0.1" in app.log
    assert "Network URL" not in app.log


def test_it_does_not_start_where_anybody_could_reach_it(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "streamlit", "run", DASHBOARD, *RUN_OPTIONS, str(free_port()))
    done = subprocess.run(
        (*command, *EVERYWHERE),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "Aftermath did not start: it would listen on 0.0.0.0" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_listens_wider_where_somebody_says_so(tmp_path: Path) -> None:
    said = {door.OPEN: "yes"}
    with running_app(tmp_path, database=None, options=EVERYWHERE, environment=said) as app:
        assert answer(app, "/_stcore/health")[0] == 200
        assert door.FOR_ALL in app.log


@pytest.mark.parametrize(
    ("address", "is_reached"),
    [("127.0.0.1", False), ("127.8.0.1", False), ("::1", False), ("localhost", False)]
    + [(wide, True) for wide in ("0.0.0.0", "::", "", None, "10.0.0.7", "incidents.example")],
)
def test_only_loopback_counts_as_this_machine(
    address: str | None, is_reached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(door.OPEN, raising=False)
    if is_reached:
        with pytest.raises(SystemExit, match="did not start"):
            door.check_address(address)
    else:
        door.check_address(address)


def test_browsers_are_told_to_send_no_telemetry(app: App, page: Page) -> None:
    told: list[bool] = []

    def read(frame: str | bytes) -> None:
        message = ForwardMsg.FromString(frame if isinstance(frame, bytes) else frame.encode())
        if message.WhichOneof("type") == "new_session":
            told.append(message.new_session.config.gather_usage_stats)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", read)

    page.on("websocket", listen)
    page.goto(app.url)
    settled(page)
    assert set(told) == {False}


def test_no_other_page_can_show_the_dashboard_in_a_frame(app: App, browser: Browser) -> None:
    foreign = browser.new_page()  # of its own, as the watch over ours takes the refusal for a fault
    with foreign.expect_console_message(lambda said: "frame-ancestors" in said.text):
        foreign.set_content(f'<iframe src="{app.url}/"></iframe>')
    assert foreign.frames[1].get_by_test_id("stApp").count() == 0
    foreign.close()


@pytest.mark.parametrize(("is_encrypted", "kept"), [(True, "a=1; Secure"), (False, "a=1")])
def test_where_browsers_come_by_https_cookies_go_no_other_way(
    is_encrypted: bool, kept: str
) -> None:
    async def with_cookies(scope: Scope, receive: Receive, send: Send) -> None:
        response = PlainTextResponse("", headers={"Set-Cookie": "a=1"})
        response.raw_headers.append((b"set-cookie", b"a=1"))
        await response(scope, receive, send)

    app = door.WithHeaders(with_cookies, headers={"X-Ours": "yes"}, is_encrypted=is_encrypted)
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    outcome(app({"type": "http", "method": "GET"}, None, keep))
    headers = Headers(raw=sent[0]["headers"])
    assert headers.getlist("set-cookie") == [kept, kept]
    assert headers["x-ours"] == "yes"

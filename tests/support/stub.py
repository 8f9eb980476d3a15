"""A server on this machine that answers as a test tells it to, and keeps what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One question: its path, the values of its query by name, its headers, what it brought."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes = b""

    def value(self, name: str) -> str | None:
        """The one value of a parameter; None where it was not sent."""
        values = self.query.get(name, [])
        return values[0] if values else None


@dataclass
class Reply:
    """One answer; a body that is no text is sent as JSON.

    Attributes:
        cut: whether the connection ends before the body does.
    """

    body: Any = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Answering = Callable[[Asked], Reply]


@dataclass
class Stub:
    """A server that runs.

    Attributes:
        address: without a path.
        asked: all questions so far.
    """

    address: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(answering: Answering) -> Iterator[Stub]:
    """Answer questions for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(parts.path, parse_qs(parts.query), dict(self.headers.items()), body)
            stub.asked.append(asked)
            reply = answering(asked)
            content = reply.content
            self.send_response_only(reply.status)  # without a date of its own
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content) * (2 if reply.cut else 1)))
            self.end_headers()
            self.wfile.write(content)
            if reply.cut:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - named by the library

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def in_turn(*replies: Reply) -> Answering:
    """The replies one after the other, the last one for all questions after it."""
    left = list(replies)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]

"""An OpenID Connect provider on this machine: who comes in is what the test says of them.

It speaks the authorization code flow with PKCE over real HTTP, signs with a key of its own, and
answers like a provider at which somebody is logged in already: at once.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "aftermath", "only-for-tests"
LIFE_SECONDS = 3600


@dataclass
class Provider:
    """Where it answers, and what it says of whoever logs in next."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(parameters={"kid": "1", "use": "sig"})
    )

    def metadata(self) -> dict[str, Any]:
        """What clients read first."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def redirect(self, asked: dict[str, str]) -> str:
        """Where the browser goes on, with a code that is good once."""
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given: Mapping[str, str], authorization: str) -> dict[str, Any] | None:
        """Who came, signed; None for a wrong client, code or verifier."""
        kind, _, client = authorization.partition(" ")
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.asked.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (kind, client) != ("Basic", known) or asked is None:
            return None
        if asked["code_challenge"] != challenge or asked["redirect_uri"] != given["redirect_uri"]:
            return None
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + LIFE_SECONDS}
        said |= {"nonce": asked["nonce"], **self.claims}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, said, self.key)
        return {"access_token": "none", "token_type": "Bearer", "id_token": signed}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider for as long as the block runs."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize" and asked["client_id"] == CLIENT:
                self.send_response(302)
                self.send_header("Location", provider.redirect(asked))
                self.end_headers()
            elif parts.path == "/keys":
                self._say({"keys": [provider.key.as_dict(private=False)]})
            else:
                self._say(provider.metadata())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            token = provider.token(given, self.headers.get("Authorization", ""))
            self._say(token or {"error": "invalid_grant"}, status=200 if token else 400)

        def _say(self, what: dict[str, Any], *, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass  # a test that fails says what it saw

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def write_secrets(folder: Path, provider: Provider, *, app_url: str, roles: str = "") -> None:
    """The settings of a login at this provider, where Streamlit looks for them."""
    file = folder / ".streamlit" / "secrets.toml"
    file.parent.mkdir()
    file.write_text(
        f"""[auth]
redirect_uri = "{app_url}/oauth2callback"
cookie_secret = "{secrets.token_urlsafe()}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider.url}/.well-known/openid-configuration"

[roles]
{roles}
""",
        encoding="utf-8",
    )

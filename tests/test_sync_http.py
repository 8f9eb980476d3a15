"""How other machines are asked: again where that helps, never for ever, and without secrets."""

from collections.abc import Callable

import pytest

from data.sync import http
from data.sync.http import Client, Failed
from tests.support.stub import Answering, Asked, Reply, in_turn, serving

TOKEN = "s3cret-token-value"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "X-Api-Key": TOKEN}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF", 0.0)


def asking(address: str) -> Client:
    return Client(address, headers=HEADERS, secrets=(TOKEN,))


def failing(answering: Answering, path: str = "/x") -> str:
    with serving(answering) as stub, asking(stub.address) as client:
        with pytest.raises(Failed) as failed:
            client.get(stub.address + path)
        said = str(failed.value)
        assert TOKEN not in said
        return said.replace(stub.address.removeprefix("http://").partition(":")[0], "host")


@pytest.mark.parametrize("status", [420, 429, 500, 502, 503, 504])
def test_a_busy_or_failing_server_is_asked_again(status: int) -> None:
    busy = Reply(status=status, headers={"Retry-After": "0"})
    with (
        serving(in_turn(busy, busy, Reply(["well"]))) as stub,
        asking(stub.address) as client,
    ):
        assert client.get(f"{stub.address}/x").document == ["well"]
        assert len(stub.asked) == 3


def test_the_server_says_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", waited.append)
    busy = Reply(status=429, headers={"Retry-After": "7"})
    far_too_long = Reply(status=429, headers={"Retry-After": "86400"})
    with (
        serving(in_turn(busy, far_too_long, Reply())) as stub,
        asking(stub.address) as client,
    ):
        client.get(f"{stub.address}/x")
    assert waited == [7, http.LONGEST_WAIT]


def test_a_server_that_stays_busy_is_given_up() -> None:
    busy = Reply(status=429, headers={"Retry-After": "0"})
    assert failing(in_turn(busy)) == "host/x answered 429"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=401), "host/x answered 401: the token is refused or may not read this"),
        (Reply(status=403), "host/x answered 403: the token is refused or may not read this"),
        (
            Reply(status=403, headers={"X-RateLimit-Remaining": "0"}),
            "host/x allows no more questions for now; try again later",
        ),
        (
            Reply(status=404),
            "host/x answered 404: it is not there, or the token may not see it",
        ),
        (Reply(status=418), "host/x answered 418"),
    ],
)
def test_what_no_second_question_mends_is_said_at_once(reply: Reply, said: str) -> None:
    asked: list[Asked] = []

    def answer(question: Asked) -> Reply:
        asked.append(question)
        return reply

    assert failing(answer) == said
    assert len(asked) == 1


def test_a_cut_connection_is_tried_again() -> None:
    cut = Reply(["half"], cut=True)
    with (
        serving(in_turn(cut, cut, Reply(["whole"]))) as stub,
        asking(stub.address) as client,
    ):
        assert client.get(f"{stub.address}/x").document == ["whole"]


def test_a_connection_that_is_always_cut_is_given_up() -> None:
    said = "host/x cannot be reached, or cut the connection"
    assert failing(in_turn(Reply(["half"], cut=True))) == said


def test_a_machine_that_is_not_there_is_said_to_be_out_of_reach() -> None:
    with asking("http://127.0.0.1:1") as client, pytest.raises(Failed, match="cannot be reached"):
        client.get("http://127.0.0.1:1/x?token=s3cret")


def test_an_answer_that_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", http.MEGABYTE)
    assert failing(in_turn(Reply("x" * 2_000_000))) == "host/x answered with over 1 MB"


def test_pages_that_are_too_large_together_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_SOURCE", http.MEGABYTE)
    with (
        serving(in_turn(Reply("x" * 700_000))) as stub,
        asking(stub.address) as client,
    ):
        client.get(f"{stub.address}/1")
        with pytest.raises(Failed, match="holds over 1 MB; ask for less"):
            client.get(f"{stub.address}/2")


def test_an_answer_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", -1)
    assert failing(in_turn(Reply(["x"]))) == "host/x did not end within -1 seconds"


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setattr(http, "READ_SECONDS", 0.05)
    monkeypatch.setattr(http, "RETRIES", 0)

    def slow(asked: Asked) -> Reply:
        time.sleep(0.3)
        return Reply()

    assert failing(slow) in (
        "host/x did not answer in time",
        "host/x cannot be reached, or cut the connection",
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_secret_follows_a_redirect_to_another_host(status: int) -> None:
    with serving(in_turn(Reply(["elsewhere"]))) as other:

        def away(asked: Asked) -> Reply:
            return Reply(status=status, headers={"Location": f"{other.address}/there"})

        with serving(away) as stub, asking(stub.address) as client:
            assert client.get(f"{stub.address}/x").document == ["elsewhere"]
        assert stub.asked[0].headers["Authorization"] == HEADERS["Authorization"]
        assert not {"Authorization", "X-Api-Key"} & set(other.asked[0].headers)
        assert TOKEN not in str(other.asked)


def test_secrets_follow_a_redirect_on_the_same_host() -> None:
    def answer(asked: Asked) -> Reply:
        here = asked.path == "/new"
        return Reply(["here"]) if here else Reply(status=301, headers={"Location": "/new"})

    with serving(answer) as stub, asking(stub.address) as client:
        assert client.get(f"{stub.address}/old").document == ["here"]
        assert stub.asked[1].headers["X-Api-Key"] == TOKEN


def test_redirects_in_a_circle_end() -> None:
    circle = Reply(status=302, headers={"Location": "/x"})
    assert failing(in_turn(circle)) == ("host/x leads from one address to the next without an end")


def test_a_redirect_to_what_is_no_address_of_the_web_is_refused() -> None:
    file = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    assert failing(in_turn(file)) == "host/x leads to an address that is not encrypted"


def test_no_password_of_another_file_is_sent_along(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with (
        serving(in_turn(Reply())) as stub,
        Client(stub.address, headers={}) as client,
    ):
        client.get(f"{stub.address}/x")
        assert "Authorization" not in stub.asked[0].headers


def linked(pages: int, link: Callable[[str, int], str]) -> Answering:
    def answer(asked: Asked) -> Reply:
        number = int(asked.value("page") or 1)
        host = f"http://{asked.headers['Host']}"
        headers = {"Link": f'<{link(host, number + 1)}>; rel="next"'} if number < pages else {}
        return Reply([number], headers=headers)

    return answer


def test_pages_are_followed_by_the_link_header() -> None:
    pages = linked(3, lambda host, number: f"{host}/x?page={number}")
    with serving(pages) as stub, asking(stub.address) as client:
        found = [answer.document for answer in client.pages(f"{stub.address}/x")]
    assert found == [[1], [2], [3]]


def test_a_next_page_on_another_host_is_refused() -> None:
    pages = linked(3, lambda host, number: f"http://localhost:1/x?page={number}")
    refused = pytest.raises(Failed, match="names a next page on another host")
    with serving(pages) as stub, asking(stub.address) as client, refused:
        list(client.pages(f"{stub.address}/x"))
    assert len(stub.asked) == 1


def test_pages_that_lead_back_end() -> None:
    pages = linked(9, lambda host, number: f"{host}/x?page=2")
    endless = pytest.raises(Failed, match="names pages without an end")
    with serving(pages) as stub, asking(stub.address) as client, endless:
        list(client.pages(f"{stub.address}/x"))


def test_what_did_not_change_is_said_to_be_as_it_was() -> None:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("If-None-Match") == '"v1"':
            return Reply("", status=304)
        return Reply(["new"], headers={"ETag": '"v1"', "Last-Modified": "Thu, 01 Jan 2026"})

    with serving(answer) as stub, asking(stub.address) as client:
        first = client.get(f"{stub.address}/x")
        again = client.get(f"{stub.address}/x", conditions=first.validators)
    assert (first.changed, again.changed) == (True, False)
    assert first.validators["If-Modified-Since"] == "Thu, 01 Jan 2026"


def test_what_is_no_json_is_said_to_be_none() -> None:
    with (
        serving(in_turn(Reply("<html>sign in</html>"))) as stub,
        asking(stub.address) as client,
    ):
        answer = client.get(f"{stub.address}/x")
        with pytest.raises(Failed, match="answered with what is no JSON"):
            _ = answer.document

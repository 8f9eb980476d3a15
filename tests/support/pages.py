"""Pages run without a browser: what they display, as values."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
#: A first run imports pandas and opens a store; a slow machine is no bug.
TIMEOUT_SECONDS = 600


def run_page(script: str = "dashboard.py", **parameters: str | list[str]) -> AppTest:
    """The page after its first run, opened by a link with these parameters."""
    app = AppTest.from_file(ROOT / "dashboard.py", default_timeout=TIMEOUT_SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    if script != "dashboard.py":
        app.switch_page(script)
    app.run()
    assert not app.exception, app.exception
    return app


def opened(name: str, **parameters: str | list[str]) -> AppTest:
    """The front page with one of its expanders open."""
    app = run_page("dashboard.py", **parameters)
    app.session_state[name] = True
    app.run()
    assert not app.exception, app.exception
    return app


def chart(app: AppTest, key: str) -> dict[str, Any]:
    """The figure with this key: ``data`` and ``layout``, arrays as lists."""
    for element in app.get("plotly_chart"):
        if element.proto.id.endswith(f"-{key}"):
            figure: dict[str, Any] = _plain(json.loads(element.proto.spec))
            return figure
    raise AssertionError(f"no chart {key!r} on the page")


def words(app: AppTest) -> str:
    """All that the page says, in one text."""
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "warning", "error")
    return "\n".join(element.value for kind in kinds for element in getattr(app, kind))


def cells(app: AppTest) -> str:
    """All that stands in the short lists of a page, a line for each cell: its column, its text."""
    tables = [table.value for table in app.table]
    return "\n".join(
        f"{column}: {cell}" for table in tables for column in table for cell in table[column]
    )


def press(app: AppTest, what: str) -> AppTest:
    """The page after its button that does ``what`` was pressed."""
    next(button for button in app.button if str(button.key).startswith(f"do_{what}_")).click()
    app.run()
    assert not app.exception, app.exception
    return app


def field(app: AppTest, kind: str, what: str) -> str:
    """The key of a field of a form."""
    return next(str(e.key) for e in getattr(app, kind) if str(e.key).startswith(f"{what}_"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if "bdata" in value:
            flat = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
            shape = tuple(int(n) for n in str(value.get("shape", flat.size)).split(","))
            return flat.reshape(shape).tolist()
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value

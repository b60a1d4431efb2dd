"""The templates in ``templates/``, made safe: what a submission wrote can be text and nothing else.

Everything that a template is given is escaped, and a page's policy allows no script and no style
but the page's own, by their hash, and no connection at all.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from . import escape, version
from ._words import count, facts, place_of, sentence, verdict

FOLDER = Path(__file__).parent / "templates"


@cache
def template(name: str) -> Template:
    """A template of the folder; those of whole pages extend ``layout.html``."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    style, script = ((FOLDER / name).read_text("utf-8") for name in ("page.css", "page.js"))
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "style": Markup(style),
        "script": Markup(script),
        "policy": _policy(style, script),
        "version": version(),
    }
    environment.filters |= {
        "amount": "{:g}".format,
        "count": count,
        "facts": facts,
        "place_of": place_of,
        "prose": _prose,
        "sentence": sentence,
        "verdict": verdict,
    }
    return environment


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy of a page."""
    allowed = {"default-src": "'none'", "style-src": _hash(style), "script-src": _hash(script)}
    allowed |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{what} {where}" for what, where in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _visible(value: Any) -> Any:
    """A text without what would steer or hide something, such as a change of its direction."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(escape(line.expandtabs(4)) for line in value.split("\n"))


def _prose(text: str) -> Markup:
    """A message with what stands between backticks set as code."""
    parts = _visible(text).split("`")
    if len(parts) % 2 == 0:  # a backtick of the submission's own
        return Markup("{}").format(_visible(text))
    marked = (Markup("<code>{}</code>" if n % 2 else "{}").format(p) for n, p in enumerate(parts))
    return Markup("").join(marked)

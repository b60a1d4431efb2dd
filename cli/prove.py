"""``cellcheck prove``: whether a file is right with a change that somebody proposes."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..configuration import allowed_hint, configured
from ..reports import escape
from ..storage import hypothesis_elsewhere
from .group import FAILED, Trouble
from .judges import isolated
from .options import adapter, configuration_read, profile, seed

if TYPE_CHECKING:
    from ..fixing import Proof


@click.command()
@click.argument("path", metavar="FILE")
@click.option(
    "--patch",
    metavar="DIFF",
    required=True,
    help="The change, as git diff or diff -u writes it; - reads it from the standard input.",
)
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
@profile
@seed
@adapter
@click.pass_context
def prove(ctx: click.Context, /, path: str, patch: str, format: str, **choices: Any) -> None:
    """Say whether FILE is right, by every law, with a change that somebody proposes.

    Nothing is written to FILE, and its code runs behind walls. Which function is mended is told,
    what still fails and on which smallest case, and what is worse.

    Exit status: 0 with the change all that is judged passes, 1 it does not, 2 the change does not
    fit, or nothing could be judged.

    \b
    Example:
      git diff my_lstm.py | cellcheck prove my_lstm.py --patch -
    """
    with hypothesis_elsewhere(), ExitStack() as stack, configuration_read():
        judge = isolated(stack)
        from ..engine import Settings
        from ..fixing import prove as proof_of
        from ..reports._hints import hinted

        hint = allowed_hint(None, Path.cwd())
        settings = Settings(**choices, names=configured(Path.cwd()).names)
        try:
            given = sys.stdin.read() if patch == "-" else _read(patch)
            proof = proof_of(path, given, lambda one: judge(one, settings, lambda name: None))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise Trouble(f"{path} is not judged with this change: {reason}.") from None
        for report in (proof.before, proof.after):
            if report.error is not None:
                raise Trouble(report.error)
        proof = replace(proof, after=hinted(proof.after, hint))
        told = _as_json(proof) if format == "json" else _as_text(path, proof)
        click.echo(told)
    ctx.exit(0 if proof.is_proven else FAILED)


def _read(path: str) -> str:
    return Path(path).read_text("utf-8")


def _as_text(path: str, proof: Proof) -> str:
    from ..reports._words import verdict
    from ..reports.text import brief_text

    paragraphs = [escape(f"{path}, with the change")]
    kinds = (("mended", proof.mended), ("worse", proof.worse))
    paragraphs += [f"{kind}: {', '.join(names)}" for kind, names in kinds if names]
    paragraphs += [brief_text(function) for function in proof.failing]
    judged = [one for one in proof.after.functions if one.status != "missing"]
    said = "Proven. " if proof.is_proven else "Not proven. "
    return "\n\n".join([*paragraphs, said + verdict(judged, proof.after.status)])


def _as_json(proof: Proof) -> str:
    from ..reports.json import described, plain

    document = {
        "schema": 1,
        "proven": proof.is_proven,
        "better": proof.is_better,
        "mended": [*proof.mended],
        "worse": [*proof.worse],
        "after": described(proof.after),
    }
    return json.dumps(plain(document), indent=2, allow_nan=False)

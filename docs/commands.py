"""The page of the commands, ``docs/cli.md``: a part of ``docs/generate.py``."""

from __future__ import annotations

import re
from inspect import cleandoc

import click

from cellcheck.cli import cli


def commands() -> str:
    """The whole page."""
    head = (
        "# The commands\n\nWritten by `python docs/generate.py` from the code of the command. "
        "`cellcheck COMMAND --help` prints one of these."
    )
    return "\n\n".join([head, *map(_command, cli.commands.values())]) + "\n"


def _command(command: click.Command) -> str:
    """A command's help; put together here, since what click prints changes with its version."""
    options = [p for p in command.params if isinstance(p, click.Option)]
    words = [_value(p) for p in command.params if isinstance(p, click.Argument)]
    usage = " ".join(["cellcheck", str(command.name), *["[OPTIONS]"] * bool(options), *words])
    parts = [f"## `cellcheck {command.name}`", f"```text\n{usage}\n```"]
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            title, *lines = paragraph.splitlines()[1:]
            parts += [title, "\n".join(["```console", *(f"$ {x.strip()}" for x in lines), "```"])]
        else:
            parts.append(plain(" ".join(paragraph.split())))
    if options:
        rows = [f"| `{_value(p)}` | {_help(p)} |" for p in options]
        parts.append("\n".join(["| option | what it does |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def _value(param: click.Parameter) -> str:
    """How a parameter is written: ``--seed N``, or ``[cells|faults]``."""
    if isinstance(param, click.Argument):
        word = param.metavar or "|".join(_choices(param)) or str(param.name).upper()
        more = "..." if param.nargs == -1 and not word.endswith("...") else ""
        return (word if param.required else f"[{word}]") + more
    flag = isinstance(param, click.Option) and param.is_flag
    return param.opts[-1] + f" {param.metavar or str(param.name).upper()}" * (not flag)


def _help(option: click.Option) -> str:
    text, default, which = plain(option.help or "").partition("  [default: ")
    if choices := _choices(option):
        text += f" One of {', '.join(f'`{choice}`' for choice in choices)}."
    if option.show_default:
        default, which = " [default: ", f"{option.default}]"
    return text + default.replace("  ", " ") + which + " [required]" * option.required


def _choices(param: click.Parameter) -> tuple[str, ...]:
    return tuple(param.type.choices) if isinstance(param.type, click.Choice) else ()


def plain(text: str) -> str:
    """Text of a docstring in Markdown: code as it is, and no sign elsewhere with a meaning."""
    parts = text.split("``")
    parts[::2] = [re.sub(r"([\\|*_<])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)

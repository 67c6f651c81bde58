"""completion: a script that completes commands, options and their choices at the Tab key.

The script holds all words itself: no program is started at a key, which takes over a second on an
office's PC. Where no word of ours fits, the shell completes files.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import typer

from geo.cli.app import COMMANDS, LangOption, app, loaded
from geo.cli.help import about, choices, is_option
from geo.cli.usage import spoken

Shell = Literal["bash", "zsh", "fish", "powershell"]
FIRST = ("--help", "--lang", "--version")
"""What may stand before a command."""


@app.command("completion")
def completion(
    shell: Annotated[Shell, typer.Argument()],
    lang: LangOption = None,
) -> None:
    """A script for a shell."""
    words = {name: list(_words(name)) for name in COMMANDS}
    described = {name: about(name)(lang or spoken()) for name in COMMANDS}
    typer.echo(_SCRIPTS[shell](words, described))


Words = dict[str, list[tuple[str, tuple[str, ...]]]]
"""Each command's options with the choices behind them."""


def _words(name: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    for parameter in loaded(name).params:
        if is_option(parameter):
            yield from ((option, choices(parameter)) for option in parameter.opts)
    yield "--help", ()


def _bash(words: Words, _described: dict[str, str]) -> str:
    cases = [
        f'        "{name} {option}") words="{" ".join(known)}" ;;'
        for name, options in words.items()
        for option, known in options
        if known
    ]
    lists = [
        f'        {name}) words="{" ".join(option for option, _ in options)}" ;;'
        for name, options in words.items()
    ]
    return f"""\
_mujun() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" name="" words=""
    local first
    for first in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case " {" ".join(words)} " in *" $first "*) name="$first"; break ;; esac
    done
    if [ -z "$name" ]; then
        words="{" ".join([*words, *FIRST])}"
    else
        case "$name $before" in
{chr(10).join(cases)}
        esac
        [ -n "$words" ] || case "$word" in -*) case "$name" in
{chr(10).join(lists)}
        esac ;; esac
    fi
    COMPREPLY=( $(compgen -W "$words" -- "$word") )
}}
complete -o default -F _mujun mujun"""


def _zsh(words: Words, described: dict[str, str]) -> str:
    """By way of bash's, which zsh reads; what commands do stands beside their names."""
    names = "\n".join(f"        {_quoted(f'{name}:{text}')}" for name, text in described.items())
    return f"""\
autoload -U +X bashcompinit && bashcompinit
{_bash(words, described)}
_mujun_commands() {{
    local -a names=(
{names}
    )
    if (( CURRENT == 2 )); then
        _describe 'mujun' names
    else
        _bash_complete -o default -F _mujun
    fi
}}
compdef _mujun_commands mujun"""


def _fish(words: Words, described: dict[str, str]) -> str:
    lines = [
        f"complete -c mujun -n __fish_use_subcommand -f -a {name} -d {_quoted(described[name])}"
        for name in words
    ]
    lines += [f"complete -c mujun -n __fish_use_subcommand -l {o.lstrip('-')}" for o in FIRST]
    for name, options in words.items():
        for option, known in options:
            kind = "-l" if option.startswith("--") else "-s"
            values = f" -x -a {_quoted(' '.join(known))}" if known else ""
            condition = _quoted(f"__fish_seen_subcommand_from {name}")
            lines.append(f"complete -c mujun -n {condition} {kind} {option.lstrip('-')}{values}")
    return "\n".join(lines)


def _powershell(words: Words, described: dict[str, str]) -> str:
    table = []
    for name, options in words.items():
        table.append(f"    {_quoted(name)} = @({', '.join(_quoted(o) for o, _ in options)})")
        table += [
            f"    {_quoted(f'{name} {option}')} = @({', '.join(map(_quoted, known))})"
            for option, known in options
            if known
        ]
    told = [f"    {_quoted(name)} = {_quoted(text)}" for name, text in described.items()]
    return f"""\
$MujunWords = @{{
{chr(10).join(table)}
}}
$MujunCommands = [ordered]@{{
{chr(10).join(told)}
}}
Register-ArgumentCompleter -Native -CommandName mujun -ScriptBlock {{
    param($word, $ast, $cursor)
    $before = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object {{ "$_" }} |
        Where-Object {{ $_ -ne $word }})
    $name = $before | Where-Object {{ $MujunCommands.Contains($_) }} | Select-Object -First 1
    if (-not $name) {{
        $found = @($MujunCommands.Keys) + @({", ".join(map(_quoted, FIRST))})
    }} elseif ($MujunWords.ContainsKey("$name $($before[-1])")) {{
        $found = $MujunWords["$name $($before[-1])"]
    }} else {{
        $found = $MujunWords[$name]
    }}
    $found | Where-Object {{ $_ -like "$word*" }} | ForEach-Object {{
        $tip = if ($MujunCommands.Contains($_)) {{ $MujunCommands[$_] }} else {{ $_ }}
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $tip)
    }}
}}"""


def _quoted(text: str) -> str:
    """Between single quotes, as all these shells read it; ours holds none."""
    return "'" + text.replace("'", "’") + "'"


_SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}

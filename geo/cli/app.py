"""The command line: its commands by name, each loaded when it is called, and their options.

`mujun --help` names every command and imports none of them.
"""

from __future__ import annotations

import re
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info

from geo.cli.usage import a_path, help_language
from geo.text import Lang

COMMANDS = {
    "init": (
        "intake",
        "新建项目：样例，或用 --from 按已有资料写出 mujun.toml · a new project: the sample, or of your files with --from.",
    ),
    "new-year": (
        "intake",
        "把去年的项目用到今年的资料上，并说明变化 · last year's project for this year's files, and what changed.",
    ),
    "check": (
        "build",
        "检查数据，写出 findings.* · check the data; exit 1 if there are errors.",
    ),
    "run": (
        "run",
        "全部计算并写入 outputs/ · compute everything into outputs/; exit 1 if rows had errors.",
    ),
    "map": ("build", "用上次运行的结果重新生成地图 · make the map again from the last run."),
    "serve": ("build", "在本机浏览器查看地图 · serve a map on this machine only."),
    "export": (
        "export",
        "用上次运行的结果导出：各种格式、图册、宗地卡 · export formats, atlas, parcel cards.",
    ),
    "snapshot": (
        "paper",
        "纸面地图：真实比例尺的 PNG、PDF、SVG、GeoTIFF · a map on paper at a true scale.",
    ),
    "explain": (
        "judge",
        "解释判定：规则、条款、来源、输入、算式 · explain a verdict: rules, clauses, inputs.",
    ),
    "packs": (
        "packs",
        "列出规则包及出处；给出编号则按原表列出 · list the rule packs, or print one as published.",
    ),
    "thresholds": (
        "judge",
        "分行业准入门槛：现状分布、建议值、现行值及达不到的企业 · entry thresholds by industry.",
    ),
    "comply": (
        "judge",
        "各园区达到目标达标率所需投入最少的宗地组合 · least-cost parcels to reach a passing share.",
    ),
    "whatif": (
        "judge",
        "换年份、规则、办法或要求值，列出改变的判定与类别 · what another setting would change.",
    ),
    "compare": (
        "judge",
        "与以前的结果比较：哪些判定变了，是何原因 · compare with an earlier run: what changed, and why.",
    ),
    "repair": (
        "land",
        "修正尖锐角与自相交，写入 repairs.gpkg，不改原始数据 · repair spikes and self-intersections.",
    ),
}
"""Each command's module beside this one, and what it does."""


def in_one_language(text: str | None, lang: str) -> str | None:
    """The half of a help text (“中文 · English”) in this language."""
    zh, _, en = re.sub(r"\s*· ", "\0", text or "", count=1).partition("\0")
    return (en or zh) if lang == "en" else zh


class _Helped:
    """Help in the language that the command line, the project or the system asks for."""

    def get_usage(self, ctx: Any) -> str:
        """How it is called."""
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage if help_language() == "en" else usage.replace("Usage:", "用法：", 1)

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = in_one_language(
                "显示帮助并退出 · show this help and exit", help_language()
            )
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Every text of it in one language, the parser's own headings too."""
        from typer import rich_utils  # noqa: PLC0415 -- a command that runs needs none of it

        lang = help_language()
        for name, text in _PARSERS_WORDS.items():
            setattr(rich_utils, name, in_one_language(text, lang))
        commands = getattr(self, "commands", {})
        for one in (self, *commands.values()):
            one.help = in_one_language(one.help, lang)
        for parameter in self.params:  # type: ignore[attr-defined]
            parameter.help = in_one_language(getattr(parameter, "help", ""), lang)
        super().format_help(ctx, formatter)  # type: ignore[misc]


_PARSERS_WORDS = {
    "ARGUMENTS_PANEL_TITLE": "参数 · Arguments",
    "OPTIONS_PANEL_TITLE": "选项 · Options",
    "COMMANDS_PANEL_TITLE": "命令 · Commands",
    "DEFAULT_STRING": "[默认：{}] · [default: {}]",
    "REQUIRED_LONG_STRING": "[必填] · [required]",
}


class _Command(_Helped, TyperCommand):
    """A command."""


class _Lazy(_Helped, TyperGroup):
    """Commands that are only names until one of them is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, (_, what) in COMMANDS.items():
            self.commands.setdefault(name, TyperCommand(name, help=what))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the parser's signature
        """Commands in the order of the table."""
        return list(COMMANDS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, from its module."""
        if args and args[0] in COMMANDS:
            self.commands[args[0]] = _loaded(args[0])
        return super().resolve_command(ctx, args)


def _loaded(name: str) -> Any:
    module, what = COMMANDS[name]
    import_module(f"geo.cli.{module}")
    info = next(one for one in app.registered_commands if one.name == name)
    info.help, info.cls = what, _Command
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=MARKUP)


MARKUP: Final = "rich"

app = typer.Typer(
    cls=_Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=MARKUP,
    help="园区亩均效益与标准地评估 · per-mu intensity and standard land of parks",
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"mujun {metadata.version('mujun')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 · version")
    ] = False,
) -> None:
    """What stands before any command."""


ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project", "-p", parser=a_path, help="项目文件或其文件夹 · the project file or its folder"
    ),
]
LangOption = Annotated[Lang | None, typer.Option(help="语言：zh | en · language: zh | en")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        parser=a_path,
        help="输出文件夹（默认为项目旁的 outputs/）· output folder (default: outputs/ beside the project)",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度 · no progress")]
JsonOption = Annotated[bool, typer.Option("--json", help="机器可读输出 · machine-readable")]

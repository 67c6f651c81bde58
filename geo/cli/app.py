"""The command line: its commands by name, each loaded when it is called, and their options.

`mujun --help` names every command and imports none of them.
"""

from __future__ import annotations

from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info

from geo.cli.usage import a_path
from geo.text import Lang

COMMANDS = {
    "init": (
        "build",
        "新建项目：带注释的 mujun.toml 与可直接运行的样例 · a new project that runs as it is.",
    ),
    "check": (
        "build",
        "检查数据，写出 findings.* · read and validate; exit 1 if there are errors.",
    ),
    "run": (
        "run",
        "全部计算并写入 outputs/ · everything, into outputs/; exit 1 if rows had errors.",
    ),
    "map": ("build", "由上次运行重做地图 · make the map again from the last run."),
    "serve": ("build", "在本机浏览器查看地图 · serve a map on this machine only."),
    "export": (
        "export",
        "由上次运行导出：格式、图册、一地一卡 · formats, atlas, cards from the last run.",
    ),
    "snapshot": (
        "paper",
        "纸面地图：真实比例尺的 PNG、PDF、SVG、GeoTIFF · a map on paper at a true scale.",
    ),
    "explain": (
        "judge",
        "为什么达标或不达标：规则、条款、来源、输入、算式 · why it passes or fails.",
    ),
    "packs": (
        "packs",
        "列出规则包及出处；给出编号则按原表印出 · the rule packs, or one as its document prints it.",
    ),
    "thresholds": (
        "judge",
        "分行业准入门槛：现状分布、建议值、现行值、各自排除谁 · entry bars by industry.",
    ),
    "comply": (
        "judge",
        "各园区代价最小的达标宗地组合 · the cheapest parcels to mend until a share passes.",
    ),
    "whatif": (
        "judge",
        "换年份、规则、办法或阈值，列出变化的判定与等级 · what another setting would change.",
    ),
    "compare": (
        "judge",
        "与以前的结果比较：哪些判定变了，因数据、规则、图形还是口径 · why verdicts changed.",
    ),
    "repair": (
        "land",
        "修正尖刺与自相交，写入 repairs.gpkg · mend spikes and crossings; sources stay as they are.",
    ),
}
"""Each command's module beside this one, and what it does."""


class _Lazy(TyperGroup):
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
    info.help = what
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
LangOption = Annotated[Lang | None, typer.Option(help="zh | en")]
OutputOption = Annotated[
    Path | None,
    typer.Option(parser=a_path, help="输出文件夹 · output folder (outputs/ beside the project)"),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度 · no progress")]
JsonOption = Annotated[bool, typer.Option("--json", help="机器可读输出 · machine-readable")]

"""Tables of the reference pages, made from the program's own declarations in either language."""

from __future__ import annotations

import datetime as dt
import inspect
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import messages
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import geo
from geo.cli.app import COMMANDS, loaded
from geo.cli.help import about, examples, is_option, option_text
from geo.evaluate.method import Group, Method, read_method, shipped_methods
from geo.evaluate.plan import plans, read_plan
from geo.formula import names
from geo.industry_fields import IndustryFields, read_fields, shipped_fields
from geo.intake.lexicon import lexicon
from geo.model import INDICATORS, LAYERS, TOTALS, Column, show_unit
from geo.model.tables import TABLES as TABLES_OF_RUN
from geo.project import (
    LayerSource,
    Publish,
    Settings,
    TableSource,
)
from geo.project_parts import (
    BriefingStep,
    ExchangeRate,
    LandUseClass,
    OwnTheme,
    Place,
    StepFilter,
    StepPlace,
)
from geo.publish.registry import PRODUCTS, Product
from geo.publish.words import vocabularies
from geo.source_spec import EngineSource, NotesSource, RasterSource
from geo.standards.model import read_pack, shipped
from geo.text import Lang, Wording

HERE = Path(__file__).parent
SENTENCES = tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8"))
"""What a declaration does not say of itself in both languages: one sentence each, zh and en."""

GLOSSARY = tomllib.loads((HERE / "glossary.toml").read_text(encoding="utf-8"))["groups"]

KINDS = {
    "text": ("文本", "text"),
    "number": ("数值", "number"),
    "integer": ("整数", "whole number"),
    "date": ("日期", "date"),
    "bool": ("是／否", "yes or no"),
}
GEOMETRY = {
    "polygon": ("面", "polygons"),
    "line": ("线", "lines"),
    "point": ("点", "points"),
    "line or polygon": ("线或面", "lines or polygons"),
    "point or polygon": ("点或面", "points or polygons"),
    "any": ("点、线或面", "points, lines or polygons"),
    "none": ("表（无图形）", "a table without geometry"),
}
SECTIONS: dict[str, type[BaseModel]] = {
    "project": Settings,
    "project.place": Place,
    "project.rates": ExchangeRate,
    "project.land_use": LandUseClass,
    "project.fields": IndustryFields,
    "layers": LayerSource,
    "tables": TableSource,
    "rasters": RasterSource,
    "publish": Publish,
    "publish.themes": OwnTheme,
    "briefing": BriefingStep,
    "briefing.filter": StepFilter,
    "briefing.place": StepPlace,
    "notes": NotesSource,
    "engine": EngineSource,
}


def _pick(both: Sequence[str], lang: str) -> str:
    return both[lang == "en"]


def _sentence(group: str, name: str, lang: str) -> str:
    """The sentence of a thing; KeyError where a new declaration has none yet."""
    return _pick(SENTENCES[group][name], lang)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |"

    lines = [*map(line, rows)]
    if not lines:
        raise ValueError(f"a table without rows: {', '.join(head)}")
    return "\n".join([line(head), line("---" for _ in head), *lines]) + "\n"


def _code(text: object) -> str:
    return f"`{text}`" if text not in ("", None) else ""


# What goes in


def layers(lang: str) -> str:
    """Every input layer with its columns, units, and which of them are required."""
    head = (
        ("列名（表头）", "代码", "类型", "单位", "必填", "用于")
        if lang == "zh"
        else ("Heading", "Column", "Kind", "Unit", "Required", "Used for")
    )
    parts = []
    for spec in LAYERS.values():
        key = " + ".join(_code(k) for k in spec.key)
        facts = _pick(GEOMETRY[spec.geometry], lang)
        if key:
            facts += f"；编号：{key}" if lang == "zh" else f"; key: {key}"
        parts.append(
            f"## {spec.title(lang)} `{spec.name}` {{ #{spec.name} }}\n\n"
            f"{_sentence('layers', spec.name, lang)} {'（' if lang == 'zh' else '('}{facts}"
            f"{'）' if lang == 'zh' else ')'}\n\n"
            + _table(
                head,
                (
                    (
                        _heading(c, lang),
                        _code(c.name),
                        _pick(KINDS[c.kind], lang),
                        show_unit(c.unit, lang, "CNY"),
                        _pick(("是", "yes"), lang) if c.required else "",
                        _feeds(c, lang),
                    )
                    for c in spec.columns
                ),
            )
        )
    return "\n".join(parts)


def _heading(column: Column, lang: str) -> str:
    """What the heading of an office's table may say."""
    known = [column.zh, *getattr(column, "aliases", ())]
    return "、".join(known) if lang == "zh" else f"{column.en} ({', '.join(known)})"


def _feeds(column: Column, lang: str) -> str:
    found = [
        _pick((i.zh, i.en), lang)
        for i in INDICATORS.values()
        if column.name in names(i.numerator) | names(i.denominator)
    ]
    return ("、" if lang == "zh" else ", ").join(found)


def indicators(lang: str) -> str:
    """Every indicator: formula, unit, direction and where the formula is published."""
    head = (
        ("指标", "代码", "单位", "公式", "较优", "公式出处")
        if lang == "zh"
        else ("Indicator", "Code", "Unit", "Formula", "Better", "Source of the formula")
    )
    better = {"higher": ("高", "higher"), "lower": ("低", "lower")}
    return _table(
        head,
        (
            (
                _pick((i.zh, i.en), lang),
                _code(i.name),
                show_unit(i.unit, lang, "CNY"),
                _code(f"{i.numerator} / {i.denominator}" + (f" * {i.scale:g}" * (i.scale != 1))),
                _pick(better[i.better], lang),
                i.source,
            )
            for i in INDICATORS.values()
        ),
    )


def totals(lang: str) -> str:
    """Figures of a subject as a whole that rules may name."""
    head = ("总量", "代码", "单位") if lang == "zh" else ("Total", "Code", "Unit")
    return _table(
        head,
        (
            (_pick((i.zh, i.en), lang), _code(i.name), show_unit(i.unit, lang, "CNY"))
            for i in TOTALS.values()
        ),
    )


# The project file


def settings(lang: str) -> str:
    """Every key of mujun.toml: what it takes, its default, and what it says."""
    head = (
        ("键", "取值", "默认", "说明") if lang == "zh" else ("Key", "Takes", "Default", "Meaning")
    )
    parts = []
    for section, model in SECTIONS.items():
        rows = [
            (
                _code(name),
                _takes(field.annotation, lang),
                _default(field, lang),
                _sentence("keys", f"{section}.{name}", lang),
            )
            for name, field in model.model_fields.items()
            if not field.json_schema_extra  # said where it is written
        ]
        title = {
            "project.rates": "project.rates.CODE",
            "publish.themes": "publish.themes.NAME",
            "project.land_use": "project.land_use.CODE",
            "layers": "layers.NAME",
            "tables": "tables.NAME",
            "rasters": "rasters.NAME",
            "briefing": "[briefing]",
            "briefing.filter": "[briefing.filter]",
        }
        anchor = section.replace(".", "-")
        parts.append(
            f"## `[{title.get(section, section)}]` {{ #{anchor} }}\n\n{_table(head, rows)}"
        )
    return "\n".join(parts)


_TYPES: dict[Any, tuple[str, str]] = {
    str: ("文本", "text"),
    int: ("整数", "whole number"),
    float: ("数值", "number"),
    bool: ("true／false", "true or false"),
    dt.date: ("日期", "date"),
}


def _takes(annotation: Any, lang: str) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation in _TYPES:
        return _pick(_TYPES[annotation], lang)
    if origin is Annotated:
        return _takes(args[0], lang)
    if origin is Literal:
        return " / ".join(_code(f'"{a}"' if isinstance(a, str) else a) for a in args)
    if origin is list:
        return _pick(("列表：", "list of "), lang) + _takes(args[0], lang)
    kept = [] if origin is dict else [_takes(a, lang) for a in args if a is not type(None)]
    union = _pick(("或", " or "), lang).join(dict.fromkeys(kept))
    return union or _pick(("表", "table"), lang)


def _default(field: Any, lang: str) -> str:
    if field.default_factory is not None:
        return _pick(("当日", "that day"), lang)
    if field.default is PydanticUndefined:
        return _pick(("必填", "required"), lang)
    if field.default in (None, "", [], {}) or isinstance(field.default, BaseModel):
        return ""
    shown = f'"{field.default}"' if isinstance(field.default, str) else field.default
    return _code(str(shown).lower() if isinstance(shown, bool) else shown)


# What comes out


def results(lang: str) -> str:
    """Every result table: what a row is, its key, its columns, and what their codes say."""
    head = (
        ("列", "代码", "类型", "单位", "取值")
        if lang == "zh"
        else ("Column", "Code", "Kind", "Unit", "Codes")
    )
    plan = read_plan("sichuan-5plus1-2021")
    fields = read_fields(shipped_fields()[0])
    said = vocabularies(Settings(year=2023, fields=fields), plan)
    parts = []
    for table in TABLES_OF_RUN:
        facts = [_pick(GEOMETRY[table.geometry], lang)] if table.geometry != "none" else []
        if table.key:
            facts.append(_pick(("编号：", "key: "), lang) + " + ".join(map(_code, table.key)))
        if not table.stored:
            facts.append(
                _pick(("只在工作簿或命令中", "in the workbook or by a command only"), lang)
            )
        if table.open:
            facts.append(_pick(("另有本单位的列和自定义指标", "your own columns follow"), lang))
        one = _pick(("一行是", "One row is "), lang) + _sentence("tables", table.name, lang)
        rows = [
            (
                _pick((c.zh, c.en), lang),
                _code(c.name),
                _pick(KINDS[c.kind], lang),
                show_unit(c.unit, lang, "CNY"),
                _words(said.get(c.vocabulary, {}), lang),
            )
            for c in table.columns
        ]
        end = "。" if lang == "zh" else "."
        told = _pick(("；", "; "), lang).join(facts)
        parts.append(
            f"### {table.title(lang)} `{table.name}` {{ #table-{table.name} }}\n\n"
            f"{one.rstrip('。.')}{end}{' ' * (lang == 'en')}{told}{end * bool(told)}\n\n"
            f"{_table(head, rows)}"
        )
    return "\n".join(parts)


_MOST_WORDS = 14
"""More words than these are a list of their own elsewhere, such as reasons and measures."""


def _words(said: Mapping[str, Wording], lang: str) -> str:
    if len(said) > _MOST_WORDS:
        return ""
    comma = _pick(("、", ", "), lang)
    return comma.join(f"{_code(code)} {word(lang)}" for code, word in said.items() if code)


def _of_large_runs(product: Product[Any]) -> tuple[str, str]:
    if product.in_parts:
        return "可", "yes"
    return ("内存够用时", "as memory allows") if product.memory else ("", "")


def products(lang: str) -> str:
    """Every product: its file, when it is made, and what it needs."""
    head = (
        ("成果", "名称", "文件", "制作", "大项目", "组件")
        if lang == "zh"
        else ("Product", "Name", "Files", "Made", "Large runs", "Extra")
    )
    made = {
        "run": ("每次计算", "with each run"),
        "also": ("`also` 或 `export`", "by `also` or `export`"),
        "export": ("`export`", "by `export`"),
    }
    rows = []
    for product in PRODUCTS:
        when = "also" if product.also else "run" if product.wanted_by(Publish()) else "export"
        rows.append(
            (
                product.title(lang),
                _code(product.name),
                " ".join(map(_code, product.places)),
                _pick(made[when], lang),
                _pick(_of_large_runs(product), lang),
                _code(product.extra),
            )
        )
    return _table(head, rows)


# Commands


def commands(language: str) -> str:
    """Every command with its arguments, options and examples, as its own help has them."""
    lang: Lang = "en" if language == "en" else "zh"
    head = (
        ("选项", "取值", "默认", "说明")
        if lang == "zh"
        else ("Option", "Takes", "Default", "Meaning")
    )
    parts = []
    for name in sorted(COMMANDS):
        command = loaded(name)
        arguments = [p for p in command.params if not is_option(p)]
        usage = " ".join(
            [
                "mujun",
                name,
                *(p.name.upper() if p.required else f"[{p.name.upper()}]" for p in arguments),
            ]
        )
        rows = [_option(name, p, lang) for p in command.params]
        shown = "\n".join(examples(name, lang))
        parts.append(
            f"## `{usage}` {{ #{name} }}\n\n{about(name)(lang)}\n\n{_table(head, rows)}\n"
            f"```text\n{shown}\n```\n"
        )
    return "\n".join(parts)


def _option(command: str, param: Any, lang: Lang) -> tuple[str, str, str, str]:
    kind = param.type_descriptor.annotation if hasattr(param, "type_descriptor") else str
    flag = getattr(param, "is_flag", False)
    default = param.default
    shown = "" if flag or default in (None, "", ()) or callable(default) else _code(default)
    label = ", ".join(_code(o) for o in [*param.opts, *param.secondary_opts])
    takes = "" if flag else _cli_type(kind, lang)
    return label, takes, shown, option_text(command, param, lang)


def _cli_type(kind: Any, lang: str) -> str:
    if inspect.isclass(kind) and issubclass(kind, Path):
        return _pick(("路径", "path"), lang)
    return _takes(kind, lang)


# What is shipped


def packs(lang: str) -> str:
    """Every shipped rule pack with its citation, its size, and its note."""
    head = (
        ("规则包", "文件", "层级", "行 × 列", "说明")
        if lang == "zh"
        else ("Pack", "Document", "Level", "Rows × columns", "Note")
    )
    rows = []
    for name in shipped():
        pack = read_pack(name)
        about = pack.head
        document = f"{about.issuer} {about.document}{_pick(('，', ', '), lang)}{about.date}"
        rows.append(
            (
                _code(name),
                f"{_pick((about.title_zh, about.title_en), lang)}<br>{document}",
                _pick(SENTENCES["levels"][about.level], lang),
                f"{len(pack.rows)} × {len(pack.columns)}",
                f"{_pick((about.note_zh, about.note_en), lang)} {_address(about.url, lang)}",
            )
        )
    return _table(head, rows)


def _address(url: str, lang: str) -> str:
    return f"[{_pick(('查阅网址（转载）', 'copy that was read'), lang)}]({url})"


def methods(lang: str) -> str:
    """Every shipped grading method: groups, items with weights, cuts, and what is assumed."""
    parts = []
    for name in shipped_methods():
        method = read_method(name)
        about = method.head
        title = _pick((about.title_zh, about.title_en), lang)
        text = [
            f"## `{name}` {title} {{ #{name} }}\n",
            f"{about.issuer}，{about.document}（{about.date}）。{_address(about.url, lang)}\n"
            if lang == "zh"
            else f"{about.issuer}, {about.document} ({about.date}).{_address(about.url, lang)}\n",
            _pick((about.note_zh, about.note_en), lang) + "\n",
        ]
        wholes = {group.whole.id: group for group in reversed(method.groups)}
        for group in reversed(wholes.values()):
            text += _group(method, group, lang)
        if about.assumed:
            text += [
                _pick(
                    (
                        "文本未写明、按下列理解（`assumed`）：\n",
                        "The text leaves these open; they are assumed (`assumed`, in the method's own words):\n",
                    ),
                    lang,
                )
            ]
            text += [f"- {line}" for line in about.assumed] + [""]
        parts.append("\n".join(text))
    return "\n".join(parts)


def _group(method: Method, group: Group, lang: str) -> list[str]:
    """A group once for all its divisions: items, what is taken off, cuts."""
    name = _pick((group.whole.zh, group.whole.en), lang)
    parts = [g for g in method.groups if g.whole.id == group.whole.id and g.part_of]
    text = [f"**{name}** (`{group.whole.id}`, `{group.family}`)\n"]
    if parts:
        within = _pick(("分行业排序：", "Ranked within: "), lang)
        text += [within + "; ".join(_pick((g.zh, g.en), lang) for g in parts) + "\n"]
    if group.items:
        text += [_items(group.items, lang)]
    else:
        text += [_pick(("指标由项目给出。\n", "The project names the items.\n"), lang)]
    for one in group.deductions:
        off = _pick((one.zh, one.en), lang)
        text += [f"{off} (`{one.count}`): −{one.first:g}, −{one.each:g} …\n"]
    grading = method.grading_of(group)
    if grading.by == "share":
        ends = [f"{c.grade} ≤ {c.to:g}%" for c in grading.cuts if c.to is not None]
        text += [" · ".join(ends) + "\n"]
    return text


def _items(items: Sequence[Any], lang: str) -> str:
    head = ("指标", "权重", "基准值") if lang == "zh" else ("Item", "Weight", "Baseline")
    missing = _pick(("未公布", "not published"), lang)
    return _table(
        head,
        (
            (
                _pick((INDICATORS[i.indicator].zh, INDICATORS[i.indicator].en), lang),
                f"{i.weight:g}" if i.weight else missing,
                f"{i.baseline:g}" if i.baseline else "",
            )
            for i in items
        ),
    )


def targets(lang: str) -> str:
    """Every shipped plan with its targets and their clauses."""
    head = ("目标", "要求", "条款") if lang == "zh" else ("Target", "Required", "Clause")
    parts = []
    for name in plans():
        plan = read_plan(name)
        rows = [
            (
                target.title(lang),
                f"{_SIGNS[target.operator]} {target.value:g} {show_unit(target.unit, lang, 'CNY')}",
                target.clause,
            )
            for target in plan.targets.values()
        ]
        parts.append(f"`{name}`: {plan.head.title(lang)}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def industry_fields(lang: str) -> str:
    """Every shipped table of fields of industry: its fields, their codes and published parks."""
    head = (
        ("领域", "代号", "行业代码（GB/T 4754-2017）", "公布园区数")
        if lang == "zh"
        else ("Field", "ID", "Codes (GB/T 4754-2017)", "Parks published")
    )
    parts = []
    for name in shipped_fields():
        table = read_fields(name)
        counts = table.published.counts if table.published else {}
        rows: list[tuple[object, ...]] = [
            (one.title(lang), _code(key), ", ".join(one.codes), counts.get(key, ""))
            for key, one in table.field.items()
        ]
        none = _pick(("不属任何领域", "of no field"), lang)
        rows.append((none, _code("outside"), ", ".join(table.none), ""))
        note = table.note_en if lang == "en" else table.note_zh
        head_line = f"`{name}`: {table.title(lang)}. {table.mark(lang)}. {table.citation}"
        parts.append(f"{head_line}\n\n{note}\n\n{_table(head, rows)}")
    return "\n".join(parts)


_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}


# Messages

SEVERITY = {"error": ("错误", "error"), "warning": ("警告", "warning"), "info": ("提示", "info")}


def findings(lang: str) -> str:
    """Every finding by its code, with its sentence and what to do."""
    head = (
        ("代码", "类型", "说明", "处理")
        if lang == "zh"
        else ("Code", "Severity", "Finding", "What to do")
    )
    language: Lang = "en" if lang == "en" else "zh"
    rows = (
        (
            _code(finding.code),
            _pick(SEVERITY[finding.severity], lang),
            messages.sentence(finding.message, language),
            messages.sentence(finding.mend, language),
        )
        for finding in messages.findings()
    )
    return _table(head, rows)


def errors(lang: str) -> str:
    """Every sentence that ends a command, by the class that Python raises."""
    head = ("类", "提示") if lang == "zh" else ("Class", "Message")
    language: Lang = "en" if lang == "en" else "zh"
    rows = (
        (_code(kind), text)
        for kind, name in messages.errors()
        if (text := messages.sentence(name, language))
    )
    return _table(head, rows)


# Python


def api(lang: str) -> str:
    """The public names of `geo` by kind, for mkdocstrings."""
    groups: dict[str, list[str]] = {"frames": [], "project": [], "classes": [], "errors": []}
    for name in geo.__all__:
        value = getattr(geo, name)
        if "." in getattr(value, "__qualname__", "."):
            continue  # a number; or it stands with its class
        if inspect.isclass(value):
            group = "errors" if issubclass(value, Exception) else "classes"
        else:
            frames = value.__module__.startswith(FRAME_MODULES)
            group = "frames" if frames else "project"
        groups[group].append(f"::: {value.__module__}.{value.__name__}")
    return "\n\n".join(
        "\n\n".join([f"## {_sentence('api', group, lang)} {{ #api-{group} }}", *names])
        for group, names in groups.items()
    )


FRAME_MODULES = ("geo.api.", "geo.geometry.area")
"""Where the functions for anybody's frame are written."""


# The glossary


def glossary(lang: str) -> str:
    """The terms of the trade in both languages, the page's own first; and the words to avoid."""
    head = ("中文", "English", "不用") if lang == "zh" else ("English", "中文", "Avoid")
    parts = []
    for group in GLOSSARY:
        rows = [
            (zh, en, avoid) if lang == "zh" else (en, zh, avoid) for zh, en, avoid in group["terms"]
        ]
        parts.append(f"## {_pick(group['title'], lang)}\n\n{_table(head, rows)}")
    return "\n".join(parts)


# Words for the search


def recognised(lang: str) -> str:
    """Headings that `mujun init --from` knows beside the model's own, by layer and column."""
    head = (
        ("列", "代码", "单看列名即可认定", "可能是，要看内容或询问")
        if lang == "zh"
        else (
            "Column",
            "Code",
            "Named by the heading alone",
            "May be meant: by its cells, or asked",
        )
    )
    places = {"any": _pick(("各图层通用", "Any layer"), lang)}
    places |= {name: spec.title(lang) for name, spec in LAYERS.items() if name in lexicon()}
    by_name = {c.name: c for spec in LAYERS.values() for c in spec.columns}
    parts = []
    for place, title in places.items():
        columns = by_name | (LAYERS[place].by_name if place in LAYERS else {})
        rows = [
            (
                columns[name](lang),
                _code(name),
                _in_a_row(lists.get("strong", []), lang),
                _in_a_row([*lists.get("weak", []), *lists.get("drawn", [])], lang),
            )
            for name, lists in lexicon()[place].items()
        ]
        parts.append(f"### {title} {{ #known-{place} }}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def _in_a_row(texts: Sequence[str], lang: str) -> str:
    return _pick(("、", ", "), lang).join(texts)


def words() -> Iterator[str]:
    """Terms of the trade: what headings and indicators are called, and the glossary's."""
    for spec in LAYERS.values():
        yield spec.title.zh
        yield from (c.zh for c in spec.columns)
    yield from (i.zh for i in INDICATORS.values())
    yield from (zh for group in GLOSSARY for zh, *_ in group["terms"])


TABLES: dict[str, Callable[[str], str]] = {
    "layers": layers,
    "recognised": recognised,
    "indicators": indicators,
    "totals": totals,
    "settings": settings,
    "results": results,
    "products": products,
    "commands": commands,
    "packs": packs,
    "methods": methods,
    "targets": targets,
    "industry_fields": industry_fields,
    "glossary": glossary,
    "api": api,
    "findings": findings,
    "errors": errors,
}
"""What a page can ask for by `{{ table: … }}`."""

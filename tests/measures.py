"""The measures of how this code reads, beside four models': `python -m tests.measures [folder]`.

Of the folder's `geo/` and `tests/`; without one, of the folder that this file is of. The models'
numbers were measured the same way on their releases of November 2026.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median, quantiles

MODELS = ("rio-tiler", "odc-geo", "Lonboard", "OSMnx")
PUBLISHED = {
    "files over 300 lines": ("14", "16", "12", "16"),
    "functions over 45 lines": ("91", "47", "41", "72"),
    "functions over 45 lines, share": ("22 %", "6 %", "13 %", "34 %"),
    "function lines, median / p90 / max": ("14/72/257", "6/30/141", "13/53/145", "37/87/203"),
    "tokens a code line": ("6.7", "7.7", "6.0", "7.4"),
    "calls a statement": ("0.70", "0.61", "0.70", "0.67"),
    "comments per 100 code lines": ("6.6", "6.0", "7.0", "21.7"),
    "public docstrings with sections": ("46 %", "18 %", "25 %", "63 %"),
    "runnable examples": ("12", "31", "5", "0"),
    "Any per 1,000 lines": ("17.3", "12.3", "12.3", "10.6"),
    "function name, mean letters": ("10.0", "9.7", "14.4", "16.4"),
    "test lines to code lines": ("0.99", "0.51", "0.28", "0.10"),
}
"""Beside their code; None of them is measured here again."""

LONG_FILE, LONG_FUNCTION, LARGE_FILE = 300, 45, 400
SECTIONS = ("Parameters", "Returns", "Yields", "Raises", "Args:")
QUIET = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Counts:
    """What is counted in the files of a package."""

    lines: list[int] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)
    public: list[str] = field(default_factory=list)
    tokens: int = 0
    code_lines: int = 0
    comments: int = 0
    anys: int = 0
    calls: int = 0
    statements: int = 0


def sources(folder: Path) -> Iterator[Path]:
    """Python files of a folder, without what is built or brought there."""
    for file in sorted(folder.rglob("*.py")):
        if not {"node_modules", "build", "__pycache__"} & set(file.parts):
            yield file


def functions_of(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    """Every function, and whether a user may call it: a public name of a module or a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            hidden = isinstance(node, ast.ClassDef) and node.name.startswith("_")
            for child in node.body:
                if isinstance(child, Function):
                    yield child, not (hidden or child.name.startswith("_"))
        elif isinstance(node, Function):
            yield from ((n, False) for n in ast.walk(node) if isinstance(n, Function) and n != node)


def text_lines(function: Function) -> int:
    """Lines of a function's docstring."""
    first = function.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) else 0


def docstring_lines(nodes: Iterable[ast.AST]) -> set[int]:
    """Lines that are texts for readers: strings that stand alone."""
    lines: set[int] = set()
    for node in nodes:
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def import_lines(nodes: Iterable[ast.AST]) -> set[int]:
    """Lines that import."""
    lines: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def count_tokens(text: str, texts: set[int], imports: set[int], counts: Counts) -> None:
    """Tokens, code lines, comments and `Any`, of one file."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        row = token.start[0]
        if token.type == tokenize.COMMENT:
            counts.comments += not token.string.startswith(("# noqa", "# type:"))
        if token.type in QUIET or row in texts:
            continue
        lines.add(row)
        counts.tokens += 1
        counts.anys += token.string == "Any" and row not in imports
    counts.code_lines += len(lines)


def count(folder: Path) -> Counts:
    """The counts of all Python files under a folder."""
    out = Counts()
    for file in sources(folder):
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text)
        rows = text.splitlines()
        out.lines.append(len(rows))
        if sum(bool(row.strip()) for row in rows) > LARGE_FILE:
            out.large.append(str(file.relative_to(folder)))
        seen = set()
        for function, public in functions_of(tree):
            if function in seen:
                continue
            seen.add(function)
            length = (function.end_lineno or 0) - function.lineno + 1
            out.functions.append(length)
            out.bodies.append(length - text_lines(function))
            if not (function.name.startswith("__") and function.name.endswith("__")):
                out.letters.append(len(function.name.lstrip("_")))
            text_of = ast.get_docstring(function)
            if public and text_of:
                out.public.append(text_of)
        nodes = list(ast.walk(tree))
        for node in nodes:
            out.calls += isinstance(node, ast.Call)
            out.statements += isinstance(node, ast.stmt) and not hasattr(node, "body")
        count_tokens(text, docstring_lines(nodes), import_lines(nodes), out)
    return out


def test_lines(folder: Path) -> int:
    """Lines of tests and of what they are made with, without benches."""
    files = [f for f in sources(folder) if not f.name.startswith("bench")]
    return sum(len(f.read_text(encoding="utf-8").splitlines()) for f in files)


def measures(root: Path) -> dict[str, str]:
    """Each measure of style.md as it is printed."""
    found = count(root / "geo")
    long = sum(n > LONG_FUNCTION for n in found.functions)
    tenths = quantiles(found.functions, n=10)
    sections = sum(any(s in text for s in SECTIONS) for text in found.public)
    lines = sum(found.lines)
    return {
        "files over 300 lines": str(sum(n > LONG_FILE for n in found.lines)),
        "files over 400 non-blank lines": str(len(found.large)),
        "functions over 45 lines": str(long),
        "functions over 45 lines, share": f"{100 * long / len(found.functions):.1f} %",
        "the same, without their docstrings": (
            f"{100 * sum(n > LONG_FUNCTION for n in found.bodies) / len(found.bodies):.1f} %"
        ),
        "function lines, median / p90 / max": (
            f"{median(found.functions):.0f}/{tenths[-1]:.0f}/{max(found.functions)}"
        ),
        "tokens a code line": f"{found.tokens / found.code_lines:.1f}",
        "calls a statement": f"{found.calls / found.statements:.2f}",
        "comments per 100 code lines": f"{100 * found.comments / found.code_lines:.1f}",
        "public docstrings with sections": f"{100 * sections / len(found.public):.0f} %",
        "runnable examples": str(sum(">>>" in text for text in found.public)),
        "Any per 1,000 lines": f"{1000 * found.anys / lines:.1f}",
        "function name, mean letters": f"{fmean(found.letters):.1f}",
        "test lines to code lines": f"{test_lines(root / 'tests') / lines:.2f}",
        "lines": f"{lines:,}",
    }


def main(root: Path) -> None:
    """Print the table."""
    print(f"{'':38}{'mujun':>12}" + "".join(f"{name:>12}" for name in MODELS))
    for name, value in measures(root).items():
        others = PUBLISHED.get(name, ("",) * len(MODELS))
        print(f"{name:38}{value:>12}" + "".join(f"{other:>12}" for other in others))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent)

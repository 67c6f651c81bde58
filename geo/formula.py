"""Arithmetic over columns, as an office writes it in `mujun.toml`: parsed, never run as code.

A formula may hold column names, numbers, + − * / and brackets. Anything else is refused, so a
project file can bring no code. A missing input or a division by zero gives a missing value.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import ProjectError

Floats = NDArray[np.float64]

LONGEST = 500
_SIGNS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


@cache
def parse(text: str) -> ast.expr:
    """The formula as a tree; ProjectError at the first thing that is not arithmetic."""
    try:
        if len(text) > LONGEST:
            raise ValueError(f"longer than {LONGEST} characters")  # noqa: TRY301
        body = ast.parse(text.strip(), mode="eval").body
        _check(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ProjectError(
            f"算式“{text[:80]}”不能用（{error}）：只可用列名、数字、+ - * / 和括号。",
            f"formula `{text[:80]}` cannot be used ({error}): write column names, numbers,"
            " + - * / and brackets only.") from error
    return body


def names(text: str) -> set[str]:
    """The columns that a formula reads."""
    return {node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)}


def fraction(text: str) -> tuple[str, str, float]:
    """A formula as numerator, denominator and scale: `a / b * 100` is ("a", "b", 100)."""
    tree, scale = parse(text), 1.0
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        for factor, rest in ((tree.right, tree.left), (tree.left, tree.right)):
            if isinstance(factor, ast.Constant):
                tree, scale = rest, float(factor.value)  # type: ignore[arg-type]
                break
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        return ast.unparse(tree.left), ast.unparse(tree.right), scale
    return ast.unparse(tree), "1", scale


def evaluate(text: str, frame: Mapping[str, Any] | pd.DataFrame, rows: int) -> Floats:
    """The formula's value on every row, float64 (rows,); NaN where an input is missing."""
    with np.errstate(all="ignore"):
        value = np.broadcast_to(np.asarray(_value(parse(text), frame, rows), dtype=float), rows)
    return np.where(np.isfinite(value), value, np.nan)


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _check(node.operand)
    elif not (isinstance(node, ast.Name) or (
            isinstance(node, ast.Constant) and type(node.value) in (int, float))):
        raise ValueError(f"`{ast.unparse(node)[:40]}` is not arithmetic")


def _value(node: ast.expr, frame: Any, rows: int) -> Any:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        if node.id not in frame:
            return np.full(rows, np.nan)
        column = frame[node.id]
        return column.to_numpy(dtype=float, na_value=np.nan) if hasattr(
            column, "to_numpy") else np.asarray(column, dtype=float)
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, frame, rows)
    assert isinstance(node, ast.BinOp)
    return _SIGNS[type(node.op)](_value(node.left, frame, rows), _value(node.right, frame, rows))

"""Arithmetic over columns, as an office writes it in `mujun.toml`: parsed, never run as code.

A formula may hold column names, finite numbers, + − * / and brackets, up to `LONGEST` characters
and `DEEPEST` levels of brackets. Anything else is refused, so a project file can bring no code. A
missing input, a division by zero or a result beyond all numbers gives a missing value.
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

from geo.declaration import LARGEST
from geo.errors import ProjectError
from geo.text import Message, Wording

Floats = NDArray[np.float64]

LONGEST = 500
DEEPEST = 60


def _quotient(above: Any, below: Any) -> Any:
    """Missing where the divisor is zero: NumPy's inf would be a zero again in 1 / (1 / 0)."""
    return np.divide(above, np.where(below == 0, np.nan, below))


_SIGNS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _quotient,
}


@cache
def parse(text: str) -> ast.expr:
    """The formula as a tree; ProjectError at the first thing that is not arithmetic."""
    if len(text) > LONGEST:
        raise _refused(text, Message("formula.longer_characters", longest=LONGEST))
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _refused(text, Message("formula.not_whole")) from error
    _check(text, body)
    return body


def _refused(text: str, why: Wording) -> ProjectError:
    return ProjectError("formula.formula_cannot_used", text=text[:80], why=why)


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


def _check(text: str, tree: ast.expr) -> None:
    """Raise ProjectError at the first node that is not arithmetic, or too deep.

    Level by level, so that no tree is too deep to be looked at.
    """
    level: list[ast.expr] = [tree]
    for _ in range(DEEPEST):
        below: list[ast.expr] = []
        for node in level:
            below += _parts(text, node)
        if not below:
            return
        level = below
    raise _refused(text, Message("formula.nested_over_levels_deep", deepest=DEEPEST))


def _parts(text: str, node: ast.expr) -> list[ast.expr]:
    """The operands of a node; ProjectError if it is not arithmetic."""
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [node.operand]
    if isinstance(node, ast.Name):
        return []
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) > LARGEST:
            raise _refused(text, Message("formula.number_over", largest=LARGEST))
        return []
    part = (ast.get_source_segment(text.strip(), node) or "")[:40]
    raise _refused(text, Message("formula.not_arithmetic", part=part))


def _value(node: ast.expr, frame: Any, rows: int) -> Any:
    if isinstance(node, ast.Constant):
        return np.float64(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        if node.id not in frame:
            return np.full(rows, np.nan)
        column = frame[node.id]
        return (
            column.to_numpy(dtype=float, na_value=np.nan)
            if hasattr(column, "to_numpy")
            else np.asarray(column, dtype=float)
        )
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, frame, rows)
    assert isinstance(node, ast.BinOp)
    return _SIGNS[type(node.op)](_value(node.left, frame, rows), _value(node.right, frame, rows))


def linear(text: str) -> dict[str, float] | None:
    """A formula as a weighted sum of columns, its constant under "": `a - 2 * b + 3`.

    None where it is no such sum: a column times, or divided by, a column.
    """
    return _weights(parse(text))


def _weights(node: ast.expr) -> dict[str, float] | None:
    if isinstance(node, ast.Constant):
        return {"": float(node.value)}  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return {node.id: 1.0}
    if isinstance(node, ast.UnaryOp):
        return _times(_weights(node.operand), {"": -1.0})
    assert isinstance(node, ast.BinOp)
    return _combined(node)


def _combined(node: ast.BinOp) -> dict[str, float] | None:
    left, right = _weights(node.left), _weights(node.right)
    if isinstance(node.op, ast.Mult):
        return _times(left, right)
    if isinstance(node.op, ast.Div):
        divisor = (right or {}).get("", 0.0)
        return (
            None
            if right is None or set(right) != {""} or divisor == 0
            else _times(left, {"": 1 / divisor})
        )
    sign = 1.0 if isinstance(node.op, ast.Add) else -1.0
    if left is None or right is None:
        return None
    return {
        name: left.get(name, 0.0) + sign * right.get(name, 0.0)
        for name in dict.fromkeys((*left, *right))
    }


def _times(one: dict[str, float] | None, other: dict[str, float] | None) -> dict[str, float] | None:
    """The product of two sums, one of which has to be a constant."""
    if one is None or other is None:
        return None
    for factor, rest in ((one, other), (other, one)):
        if set(factor) == {""}:
            return {name: factor[""] * weight for name, weight in rest.items()}
    return None

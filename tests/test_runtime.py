"""What a process takes of its machine."""

from __future__ import annotations

import threading

import pytest

from geo.runtime import second_thread


@pytest.mark.parametrize("cores", ["1", "2"])
def test_work_begun_gives_its_answer_or_its_error(
    monkeypatch: pytest.MonkeyPatch, cores: str
) -> None:
    monkeypatch.setenv("MUJUN_THREADS", cores)
    with second_thread() as later:
        answer = later(divmod, 7, 2)
        error = later(divmod, 7, 0)
        thread = later(threading.get_ident)
    assert answer.result() == (3, 1)
    with pytest.raises(ZeroDivisionError):
        error.result()
    assert (thread.result() == threading.get_ident()) == (cores == "1")

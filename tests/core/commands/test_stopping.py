"""Ctrl+C at any moment: while modules are imported, while a network computes, while a thread is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from tinyface_core.commands.stopping import EndAsked, apart, orderly_end


def ended(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_until_an_import_is_done(number: signal.Signals) -> None:
    importing = compile("signal.raise_signal(number); done.append(1)", "<frozen importlib._bootstrap>", "exec")
    done = list[int]()
    with orderly_end(), pytest.raises(KeyboardInterrupt) as raised:
        exec(importing, {"signal": signal, "number": number, "done": done})
        assert done == [1]
        time.sleep(30)
    assert isinstance(raised.value, EndAsked) == (number == signal.SIGTERM)


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        ("KeyboardInterrupt", 130, "Interrupted.\n"),
        ("EndAsked(signal.SIGTERM)", 143, "The system asked the program to end (SIGTERM).\n"),
    ],
)
def test_an_interrupt_while_the_commands_are_imported_is_one_sentence(raised: str, code: int, told: str) -> None:
    done = ended(
        f"""
import signal, sys
from tinyface_core.commands.stopping import EndAsked

class Slow:
    def find_spec(self, name, *_):
        if name == "tinyface_core.commands.app":
            raise {raised}

sys.meta_path.insert(0, Slow())
from tinyface_core.__main__ import main
main()
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", told)


@pytest.mark.parametrize(("daemon", "told"), [(True, ""), (False, "taken apart\n")])
def test_an_interrupted_program_is_not_taken_apart_under_a_thread_that_is_left(daemon: bool, told: str) -> None:
    done = ended(
        f"""
import atexit, sys, threading, time
from tinyface_core.__main__ import main
import tinyface_core.commands.app

def left():
    threading.Thread(target=time.sleep, args=(1,), daemon={daemon}).start()
    raise KeyboardInterrupt

tinyface_core.commands.app.app = left
atexit.register(print, "taken apart")
main()
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, told, "Interrupted.\n")


def test_work_that_is_done_apart_gives_its_result_or_its_error() -> None:
    assert apart(lambda: threading.current_thread().name) == "working"
    with pytest.raises(ZeroDivisionError):
        apart(lambda: 1 // 0)


def test_an_interrupt_does_not_wait_for_work_that_is_done_apart() -> None:
    end = threading.Event()
    with orderly_end(), pytest.raises(KeyboardInterrupt):
        threading.Timer(0.3, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
        apart(lambda: end.wait(30))
    end.set()

"""A name service that does not answer holds up whoever asks, and nobody else in the process."""

from __future__ import annotations

import subprocess
import sys

#: One greenlet connects to a name that takes half a second to be looked up, another one counts; prints how far it counts.
_SCRIPT = """
import os, warnings; warnings.simplefilter("ignore"); os.environ["EVENTLET_NO_GREENDNS"] = "yes"
import eventlet
eventlet.monkey_patch()
import socket
from eventlet.green import socket as green
from eventlet.patcher import original
from shared.runner import names

def silent(*_args, **_options):
    original("time").sleep(0.5)
    raise socket.gaierror("no answer")

socket.getaddrinfo = green.getaddrinfo = silent
if {in_threads}:
    names.look_up_in_threads()
counted = 0

def count():
    global counted
    while True:
        eventlet.sleep(0.001)
        counted += 1

eventlet.spawn(count)
eventlet.sleep(0.01)
before = counted
try:
    {asked}
except socket.gaierror:
    print(counted - before)
"""

_CONNECT = 'socket.create_connection(("hub.province.example", 443))'
_LOOK_UP = 'socket.getaddrinfo("hub.province.example", 443, type=socket.SOCK_STREAM)'


def _counted(asked: str, *, in_threads: bool = True) -> int:
    script = _SCRIPT.format(asked=asked, in_threads=in_threads)
    return int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def test_others_run_while_a_name_is_looked_up():
    assert _counted(_LOOK_UP) > 10
    assert _counted(_CONNECT) > 10
    assert _counted(_CONNECT, in_threads=False) <= 2


def test_an_address_needs_no_look_up():
    plain = 'print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4][0]); raise socket.gaierror'
    script = _SCRIPT.replace("socket.getaddrinfo = green.getaddrinfo = silent", "").format(asked=plain, in_threads=True)
    answered = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert answered.split() == ["127.0.0.1", "0"], "and nobody else had a turn meanwhile"

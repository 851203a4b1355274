#!/usr/bin/env python3
"""Runs a command beside a PostgreSQL server of its own, which ends with it.

Usage: with_postgres.py COMMAND [ARGUMENT…]

The server keeps its data and its socket in a temporary folder, listens on no port and syncs nothing to disk: it is for
tests. The command finds it by PGHOST, PGUSER and PGDATABASE. The exit code is the command's; 2 if there is no server.
The server is stopped and the folder removed whatever happens, also on Ctrl-C.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

USER = "postgres"  # the server refuses to run as root
START_S = 30


class NoServer(Exception):
    pass


def programs():
    """The folder of `initdb` and `postgres`, the newest if Debian has several."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise NoServer("PostgreSQL is missing: apt-get install postgresql, or run scripts/setup.sh test")
    return found[-1].parent if found else pathlib.Path(on_path).resolve().parent


def as_user():
    """What stands before a command of the server; it also ends the server if this process is killed."""
    ends_with_us = ["setpriv", "--pdeathsig", "QUIT"]
    return [*ends_with_us, f"--reuid={USER}", f"--regid={USER}", "--init-groups"] if os.geteuid() == 0 else ends_with_us


def start(folder):
    """The process of a server whose data and socket are in `folder`."""
    folder = pathlib.Path(folder)
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    folder.chmod(0o755)  # the command, as another user, must reach the socket
    binaries, data = programs(), folder / "data"
    made = subprocess.run([*as_user(), binaries / "initdb", "--pgdata", data, "--username", USER, "--auth", "trust",
                           "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"], capture_output=True, text=True)
    if made.returncode != 0:
        raise NoServer(f"initdb exits {made.returncode}: {made.stderr.strip()}")
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "max_connections": "200",
                "shared_buffers": "32MB", "timezone": "UTC"}
    with open(folder / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen([*as_user(), binaries / "postgres", "-D", data,
                                   *(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))],
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=folder)
    deadline = time.monotonic() + START_S
    while subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            stop(server)
            raise NoServer("the server does not start: " + (folder / "log").read_text(encoding="utf-8")[-2000:])
        time.sleep(0.05)
    return server


def stop(server):
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, at last
        if server.poll() is None:
            server.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=10)


@contextlib.contextmanager
def server():
    """A running server; gives the environment in which a command finds it."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp", ignore_cleanup_errors=True) as folder:
        process = start(folder)
        try:
            yield {"PGHOST": folder, "PGUSER": USER, "PGDATABASE": "postgres"}
        finally:
            stop(process)


def main():
    if len(sys.argv) < 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with server() as found:
            return subprocess.run(sys.argv[1:], env={**os.environ, **found}, check=False).returncode
    except NoServer as problem:
        print(f"with_postgres.py: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"with_postgres.py: `{sys.argv[1]}` does not start: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())

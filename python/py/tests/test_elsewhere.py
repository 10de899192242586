"""Regions of other hosts: `shm.follow`, `shm.remote`. These run the program `shm-mirror`, and are skipped without it.

`SHM_MIRROR_REQUIRED=1` makes that a failure instead.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable, Sequence
from typing import Any, Literal

import shm
from shm import _child
from support import PATIENCE, Case

PROGRAM = shutil.which("shm-mirror")
if PROGRAM is None and os.environ.get("SHM_MIRROR_REQUIRED"):
    raise RuntimeError("shm-mirror is not in PATH, though SHM_MIRROR_REQUIRED says that it is")

needs_program = unittest.skipUnless(PROGRAM, "needs the program `shm-mirror` in PATH")


class Pose(shm.Struct):
    x: shm.f64
    y: shm.f64


class Account(shm.Struct):
    balance: shm.i64


class Station(shm.Struct):
    temperature: shm.f64
    hits: shm.u64
    count: shm.u8
    is_on: shm.bool_
    samples: shm.Array[shm.i32, Literal[4]]
    poses: shm.Array[Pose, Literal[2]]
    pose: shm.Latest[Pose]
    account: shm.Mutex[Account]
    mode: shm.Watched[shm.u32]
    raw: shm.Array[shm.u8, Literal[3]]
    label: shm.CText[Literal[16]]


def free_endpoint() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{free.getsockname()[1]}"


def is_alive(pid: int) -> bool:
    """Whether a process is there, and is no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Elsewhere(Case):
    def setUp(self) -> None:
        self.endpoint = free_endpoint()
        self.origin = self.name()
        self.copy = self.name()
        self.servers: list[subprocess.Popen[str]] = []

    def station(self) -> Any:
        return shm.create(self.origin, Station, temperature=21.5)

    def serve(self, *allowed: str, options: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Serves the region from a process of its own, which ends with the test."""
        assert PROGRAM is not None
        writes = [word for pattern in allowed for word in ("--allow-set", f"{self.origin}:{pattern}")]
        server = subprocess.Popen(
            [PROGRAM, "serve", "--with-parent", str(os.getpid()), self.origin, "--listen", self.endpoint, "--beat", "100",
             *writes, *options],
            stdout=subprocess.PIPE, text=True,
        )

        def end() -> None:
            server.kill()
            server.communicate()

        self.addCleanup(end)
        assert server.stdout is not None
        self.assertIn("serving", server.stdout.readline())
        return server

    def follow(self, **given: Any) -> shm.Following:
        following = shm.follow(self.endpoint, self.origin, as_=self.copy, timeout=PATIENCE, **given)
        self.addCleanup(following.close)
        return following

    def remote(self) -> shm.Remote:
        remote = shm.remote(self.endpoint)
        self.addCleanup(remote.close)
        return remote


@needs_program
class Follow(Elsewhere):
    def test_a_region_that_is_followed_is_a_region_here(self) -> None:
        station = self.station()
        self.serve()
        with self.follow() as following:
            seen = following.open(Station)
            self.assertEqual(seen.temperature, 21.5)
            station.hits = 7
            station.pose.store(x=1.0, y=2.0)
            self.wait_until(lambda: seen.pose.load().y == 2.0, "the change is there")
            self.assertEqual(seen.hits, 7)
            # Any program, which knows nothing of it.
            said = self.run_process("import shm, sys; print(shm.open(sys.argv[1], read_only=True).hits)", self.copy)
            self.assertEqual(said, "7\n")
            mirror = shm.mirror(seen)
            assert mirror is not None and mirror.age is not None
            self.assertRegex(mirror.origin, f":{self.origin}$")
            self.assertEqual(mirror.state, "following")
            self.assertGreaterEqual(mirror.age, 0.0)
            mirror.fresh(PATIENCE)
            self.assertGreater(mirror.follower, 0)
            with self.assertRaisesRegex(shm.PermissionDenied, "is a mirror of"):
                shm.open(self.copy)
            with self.assertRaises(shm.ReadOnly):
                seen.hits = 1

    def test_a_region_of_this_host_is_no_mirror(self) -> None:
        self.assertIsNone(shm.mirror(self.station()))

    def test_the_age_grows_while_the_server_is_dead_and_heals_when_it_is_back(self) -> None:
        station = self.station()
        server = self.serve()
        seen = self.follow().open()

        def age() -> float:
            mirror = shm.mirror(seen)
            assert mirror is not None and mirror.age is not None
            return mirror.age

        self.kill(server)
        self.wait_until(lambda: age() > 0.5, "it is older than half a second")
        station.hits = 3
        mirror = shm.mirror(seen)
        assert mirror is not None
        with self.assertRaises(shm.Stale) as caught:
            mirror.fresh(0.4)
        self.assertGreaterEqual(caught.exception.age or 0.0, 0.4)
        self.assertRegex(caught.exception.origin, f":{self.origin}$")
        self.assertTrue(getattr(caught.exception, "__notes__"))
        self.assertEqual(seen.hits, 0)
        self.serve()
        self.wait_until(lambda: seen.hits == 3, "it is followed again, in the same mapping")

    def test_the_follower_ends_with_the_process_that_started_it(self) -> None:
        self.station()
        self.serve()
        child = self.process(
            """
            import shm, sys
            following = shm.follow(sys.argv[1], sys.argv[2], as_=sys.argv[3], timeout=60)
            print(following.mirror().follower, flush=True)
            sys.stdin.read()
            """,
            self.endpoint, self.origin, self.copy,
        )
        follower = int(self.line(child))
        self.assertTrue(is_alive(follower))
        self.kill(child)
        self.wait_until(lambda: not is_alive(follower), "the follower has ended")

    def test_a_process_that_ends_leaves_no_follower_and_no_warning(self) -> None:
        self.station()
        self.serve()
        code = "import shm, sys\nf = shm.follow(*sys.argv[1:3], as_=sys.argv[3], timeout=60)\nprint(f.mirror().follower)"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, self.endpoint, self.origin, self.copy],
            capture_output=True, text=True, timeout=PATIENCE,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse(is_alive(int(done.stdout)))

    def test_the_follower_outlives_the_thread_that_started_it(self) -> None:
        self.station()
        self.serve()
        made: list[shm.Following] = []
        thread = threading.Thread(target=lambda: made.append(self.follow()))
        thread.start()
        thread.join()
        time.sleep(0.1)
        self.assertTrue(made[0].is_running())

    def test_what_does_not_arrive_is_an_error_that_says_why(self) -> None:
        with self.assertRaisesRegex(shm.TimedOut, "has not arrived within 0.1 s"):
            shm.follow(self.endpoint, self.origin, timeout=0.1)
        with self.assertRaisesRegex(shm.SystemError, "would not be encrypted"):
            shm.follow("tcp/192.0.2.1:7447", self.origin)
        with self.assertRaisesRegex(shm.InvalidRequest, "`key` is missing"):
            shm.follow(self.endpoint, self.origin, authority="ca.pem", certificate="c.pem")

    def test_a_region_that_is_no_mirror_is_not_replaced(self) -> None:
        self.station()
        self.serve()
        mine = shm.create(self.copy, shm.u32)
        with self.assertRaises(shm.Error) as caught:
            shm.follow(self.endpoint, self.origin, as_=self.copy, timeout=PATIENCE)
        self.assertNotIsInstance(caught.exception, shm.TimedOut)
        self.assertTrue(shm.is_current(mine))


@needs_program
class Remote(Elsewhere):
    def test_fields_are_attributes(self) -> None:
        station = self.station()
        self.serve("*")
        there = self.remote().region(self.origin)
        self.assertEqual(there.temperature, 21.5)
        there.temperature = 4.5
        there.is_on = True
        there.samples[1] = -7
        there.samples[2:4] = [1, 2]
        there.poses[1].x = 2.5
        there.pose = {"x": 1.0, "y": 2.0}
        there.account.balance = 100
        there.mode = 9
        there.raw = b"abc"
        there.label = "north \"gate\""
        self.assertEqual((station.temperature, station.is_on), (4.5, True))
        self.assertEqual(station.samples[:], [0, -7, 1, 2])
        self.assertEqual(station.poses[1].x, 2.5)
        self.assertEqual(shm.to_dict(station.pose.load()), {"x": 1.0, "y": 2.0})
        with station.account as account:
            self.assertEqual(account.balance, 100)
        self.assertEqual((station.mode.get(), bytes(station.raw), station.label), (9, b"abc", 'north "gate"'))
        self.assertEqual(list(there.samples), [0, -7, 1, 2])
        self.assertEqual((there.samples[-1], there.samples[1:3], len(there.samples)), (2, [-7, 1], 4))
        self.assertEqual((there.pose.x, there.account.balance, there.mode, there.label), (1.0, 100, 9, 'north "gate"'))
        self.assertEqual(shm.to_dict(there)["pose"], {"x": 1.0, "y": 2.0})
        self.assertEqual(shm.add(there, hits=3), 0)
        self.assertEqual(shm.field(there, "hits").add(1), 3)
        self.assertEqual((shm.field(there, "poses[1].x").get(), station.hits), (2.5, 4))
        shm.field(there.poses[0], "y").set(8.0)
        self.assertEqual(station.poses[0].y, 8.0)
        self.assertIn("'balance': 100", repr(there.account))
        self.assertEqual((sorted(shm.fields(there))[:2], shm.fields(there.samples)), (["account", "count"], ()))
        self.assertFalse(hasattr(there, "_repr_html_"))
        if importlib.util.find_spec("numpy"):
            import numpy

            self.assertEqual(numpy.asarray(there.samples).tolist(), [0, -7, 1, 2])

    def test_what_does_not_fit_is_an_error_and_several_fields_are_written_all_or_none(self) -> None:
        station = self.station()
        self.serve("*")
        there = self.remote().region(self.origin)
        with self.assertRaisesRegex(shm.NoField, "temprature"):
            there.temprature
        with self.assertRaisesRegex(shm.NoField, "temprature"):
            there.temprature = 1.0
        with self.assertRaisesRegex(shm.NoField, "hitz"):
            shm.add(there, hitz=1)
        self.assertFalse(hasattr(there, "missing"))
        with self.assertRaises(shm.DoesNotFit):
            there.count = 256
        with self.assertRaises(shm.DoesNotFit):
            there.temperature = "warm"
        with self.assertRaises(shm.DoesNotFit):
            shm.update(there, temperature=1.0, count=-1)
        self.assertEqual((station.temperature, station.count), (21.5, 0))
        with self.assertRaises(IndexError):
            there.samples[4]
        shm.update(there, temperature=1.0, count=255)
        self.assertEqual((station.temperature, station.count), (1.0, 255))

    def test_only_what_is_allowed_is_written(self) -> None:
        station = self.station()
        self.serve("poses[*].x")
        there = self.remote().region(self.origin)
        there.poses[0].x = 1.0
        with self.assertRaises(shm.PermissionDenied):
            there.poses[0].y = 1.0
        with self.assertRaises(shm.PermissionDenied):
            shm.add(there, hits=1)
        self.assertEqual((station.poses[0].x, station.poses[0].y, station.hits), (1.0, 0.0, 0))

    def test_a_region_that_is_not_served_is_unreachable(self) -> None:
        self.station()
        self.serve()
        with self.assertRaises(shm.Unreachable) as caught:
            self.remote().region("no-such-region")
        self.assertIsInstance(caught.exception, ConnectionError)

    def test_a_lock_that_another_process_holds_is_busy(self) -> None:
        station = self.station()
        self.serve("*")
        there = self.remote().region(self.origin)
        with station.account, self.assertRaises(shm.Busy):
            there.account.balance = 1

    def test_threads_share_a_connection(self) -> None:
        station = self.station()
        self.serve("*")
        there = self.remote().region(self.origin)

        def work() -> None:
            for _ in range(50):
                shm.add(there, hits=1)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(station.hits, 200)

    def test_a_forked_process_has_a_connection_of_its_own(self) -> None:
        station = self.station()
        self.serve("*")
        remote = self.remote()
        there = remote.region(self.origin)
        assert remote._child is not None
        first = remote._child.pid
        is_over = threading.Event()

        def work() -> None:
            while not is_over.is_set():
                shm.add(there, hits=1)

        # Forked while another thread uses the connection.
        thread = threading.Thread(target=work)
        thread.start()
        try:
            for _ in range(5):
                pid = os.fork()
                if pid == 0:
                    done = 1
                    try:
                        for _ in range(3):
                            shm.add(there, count=1)
                        done = 0 if remote._child is not None and remote._child.pid != first else 2
                        remote.close()
                    finally:
                        os._exit(done)
                self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        finally:
            is_over.set()
            thread.join()
        self.assertEqual(station.count, 15)
        self.assertEqual(remote._child.pid, first)
        self.assertEqual(there.hits, station.hits)

    def test_a_server_that_is_killed_and_started_again_is_found_by_itself(self) -> None:
        station = self.station()
        there = None
        for n in range(1, 4):
            server = self.serve("*")
            there = there or self.remote().region(self.origin)
            there.hits = n
            self.assertEqual(station.hits, n)
            self.kill(server)
        with self.assertRaises(shm.Unreachable):
            there.hits
        self.serve("*")
        self.assertEqual(there.hits, 3)

    def test_a_program_that_is_killed_is_started_again(self) -> None:
        self.station()
        self.serve("*")
        remote = self.remote()
        there = remote.region(self.origin)
        for n in range(1, 4):
            assert remote._child is not None
            program = remote._child
            os.kill(program.pid, signal.SIGKILL)
            # With all of its threads, so that it takes no more lines.
            self.wait_until(lambda program=program: not program.is_running(), "it is dead")
            there.hits = n
            self.assertEqual(there.hits, n)

    def test_after_ctrl_c_the_next_answer_is_that_to_the_next_question(self) -> None:
        station = self.station()
        self.serve("*")
        there = self.remote().region(self.origin)
        station.temperature = 4.0
        with station.account:
            self.interrupted(lambda: setattr(there.account, "balance", 1))
        self.assertEqual(there.temperature, 4.0)

    def test_the_program_ends_with_the_process_that_started_it_and_with_close(self) -> None:
        self.station()
        self.serve()
        child = self.process(
            """
            import shm, sys
            remote = shm.remote(sys.argv[1])
            remote.region(sys.argv[2])
            print(remote._child.pid, flush=True)
            sys.stdin.read()
            """,
            self.endpoint, self.origin,
        )
        program = int(self.line(child))
        self.assertTrue(is_alive(program))
        self.kill(child)
        self.wait_until(lambda: not is_alive(program), "the program has ended")
        with shm.remote(self.endpoint) as remote:
            there = remote.region(self.origin)
            assert remote._child is not None
            program = remote._child.pid
        self.assertFalse(is_alive(program))
        with self.assertRaisesRegex(shm.NotSupported, "was closed"):
            there.hits

    def test_a_view_can_be_sent_to_another_process(self) -> None:
        station = self.station()
        self.serve("*")
        there = self.remote().region(self.origin)
        sent = pickle.dumps(there.poses[1]).hex()
        self.run_process("import pickle, sys; pickle.loads(bytes.fromhex(sys.argv[1])).y = 3.5", sent)
        self.assertEqual(station.poses[1].y, 3.5)


def certificates(case: Case) -> Callable[[str], dict[str, str]]:
    """Makes an authority; the files of `localhost`, `reader` and `writer` as arguments."""
    assert PROGRAM is not None
    made = tempfile.TemporaryDirectory()
    case.addCleanup(made.cleanup)
    folder = os.path.join(made.name, "keys")
    subprocess.run([PROGRAM, "keys", folder, "--host", "localhost"], check=True, capture_output=True)

    def files(who: str) -> dict[str, str]:
        names = {"authority": "authority.pem", "certificate": f"{who}.pem", "key": f"{who}.key"}
        return {option: os.path.join(folder, name) for option, name in names.items()}

    return files


@needs_program
class Encrypted(Elsewhere):
    def test_a_certificate_gives_the_rights_that_the_server_names(self) -> None:
        station = self.station()
        files = certificates(self)
        self.endpoint = self.endpoint.replace("tcp/127.0.0.1", "tls/localhost")
        own = [word for option, file in files("localhost").items() for word in (f"--{option}", file)]
        self.serve("hits", options=["--reader", "reader", "--writer", "writer", *own])
        for who in ("reader", "writer"):
            with self.follow(**files(who)) as following:
                self.assertEqual(following.open().temperature, 21.5)
            with shm.remote(self.endpoint, **files(who)) as remote:
                there = remote.region(self.origin)
                self.assertEqual(there.temperature, 21.5)
                with self.assertRaises(shm.PermissionDenied):
                    there.temperature = 1.0
                if who == "writer":
                    there.hits = 5
                else:
                    with self.assertRaises(shm.PermissionDenied):
                        there.hits = 5
        self.assertEqual((station.temperature, station.hits), (21.5, 5))


class WithoutTheProgram(Case):
    def test_the_error_says_how_to_install_it(self) -> None:
        for call in ("shm.follow('tcp/127.0.0.1:1', 'x')", "shm.remote('tcp/127.0.0.1:1').region('x')"):
            code = f"import os, sys; sys.executable = '/none/python'; os.environ['PATH'] = '/none'\nimport shm\n{call}"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
            self.assertIn("shm.NotFound: the program `shm-mirror`", done.stderr)
            self.assertIn("cargo install --path shm-mirror", done.stderr)

    def test_the_options_of_a_connection_are_checked(self) -> None:
        given = _child.security(__file__, sys.executable, __file__, False)
        self.assertEqual(given, ["--authority", __file__, "--certificate", sys.executable, "--key", __file__])
        with self.assertRaisesRegex(FileNotFoundError, "no-such.pem"):
            _child.security(__file__, "no-such.pem", __file__, False)
        self.assertEqual(_child.security(None, None, None, True), ["--insecure"])
        with self.assertRaises(shm.InvalidRequest):
            _child.security("a", "b", "c", True)


if __name__ == "__main__":
    unittest.main()

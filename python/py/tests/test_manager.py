"""`shm.multiprocessing.Manager`, beside CPython's. Values that are served run `shm-mirror`; without it, those tests are skipped."""

from __future__ import annotations

import array
import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import textwrap
import unittest
from collections.abc import Callable
from typing import Any

import shm
from shm import multiprocessing as mp
from support import PATIENCE, Case
from test_elsewhere import certificates, free_endpoint, is_alive, needs_program

#: Whether this process may have a mount namespace, in which /dev/shm is another host's.
CAN_MOVE = shutil.which("unshare") is not None and subprocess.run(
    ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /dev/shm"], capture_output=True, check=False,
).returncode == 0


def outcome(do: Callable[[], Any]) -> Any:
    """What a call returns, or the class of its error."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001: compared
        return type(error)


def store(proxy: Any, value: Any) -> None:
    proxy.value = value


def fill(proxy: Any, first: int) -> None:
    for index in range(len(proxy)):
        proxy[index] = first + index


class Manager(Case):
    def manager(self, *args: Any, **given: Any) -> mp.Manager:
        manager = mp.Manager(*args, **given)
        self.addCleanup(manager.shutdown)
        return manager

    def test_values_and_arrays_behave_as_cpythons(self) -> None:
        def use(manager: Any) -> list[Any]:
            number, real, flag = manager.Value("i", 3), manager.Value("d", 2.5), manager.Value("b", 1, lock=False)
            numbers, reals = manager.Array("i", range(5)), manager.Array("d", [1.0, 2.0])
            found: list[Any] = [number.value, number.get(), real.value, flag.value]
            number.value = 7
            real.set(4.5)
            number.value += 1
            numbers[0] = 9
            numbers[-1] = -9
            numbers[1:3] = array.array("i", [11, 12])
            found += [number.value, real.get(), str(number), str(real), len(numbers), numbers[0], numbers[-1]]
            found += [numbers[:], numbers[1:3], numbers[::2], numbers[::-1], list(numbers), list(reals), str(numbers)]
            found += [outcome(lambda: numbers[5]), outcome(lambda: numbers.__setitem__(0, "x"))]
            found += [outcome(lambda: numbers.__setitem__(9, 1)), outcome(lambda: numbers["x"])]
            return found

        with multiprocessing.Manager() as theirs, mp.Manager() as ours:
            self.assertEqual(use(ours), use(theirs))

    def test_processes_of_every_kind_share_them(self) -> None:
        for method in ("fork", "spawn", "forkserver"):
            with self.subTest(method):
                manager = self.manager()
                number, numbers = manager.Value("q", 1), manager.Array("i", [0] * 4)
                context = multiprocessing.get_context(method)
                children = [context.Process(target=store, args=(number, 1 << 40)), context.Process(target=fill, args=(numbers, 5))]
                for child in children:
                    child.start()
                for child in children:
                    child.join()
                    self.assertEqual(child.exitcode, 0)
                self.assertEqual((number.value, numbers[:].tolist()), (1 << 40, [5, 6, 7, 8]))

    def test_a_proxy_opens_the_memory_itself(self) -> None:
        number = self.manager().Value("d", 1.5)
        sent = pickle.loads(pickle.dumps(number))
        self.assertTrue(sent.is_here)
        sent.value = 2.5
        self.assertEqual(number.value, 2.5)

    def test_an_addition_loses_no_update(self) -> None:
        number = self.manager().Value("i", 5)
        self.assertEqual(number.add(2), 5)
        self.assertEqual(number.value, 7)

    def test_what_has_no_typecode_or_does_not_fit_is_an_error(self) -> None:
        manager = self.manager()
        for typecode in ("u", "x", "", None, int, "ii"):
            with self.assertRaisesRegex(TypeError, "is no typecode of a number"):
                manager.Value(typecode, 1)
        for value, error in ((300, OverflowError), ("x", TypeError), (1.5, TypeError)):
            with self.assertRaises(error):
                manager.Value("B", value)
        numbers = manager.Array("B", [1, 2, 3])
        with self.assertRaises(OverflowError):
            numbers[0] = 256
        with self.assertRaises(ValueError):
            numbers[0:2] = [1, 2, 3]
        with self.assertRaisesRegex(ValueError, "at least one element"):
            manager.Array("i", [])
        self.assertEqual(numbers[:].tolist(), [1, 2, 3])

    def test_what_else_cpythons_has_is_an_error_that_says_what_to_use(self) -> None:
        manager = self.manager()
        missing = [name for name in multiprocessing.managers.SyncManager._registry if name not in ("Value", "Array")]  # type: ignore[attr-defined]
        self.assertIn("dict", missing)
        for name in missing:
            if name in ("Iterator", "AsyncResult"):
                continue
            with self.assertRaisesRegex(AttributeError, f"instead of `{name}`, use .*or CPython's own"):
                getattr(manager, name)
        with self.assertRaisesRegex(AttributeError, "no attribute `misspelt`"):
            manager.misspelt

    def files(self, pid: int) -> list[str]:
        return [name for name in os.listdir("/dev/shm") if name.startswith(f"shm-manager-{pid}-")]

    def test_nothing_is_left_after_shutdown_and_views_go_on(self) -> None:
        with mp.Manager() as manager:
            number = manager.Value("i", 1)
            self.assertEqual(len(self.files(os.getpid())), 1)
        self.assertEqual(self.files(os.getpid()), [])
        number.value = 2
        self.assertEqual(number.value, 2)
        with self.assertRaisesRegex(shm.NotSupported, "was shut down"):
            manager.Value("i", 1)

    def test_nothing_is_left_of_a_process_that_ends(self) -> None:
        code = "import os; from shm import multiprocessing as mp\nm = mp.Manager(); v = m.Value('i', 1); print(os.getpid())"
        self.assertEqual(self.files(int(self.run_process(code))), [])

    def test_a_forked_process_makes_none(self) -> None:
        manager = self.manager()
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(write, type(outcome(lambda: manager.Value("i", 1))).__name__.encode())
                found = outcome(lambda: manager.Value("i", 1))
                os.write(write, getattr(found, "__name__", "").encode())
            finally:
                os._exit(0)
        os.close(write)
        os.waitpid(pid, 0)
        self.assertEqual(os.read(read, 100), b"typeNotSupported")
        os.close(read)

    def test_an_address_is_checked(self) -> None:
        for wrong in ("127.0.0.1:1", "tcp/127.0.0.1", "udp/127.0.0.1:1", ("127.0.0.1", "x")):
            with self.assertRaisesRegex(ValueError, "is no address"):
                mp.Manager(wrong)  # type: ignore[arg-type]


@needs_program
@unittest.skipUnless(CAN_MOVE, "needs to be allowed to have a mount namespace, as another host")
class Served(Case):
    """Processes that do not see this host's regions use commands."""

    def manager(self) -> mp.Manager:
        manager = mp.Manager(free_endpoint())
        self.addCleanup(manager.shutdown)
        return manager

    def elsewhere(self, code: str, *proxies: Any) -> subprocess.Popen[str]:
        """A process of another host, as far as shared memory goes."""
        code = "import pickle, sys\nproxies = [pickle.loads(bytes.fromhex(word)) for word in sys.argv[1:]]\n" + textwrap.dedent(code)
        words = [pickle.dumps(proxy).hex() for proxy in proxies]
        child = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /dev/shm && exec \"$@\"", "sh", sys.executable, "-c", code, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.addCleanup(child.communicate)
        self.addCleanup(child.kill)
        return child

    def test_a_process_elsewhere_reads_and_writes_by_commands(self) -> None:
        manager = self.manager()
        number, real, numbers = manager.Value("i", 3), manager.Value("d", float("inf")), manager.Array("i", range(5))
        child = self.elsewhere(
            """
            number, real, numbers = proxies
            print(number.is_here, number.value, real.value, numbers[:], numbers[1:3], numbers[-1], len(numbers))
            number.value = 7
            print(number.add(1), number.get(), str(number))
            real.set(float("nan"))
            numbers[0] = 9
            numbers[-2:] = [11, 12]
            print(list(numbers), numbers[::2])
            try:
                numbers[5]
            except IndexError:
                print("IndexError")
            try:
                number.value = 1 << 40
            except ValueError:
                print("ValueError")
            """,
            number, real, numbers,
        )
        said, _ = child.communicate(timeout=PATIENCE)
        self.assertEqual(said.splitlines(), [
            "False 3 inf array('i', [0, 1, 2, 3, 4]) array('i', [1, 2]) 4 5", "7 8 Value('i', 8)",
            "[9, 1, 2, 11, 12] array('i', [9, 2, 12])", "IndexError", "ValueError",
        ])
        self.assertEqual((number.value, numbers[:].tolist()), (8, [9, 1, 2, 11, 12]))
        self.assertNotEqual(real.value, real.value)

    def test_values_survive_the_death_of_the_server_and_proxies_find_it_again(self) -> None:
        manager = self.manager()
        number = manager.Value("i", 1)
        child = self.elsewhere(
            """
            number, = proxies
            for line in sys.stdin:
                number.value += int(line)
                print(number.value, flush=True)
            """,
            number,
        )
        assert child.stdin is not None and manager._server is not None
        expected = 1
        for _ in range(3):
            child.stdin.write("10\n")
            child.stdin.flush()
            expected += 10
            self.assertEqual(self.line(child), str(expected))
            server = manager._server.pid
            assert server is not None
            os.kill(server, signal.SIGKILL)
            # Here nothing was lost, nor is the server needed.
            number.value += 1
            expected += 1
            self.wait_until(lambda: manager._server is not None and manager._server.pid not in (None, server), "there is another server")
        child.stdin.close()
        child.stdin = None
        self.assertEqual(child.wait(PATIENCE), 0)

    def test_the_server_ends_with_the_manager(self) -> None:
        manager = self.manager()
        manager.Value("i", 1)
        assert manager._server is not None
        server = manager._server.pid
        assert server is not None
        self.assertTrue(is_alive(server))
        manager.shutdown()
        self.assertFalse(is_alive(server))

    def test_a_server_with_certificates_is_reached_with_them(self) -> None:
        files = certificates(self)
        manager = mp.Manager("tls/localhost:0", writers=["localhost"], **files("localhost"))
        self.addCleanup(manager.shutdown)
        number = manager.Value("i", 3)
        child = self.elsewhere("proxies[0].value += 4", number)
        child.communicate(timeout=PATIENCE)
        self.assertEqual((child.returncode, number.value), (0, 7))

    def test_an_address_beyond_this_host_needs_encryption(self) -> None:
        manager = mp.Manager(("0.0.0.0", 0))
        self.addCleanup(manager.shutdown)
        with self.assertRaisesRegex(shm.SystemError, "would not be encrypted"):
            manager.Value("i", 1)


if __name__ == "__main__":
    unittest.main()

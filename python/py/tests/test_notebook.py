"""What a notebook shows: tables, changes as they come, charts."""

from __future__ import annotations

import asyncio
import html.parser
import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest
from typing import Annotated, Any, Literal

import shm
from declared import Mode, Station
from shm._plot import readings
from support import PATIENCE, Case


class Table(html.parser.HTMLParser):
    """The cells of a table, and the tags that it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.title = ""
        self.where = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag in ("td", "th", "caption"):
            self.where = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.where:
            self.where = ""

    def handle_data(self, data: str) -> None:
        if self.where == "caption":
            self.title += data
        elif self.where:
            self.rows[-1][-1] += data

    def row(self, name: str) -> list[str]:
        return next(row for row in self.rows if row[2].strip() == name)


class Hostile(shm.Struct):
    """<script>alert(1)</script>"""

    n: Annotated[shm.u8, shm.Unit("<b>"), shm.Doc("</td><img src=x>")]
    text: shm.CText[Literal[64]]


class Html(Case):
    def test_a_region_is_drawn_as_the_command_shows_it(self) -> None:
        name = self.name()
        one = shm.create(name, Station, temperature=21.5, hits=7)
        one.pose.store(x=1.0, y=2.0)
        table = Table(one._repr_html_())
        for part in (name, "Station", "One weather station.", f"{shm.fingerprint(one):#018x}", "bytes"):
            self.assertIn(part, table.title)
        self.assertEqual(table.rows[0], ["offset", "type", "name", "value", "notes"])
        self.assertEqual(table.row("temperature")[1:], ["f64", "temperature", "21.5 °C", "in the shade"])
        self.assertEqual(table.row("samples")[3], "[0, 0, 0, 0, 0, 0, 0, 0, .. 8 more]")
        self.assertEqual(table.row("mode")[1::2], ["Watched<Mode>", "Idle"])
        self.assertEqual(table.row("pose")[4], "version 1")
        self.assertEqual(table.row("x")[3], "1.0")
        self.assertEqual([row[2].strip() for row in table.rows if row[2].strip().startswith("[")], ["[0]", "[1]", "[2]"])

    def test_a_region_is_drawn_while_another_process_holds_its_lock(self) -> None:
        name = self.name()
        one = shm.create(name, Station)
        child = self.process(
            """
            import sys, shm
            with shm.open(sys.argv[1]).account as account:
                account.balance = 5
                print("locked", flush=True)
                sys.stdin.readline()
            """,
            name,
        )
        self.assertEqual(self.line(child), "locked")
        table = Table(one._repr_html_())
        self.assertIn(f"locked by process {child.pid}", table.row("account")[4])
        self.assertEqual(table.row("balance")[3], "5")
        self.kill(child)
        self.assertIn("dead", Table(one._repr_html_()).row("account")[4])

    def test_text_from_a_region_is_never_markup(self) -> None:
        one = shm.create(self.name(), Hostile, n=3, text="<script>x</script>&amp;")
        for shown in (one, shm.open(shm.path(one)), shm.field(one, "text")):
            table = Table(shown._repr_html_())
            self.assertLessEqual(table.tags, {"table", "caption", "tr", "th", "td", "b", "code", "br"})
        table = Table(one._repr_html_())
        self.assertIn("<script>alert(1)</script>", table.title)
        self.assertIn("<script>x</script>&amp;", table.row("text")[3])
        self.assertEqual(table.row("n")[3:], ["3 <b>", "</td><img src=x>"])

    def test_parts_of_a_region_and_copies_are_drawn_as_well(self) -> None:
        one = shm.create(self.name(), Station)
        one.pose.store(x=1.0, y=2.0)
        one.poses[1].x = 3.0
        self.assertEqual(Table(one.poses[1]._repr_html_()).row("x")[3], "3.0")
        self.assertIn("poses[1]", Table(one.poses[1]._repr_html_()).title)
        self.assertEqual(Table(one.poses._repr_html_()).rows[2], ["1", "3.0", "0.0"])
        self.assertEqual(Table(one.samples._repr_html_()).rows[1], ["0", "0"])
        self.assertEqual(Table(one.pose.load()._repr_html_()).rows[1][:2], ["x", "1.0"])
        with one.account as account:
            account.balance = 9
            self.assertEqual(Table(account._repr_html_()).row("balance")[3], "9")

    def test_a_number_or_a_slice_alone_is_drawn(self) -> None:
        number = shm.create(self.name(), "f64")
        number.set(1.5)
        self.assertEqual(Table(number._repr_html_()).row("(the whole)")[3], "1.5")
        many = shm.create(self.name(), shm.Slice[shm.u32], length=1_000_000)
        self.assertIn("999,984 are not shown", Table(many._repr_html_()).title)

    def test_a_closed_region_says_so(self) -> None:
        one = shm.create(self.name(), Station)
        shm.close(one)
        self.assertIn("closed here", Table(one._repr_html_()).title)
        self.assertIn("temperature=0.0", repr(one))


class Watch(Case):
    def setUp(self) -> None:
        self.at = self.name()
        self.one = shm.create(self.at, Station)

    def watch(self, *paths: str, until: Any, change: Any, every: float = 0.001) -> list[Any]:
        """The readings up to the one that meets the condition; after each, the next change is made."""
        changes = iter(change)

        async def main() -> list[Any]:
            seen = []
            async for reading in shm.watch(self.one, *paths, every=every):
                seen.append(reading)
                if until(reading):
                    break
                next(changes, lambda: None)()
            return seen

        return asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def put(self, name: str, value: Any) -> Any:
        return lambda: shm.update(self.one, {name: value})

    def test_a_field_gives_its_value_now_and_after_each_change(self) -> None:
        changes = [self.put("temperature", 1.5), self.put("temperature", 2.5)]
        seen = self.watch("temperature", until=lambda value: value == 2.5, change=changes)
        self.assertEqual(seen, [0.0, 1.5, 2.5])

    def test_a_change_by_another_process_is_seen(self) -> None:
        child = self.process(
            "import sys, shm; sys.stdin.readline(); shm.open(sys.argv[1]).hits = 3", self.at
        )

        def tell() -> None:
            child.stdin.write("\n")
            child.stdin.flush()

        self.assertEqual(self.watch("hits", until=lambda value: value == 3, change=[tell]), [0, 3])

    def test_a_watched_field_wakes_the_loop_without_being_looked_at(self) -> None:
        # It would be looked at once in an hour.
        changes = [lambda: self.one.mode.set(Mode.Done)]
        seen = self.watch("mode", until=lambda value: value is Mode.Done, change=changes, every=3600)
        self.assertEqual(seen, [Mode.Idle, Mode.Done])

    def test_several_paths_give_a_tuple_and_none_gives_all_fields(self) -> None:
        changes = [lambda: self.one.pose.store(x=4.0), lambda: setattr(self.one.poses[1], "y", 2.0)]
        seen = self.watch("pose.x", "poses[1].y", "samples[2..4]", until=lambda value: value[1] == 2.0, change=changes)
        self.assertEqual(seen, [(0.0, 0.0, [0, 0]), (4.0, 0.0, [0, 0]), (4.0, 2.0, [0, 0])])
        [first, last] = self.watch(until=lambda value: value["hits"] == 9, change=[self.put("hits", 9)])
        self.assertEqual((first["hits"], last["hits"], set(last)), (0, 9, set(shm.fields(self.one))))

    def test_what_does_not_change_is_given_once(self) -> None:
        self.one.temperature = float("nan")
        readings = []

        async def main() -> None:
            async for reading in shm.watch(self.one, "temperature", every=0.001):
                readings.append(reading)

        async def some_time() -> None:
            task = asyncio.ensure_future(main())
            await asyncio.sleep(0.1)
            task.cancel()

        asyncio.run(some_time())
        self.assertEqual(len(readings), 1)

    def test_a_path_that_leads_nowhere_is_an_error_at_once(self) -> None:
        with self.assertRaises(shm.NoField):
            self.watch("temprature", until=lambda value: True, change=[])


MATPLOTLIB = importlib.util.find_spec("matplotlib")
MCAP = importlib.util.find_spec("mcap")
#: The command `shm`; the gate sets it.
COMMAND = os.environ.get("SHM_COMMAND", "")


class Plot(Case):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def lines(self, axes: Any) -> dict[str, tuple[list[Any], list[Any]]]:
        return {line.get_label(): (list(line.get_xdata(orig=True)), list(line.get_ydata())) for line in axes.lines}

    def axes(self) -> Any:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        self.addCleanup(pyplot.close, "all")
        return pyplot.subplots()[1]

    def test_without_matplotlib_the_error_says_what_to_install(self) -> None:
        # An entry of `None` makes an import fail, whether it is installed or not.
        code = """
            import sys
            sys.modules["matplotlib"] = None
            import shm
            try:
                shm.plot([1, 2])
            except ImportError as error:
                print(error)
            """
        self.assertIn("pip install matplotlib", self.run_process(code))

    @unittest.skipUnless(MATPLOTLIB, "needs matplotlib")
    def test_readings_of_a_watch_are_drawn_over_their_times(self) -> None:
        readings = [(0.5, {"x": 1.0, "y": 5}), (0.75, {"x": 2.0, "y": 6})]
        lines = self.lines(shm.plot(readings, axes=self.axes()))
        self.assertEqual(lines, {"x": ([0.5, 0.75], [1.0, 2.0]), "y": ([0.5, 0.75], [5, 6])})
        self.assertEqual(list(self.lines(shm.plot(readings, "y", axes=self.axes()))), ["y"])

    @unittest.skipUnless(MATPLOTLIB, "needs matplotlib")
    def test_arrays_and_views_are_drawn_over_their_indexes(self) -> None:
        one = shm.create(self.name(), Station, samples=range(16))
        [[xs, ys]] = self.lines(shm.plot(one.samples, axes=self.axes())).values()
        self.assertEqual((xs, ys), (list(range(16)), list(range(16))))
        one.poses[1].y = 2.0
        self.assertEqual(self.lines(shm.plot(one.poses, "y", axes=self.axes()))["y"][1], [0.0, 2.0, 0.0])

    @unittest.skipUnless(MATPLOTLIB, "needs matplotlib")
    def test_a_recording_of_the_command_is_drawn(self) -> None:
        path = self.folder / "run.jsonl"
        lines = [
            {"time": "2026-01-02T03:04:05.5Z", "values": {"temperature": 21.5, "pose": {"x": 1.0}, "label": "north"}},
            {"time": "2026-01-02T03:04:06Z", "event": "replaced", "region": "station"},
            {"time": "2026-01-02T03:04:07Z", "values": {"temperature": 22.0}},
        ]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        drawn = self.lines(shm.plot(path, axes=self.axes()))
        self.assertEqual({name: ys for name, (_, ys) in drawn.items()}, {"temperature": [21.5, 22.0], "pose.x": [1.0, 1.0]})
        self.assertEqual((drawn["temperature"][0][1] - drawn["temperature"][0][0]).total_seconds(), 1.5)

    def record(self, form: str) -> pathlib.Path:
        """A recording of three values of a station, which grow."""
        region, path = self.name(), self.folder / "run"
        one = shm.create(region, Station, temperature=20.0)
        words = [COMMAND, "record", region, "--every=5ms", "--on-change", "--count=3", "--replace"]
        words += [f"--format={form}", f"-o{path}"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
            while child.poll() is None:
                time.sleep(0.05)
                one.temperature += 1.0
            self.assertEqual(child.returncode, 0, child.stderr and child.stderr.read())
        return path

    @unittest.skipUnless(COMMAND, "needs the command, in SHM_COMMAND")
    def test_every_form_of_a_recording_is_read(self) -> None:
        for form in ("csv", "jsonl", "mcap") if MCAP else ("csv", "jsonl"):
            with self.subTest(form):
                path = self.record(form)
                times, series = readings(path, ("temperature", "samples[3]", "pose.x"))
                values = series["temperature"]
                self.assertEqual((len(values), values == sorted(set(values))), (3, True), values)
                self.assertEqual(series["samples[3]"], [0, 0, 0])
                self.assertEqual(times, sorted(times))
                self.assertLess(abs(times[0].timestamp() - time.time()), 3600)

    @unittest.skipUnless(COMMAND and MCAP, "needs the command, in SHM_COMMAND, and mcap")
    def test_of_a_recording_that_is_cut_the_start_is_read_with_a_warning(self) -> None:
        path = self.record("mcap")
        whole = path.read_bytes()
        for cut in (8, 300):
            path.write_bytes(whole[:-cut])
            with self.assertWarnsRegex(UserWarning, "run has no end"):
                times, series = readings(path, ("temperature",))
            self.assertEqual(len(series["temperature"]), 3)
        path.write_bytes(whole[:40])
        with self.assertRaisesRegex(ValueError, "run cannot be read as an MCAP file"):
            readings(path, ())

    @unittest.skipUnless(MCAP, "needs mcap")
    def test_messages_that_are_not_json_are_never_left_out_silently(self) -> None:
        from mcap.writer import Writer

        path = self.folder / "foreign.mcap"
        def write(*messages: tuple[str, str, bytes]) -> None:
            writer = Writer(os.fspath(path))
            writer.start()
            for number, (topic, encoding, data) in enumerate(messages):
                channel = writer.register_channel(topic, encoding, 0)
                writer.add_message(channel, 2_000 - number * 1_000, data, 0)
            writer.finish()

        write(("/pose", "cdr", b"x"))
        with self.assertRaisesRegex(ValueError, "no JSON messages.* `/pose` in `cdr`"):
            readings(path, ())
        write(("/a", "json", b'{"x": "NaN", "label": "7"}'), ("/pose", "cdr", b"x"), ("/b", "json", b"5"))
        with self.assertWarnsRegex(UserWarning, "left out: `/pose` in `cdr`"):
            times, series = readings(path, ())
        self.assertEqual(sorted(series), ["/a.x", "/b.value"])
        self.assertEqual((series["/b.value"], [time.microsecond for time in times]), ([5, None], [0, 2]))

    def test_without_mcap_the_error_says_what_to_install(self) -> None:
        code = """
            import pathlib, sys, tempfile
            sys.modules["mcap"] = None
            from shm._recordings import recorded
            path = pathlib.Path(tempfile.mkdtemp()) / "run"
            path.write_bytes(b"\\x89MCAP0\\r\\n")
            try:
                recorded(path)
            except ImportError as error:
                print(error)
            """
        self.assertIn("pip install mcap", self.run_process(code))

    @unittest.skipUnless(MATPLOTLIB, "needs matplotlib")
    def test_what_cannot_be_drawn_is_refused_with_the_reason(self) -> None:
        with self.assertRaisesRegex(ValueError, "no reading has a number at `z`; they have `x`"):
            shm.plot([{"x": 1.0}], "z", axes=self.axes())
        path = self.folder / "bad.jsonl"
        path.write_text("temperature\n")
        with self.assertRaisesRegex(ValueError, r"bad.jsonl:1 is not a line"):
            shm.plot(path, axes=self.axes())


if __name__ == "__main__":
    unittest.main()

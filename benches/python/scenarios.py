"""The scenarios for the peers in Python, with the same protocol as the program
that starts this. Its arguments are a job, `key=value`; it prints the result as one line of JSON."""

import ctypes
import json
import mmap
import os
import signal
import statistics
import sys
import threading
import time

import peers

BATCHES = 5
NUMBER, MARK = 3, 0x5EED
# From linux/prctl.h: the signal to get when the parent ends.
PR_SET_PDEATHSIG = 1


class Job:
    """One measurement: the arguments of the command line."""

    def __init__(self, arguments):
        given = dict(argument.split("=", 1) for argument in arguments)
        self.peer, self.scenario = given["peer"], given["scenario"]
        self.folder, self.name = given["folder"], given["name"]
        self.batch = int(given["batch"]) / 1e9
        self.words, self.pace = int(given["words"]), given["pace"]
        self.cpus = [int(cpu) for cpu in given["cpus"].split(",")] if "cpus" in given else None

    def pin(self, which):
        if self.cpus:
            os.sched_setaffinity(0, {self.cpus[which]})


class Cues:
    """The messages between the two processes."""

    READY, GO, STOP, OPERATIONS, INSTANT, HELD = range(6)

    def __init__(self):
        self.cells = memoryview(mmap.mmap(-1, 4096)).cast("Q")

    def wait_for(self, cell):
        while not self.cells[cell]:
            time.sleep(0.0005)


class Partner:
    """A forked process that plays the second part."""

    def __init__(self, job, peer, part):
        self.cues = Cues()
        self.pid = os.fork()
        if self.pid == 0:
            self.play(job, peer, part)
        while not self.cues.cells[Cues.READY]:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                raise RuntimeError("the second process ended before it was prepared")
            time.sleep(0.00005)
        self.cues.cells[Cues.GO] = 1

    def play(self, job, peer, part):
        """The child: it must not run what the parent registered for its exit."""
        status = 1
        try:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            job.pin(1)
            part(job, peer.open(job), self.cues)
            status = 0
        except BaseException as error:  # whatever it is, it is reported and ends the process
            print(f"second process: {error!r}", file=sys.stderr)
        finally:
            os._exit(status)

    def stop(self):
        self.cues.cells[Cues.STOP] = 1
        if os.waitpid(self.pid, 0)[1]:
            raise RuntimeError("the second process failed")
        return self.cues.cells[Cues.OPERATIONS]

    def wait_until_asleep(self):
        """Waits until the other one has left a count and then fallen asleep."""
        while True:
            with open(f"/proc/{self.pid}/stat") as file:
                if ") S " in file.read() and self.cues.cells[Cues.OPERATIONS]:
                    break
            time.sleep(0.001)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def begin(cues):
    cues.cells[Cues.READY] = 1
    cues.wait_for(Cues.GO)


def timed(batch, times):
    start = time.perf_counter()
    batch(times)
    return time.perf_counter() - start


def nanoseconds_each(job, batch):
    times = 1
    while (took := timed(batch, times)) * 2 < job.batch:
        times *= 2
    times = max(1, int(times * job.batch / took))
    return statistics.median(timed(batch, times) for _ in range(BATCHES)) / times * 1e9


def for_the_duration(job, work, chunk):
    """Works in chunks for the duration of a sample; returns the seconds and the operations done."""
    start, done = time.perf_counter(), 0
    while (took := time.perf_counter() - start) < job.batch * BATCHES:
        work(chunk)
        done += chunk
    return took, done


def until_stopped(cues, work, chunk):
    done = 0
    while not cues.cells[Cues.STOP]:
        work(chunk)
        done += chunk
    cues.cells[Cues.OPERATIONS] = done


def field_get(job, peer):
    peer.set(7)
    return {"ns": nanoseconds_each(job, peer.get_many)}


def field_set(job, peer):
    return {"ns": nanoseconds_each(job, peer.set_many)}


def both_add(job, peer, add, value=None):
    def second(job, peer, cues):
        begin(cues)
        until_stopped(cues, getattr(peer, add), 64)

    partner = Partner(job, peer, second)
    took, ours = for_the_duration(job, getattr(peer, add), 64)
    done = ours + partner.stop()
    return {"ns": took / done * 1e9, "counts": {"updates": done, "lost": done - (value or peer.get)()}}


def counter(job, peer):
    return both_add(job, peer, "add_many")


def lock_contended(job, peer):
    return both_add(job, peer, "add_locked_many")


def lock_alone(job, peer):
    return {"ns": nanoseconds_each(job, peer.add_locked_many)}


def write_beside(job, peer, cues):
    version = 1
    peer.write(peer.version(version))
    begin(cues)
    next_write = time.perf_counter()
    while not cues.cells[Cues.STOP]:
        if job.pace == "idle":
            time.sleep(0.0002)
            continue
        if job.pace == "10khz":
            next_write += 0.0001
            while time.perf_counter() < next_write:
                pass
        version += 1
        peer.write(peer.version(version))
    cues.cells[Cues.OPERATIONS] = version - 1


def snapshot_read(job, peer):
    partner = Partner(job, peer, write_beside)
    took, reads = for_the_duration(job, peer.read_many, 16)
    counts = check(job, peer)
    counts["writes"] = partner.stop()
    return {"ns": took / reads * 1e9, "counts": counts}


def check(job, peer):
    """Reads for as long as the timing took, and checks every word."""
    reads = torn = backwards = newest = 0
    start = time.perf_counter()
    while time.perf_counter() - start < job.batch * BATCHES:
        version = peer.whole(peer.read())
        reads += 1
        if version is None:
            torn += 1
        elif version < newest:
            backwards += 1
        else:
            newest = version
    return {"reads": reads, "torn": torn, "backwards": backwards}


def snapshot_write(job, peer):
    value = peer.version(7)
    ns = nanoseconds_each(job, lambda times: peer.write_many(value, times))
    if peer.whole(peer.read()) != 7:
        raise RuntimeError("the value read differs from the value written")
    return {"ns": ns}


def array(job, peer):
    peer.set_doubles([index * 0.5 for index in range(1000)])
    return {"ns": nanoseconds_each(job, peer.doubles_many)}


def attach(job, peer):
    def second(job, peer, cues):
        begin(cues)
        cues.wait_for(Cues.STOP)

    peer.set(MARK)
    partner = Partner(job, peer, second)
    if peer.visit() != MARK:
        raise RuntimeError("the value read differs from the value written")

    def visits(times):
        for _ in range(times):
            peer.visit()

    ns = nanoseconds_each(job, visits)
    partner.stop()
    return {"ns": ns}


def hand_off_spin(job, peer):
    def second(job, peer, cues):
        begin(cues)
        seen = looks = 0
        while True:
            came = peer.look(0)
            if came != seen:
                seen = came
                peer.send(1, seen)
            elif (looks := looks + 1) % 1024 == 0 and cues.cells[Cues.STOP]:
                break
        cues.cells[Cues.OPERATIONS] = seen

    partner = Partner(job, peer, second)
    sent = 0

    def round_trips(times):
        nonlocal sent
        for _ in range(times):
            sent += 1
            peer.send(0, sent)
            while peer.look(1) != sent:
                pass

    ns = nanoseconds_each(job, round_trips)
    if partner.stop() != sent:
        raise RuntimeError("the other process did not see every value")
    return {"ns": ns / 2}


def hand_off_sleep(job, peer):
    changes = 200

    def second(job, peer, cues):
        begin(cues)
        while not cues.cells[Cues.STOP]:
            time.sleep(0.0003)
            peer.change(time.monotonic_ns())

    partner = Partner(job, peer, second)
    latencies, seen = [], 0
    for _ in range(changes):
        seen = peer.wait(seen)
        latencies.append(time.monotonic_ns() - seen)
    partner.stop()
    return {"ns": statistics.median(latencies), "counts": {"changes": changes}}


def death(job, peer):
    def second(job, peer, cues):
        peer.lock()
        begin(cues)
        time.sleep(0.06)
        cues.cells[Cues.INSTANT] = time.monotonic_ns()
        os.kill(os.getpid(), signal.SIGKILL)

    partner = Partner(job, peer, second)
    peer.lock()  # the parent ends this process if it takes too long
    recovered = time.monotonic_ns()
    return {"ns": recovered - partner.cues.cells[Cues.INSTANT], "verdict": "not told"}


def lock_again(job, peer):
    return {"ns": nanoseconds_each(job, peer.again_many)}


def lock_semaphore(job, peer):
    return {"ns": nanoseconds_each(job, peer.pass_many)}


def lock_semaphore_contended(job, peer):
    return both_add(job, peer, "add_permitted_many", lambda: peer.raw.value)


def lock_condition(job, peer):
    return hand_off_sleep(job, peer)


def lock_barrier(job, peer):
    phases = 200

    def second(job, peer, cues):
        begin(cues)
        for phase in range(phases * BATCHES):
            cues.cells[Cues.OPERATIONS] = phase + 1
            peer.barrier.wait()

    partner = Partner(job, peer, second)
    phase = early = 0

    def meet(times):
        nonlocal phase, early
        for _ in range(times):
            phase += 1
            peer.barrier.wait()
            early += partner.cues.cells[Cues.OPERATIONS] < phase

    ns = statistics.median(timed(meet, phases) for _ in range(BATCHES)) / phases * 1e9
    partner.stop()
    return {"ns": ns, "counts": {"phases": phases * BATCHES, "early": early}}


KILLS, PATIENCE = 25, 1.0


def outlive(job, peer, waits, take, survive, occupy=lambda peer: None, vacate=lambda peer: None, permits=0):
    """As killed.rs: kills a process for each of many peers, then has a thread survive each."""

    def victim(job, peer, cues):
        if not waits:
            take(peer)
        begin(cues)
        if waits:
            cues.wait_for(Cues.HELD)
            cues.cells[Cues.OPERATIONS] = 1
            take(peer)
        time.sleep(60)

    made = [type(peer)(job) for _ in range(KILLS)]
    victims = [Partner(job, one, victim) for one in made]
    if waits:
        # Not before the fork, or the child would believe that it has the lock itself.
        for one, partner in zip(made, victims):
            occupy(one)
            partner.cues.cells[Cues.HELD] = 1
        for partner in victims:
            partner.wait_until_asleep()
        time.sleep(0.03)
    for partner in victims:
        partner.kill()
    if waits:
        for one in made:
            vacate(one)
    got, told = [0] * KILLS, [False] * KILLS

    def outlives(index):
        def count():
            got[index] += 1

        told[index] = bool(survive(made[index], count))

    threads = [threading.Thread(target=outlives, args=(index,), daemon=True) for index in range(KILLS)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    hung = sum(thread.is_alive() for thread in threads)
    lost = sum(max(0, permits - number) for number in got)
    counts = {"killed": KILLS, "hung": hung, "told": sum(told), "permits lost": lost}
    print(json.dumps({"counts": counts}), flush=True)
    # Threads that hang do not end otherwise.
    os._exit(0)


def survive_lock(peer, _count):
    peer.lock()
    peer.unlock()


def lock_killed_holder(job, peer):
    outlive(job, peer, False, lambda peer: peer.lock(), survive_lock)


def lock_killed_waiter(job, peer):
    outlive(job, peer, True, lambda peer: peer.lock(), survive_lock, lambda peer: peer.lock(), lambda peer: peer.unlock())


def all_permits(step):
    def steps(peer, count=lambda: None):
        for _ in range(peers.PERMITS):
            step(peer.several)
            count()

    return steps


acquire_all = all_permits(lambda permits: permits.acquire())
release_all = all_permits(lambda permits: permits.release())


def lock_killed_semaphore_holder(job, peer):
    outlive(job, peer, False, lambda peer: peer.several.acquire(), acquire_all, permits=peers.PERMITS)


def lock_killed_semaphore_waiter(job, peer):
    outlive(
        job,
        peer,
        True,
        lambda peer: peer.several.acquire(),
        acquire_all,
        acquire_all,
        release_all,
        permits=peers.PERMITS,
    )


def survive_condition(peer, _count):
    """As `Awaited` in killed.rs."""
    peer.change(1)
    seen = 1

    def changes():
        for change in range(2, 6):
            while seen < change - 1:
                time.sleep(0.001)
            time.sleep(0.003)
            peer.change(change)

    changer = threading.Thread(target=changes, daemon=True)
    changer.start()
    while seen < 5:
        seen = peer.wait(seen)
    changer.join()


def lock_killed_condition_waiter(job, peer):
    outlive(job, peer, True, lambda peer: peer.wait(0), survive_condition)


def survive_barrier(peer, _count):
    told = False
    for _ in range(2):
        try:
            peer.barrier.wait()
        except threading.BrokenBarrierError:
            told = True
    return told


def lock_killed_barrier_member(job, peer):
    outlive(job, peer, False, lambda peer: None, survive_barrier)


def lock_killed_barrier_waiter(job, peer):
    outlive(job, peer, True, lambda peer: peer.barrier.wait(), survive_barrier)


def layout(job, peer):
    read = peer.swapped(NUMBER, 1.5)
    return {"verdict": "accepted, and translated" if read == NUMBER else "accepted"}


def heap_block(job, peer):
    size = 8 * job.words

    def blocks(times):
        malloc, free = peer.malloc, peer.free
        for _ in range(times):
            free(malloc(size))

    return {"ns": nanoseconds_each(job, blocks)}


def numbers():
    """Marsaglia's xorshift, as `Numbers` in blocks.rs."""
    state = 88172645463325252
    while True:
        state = (state ^ (state << 13)) & (2**64 - 1)
        state ^= state >> 7
        state = (state ^ (state << 17)) & (2**64 - 1)
        yield state


def heap_random(job, peer):
    # Drawn before, so that they are not part of what is timed.
    source = numbers()
    drawn = [next(source) for _ in range(1 << 14)]
    work = [(number % 1000, 8 + (number >> 32) % 2000) for number in drawn]
    live = [peer.malloc(8 + number % 2000) for number in drawn[:1000]]

    def replace(times):
        malloc, free = peer.malloc, peer.free
        for at in range(times):
            place, size = work[at & (1 << 14) - 1]
            free(live[place])
            live[place] = malloc(size)

    return {"ns": nanoseconds_each(job, replace)}


def main():
    job = Job(sys.argv[1:])
    job.pin(0)
    peer = peers.BY_KEY[job.peer](job)
    try:
        outcome = globals()[job.scenario.replace("-", "_")](job, peer)
    finally:
        peer.close()
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()

// Boost.Interprocess: a struct found by name in a managed segment, with its mutex next to it. The
// scenarios and the protocol are those of the program that starts this: the arguments are a job,
// `key=value`; the result is printed as one line of JSON.

#include <boost/interprocess/allocators/allocator.hpp>
#include <boost/interprocess/containers/vector.hpp>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <boost/interprocess/managed_shared_memory.hpp>
#include <boost/interprocess/sync/interprocess_condition.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_recursive_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <boost/interprocess/sync/interprocess_sharable_mutex.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>
#include <boost/interprocess/sync/sharable_lock.hpp>

#include <boost/unordered_map.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace ipc = boost::interprocess;
using Lock = ipc::scoped_lock<ipc::interprocess_mutex>;
using Reading = ipc::sharable_lock<ipc::interprocess_sharable_mutex>;
using Writing = ipc::scoped_lock<ipc::interprocess_sharable_mutex>;

constexpr int BATCHES = 5;
constexpr int PERMITS = 3;
constexpr uint64_t NUMBER = 3, MARK = 0x5eed;

// Like `consume` in measure.rs.
template <class T> inline void consume(T value) { asm volatile("" ::"r"(value) : "memory"); }

// Tells the processor that this is a waiting loop.
inline void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

uint64_t now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return uint64_t(time.tv_sec) * 1000000000 + uint64_t(time.tv_nsec);
}

struct Job {
    std::map<std::string, std::string> given;

    Job(int count, char **arguments) {
        for (int i = 1; i < count; i++) {
            std::string argument = arguments[i];
            auto at = argument.find('=');
            if (at != std::string::npos)
                given[argument.substr(0, at)] = argument.substr(at + 1);
        }
    }
    const std::string &operator[](const std::string &key) const { return given.at(key); }
    uint64_t batch() const { return std::stoull(given.at("batch")); }
    uint64_t duration() const { return batch() * BATCHES; }
    void pin(int which) const {
        auto cpus = given.find("cpus");
        if (cpus == given.end())
            return;
        std::istringstream pair(cpus->second);
        int cpu[2];
        char comma;
        pair >> cpu[0] >> comma >> cpu[1];
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(cpu[which], &set);
        sched_setaffinity(0, sizeof set, &set);
    }
};

struct Station {
    double temperature = 0;
    uint64_t hits = 0;
    alignas(64) std::atomic<uint64_t> ping{0};
    std::atomic<uint64_t> pong{0};
    alignas(64) ipc::interprocess_mutex mutex;
    ipc::interprocess_condition changed;
    alignas(64) ipc::interprocess_recursive_mutex recursive;
    alignas(64) ipc::interprocess_sharable_mutex shared;
    alignas(64) ipc::interprocess_semaphore several{PERMITS};
    alignas(64) ipc::interprocess_semaphore single{1};
    alignas(64) uint64_t words[512] = {};
    double doubles[1000] = {};
};

struct Wide {
    uint64_t f01, f02, f03, f04, f05, f06, f07, f08, f09, f10;
    uint64_t f11, f12, f13, f14, f15, f16, f17, f18, f19, f20;
};

struct Pair {
    uint64_t number;
    double ratio;
};

struct Swapped {
    double ratio;
    uint64_t number;
};

// A segment with a station in it, under this sample's name.
struct Segment {
    ipc::managed_shared_memory memory;
    Station *station;

    template <class Mode>
    Segment(Mode mode, const Job &job, size_t size)
        : memory(mode, job["name"].c_str(), size), station(memory.construct<Station>("station")()) {}
    explicit Segment(const Job &job)
        : memory(ipc::open_only, job["name"].c_str()), station(memory.find<Station>("station").first) {
        if (!station)
            throw std::runtime_error("no station in the segment");
    }
};

struct Cues {
    std::atomic<uint64_t> ready{0}, go{0}, stop{0}, operations{0}, instant{0};
};

// A forked process that plays the second part, with a segment that it opens itself.
class Partner {
    Cues *cues;
    pid_t pid;

  public:
    using Part = std::function<void(Station &, Cues &)>;

    Partner(const Job &job, const Part &part) {
        void *memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            throw std::runtime_error("no memory for the cues");
        cues = new (memory) Cues;
        pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            job.pin(1);
            Segment own(job);
            part(*own.station, *cues);
            _exit(0);
        }
        while (!cues->ready)
            usleep(50);
        cues->go = 1;
    }
    uint64_t stop() {
        cues->stop = 1;
        waitpid(pid, nullptr, 0);
        return cues->operations;
    }
    uint64_t noted() const { return cues->instant; }
    uint64_t counted() const { return cues->operations; }
    // Waits until the other one has left a count and then fallen asleep.
    void wait_until_asleep() const {
        std::string path = "/proc/" + std::to_string(pid) + "/stat", stat;
        do {
            usleep(1000);
            std::ifstream file(path);
            std::getline(file, stat);
        } while (!cues->operations || stat.find(") S ") == std::string::npos);
    }
    void end() {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
};

void begin(Cues &cues) {
    cues.ready = 1;
    while (!cues.go)
        usleep(50);
}

double nanoseconds_each(const Job &job, const std::function<void(uint64_t)> &batch) {
    auto timed = [&](uint64_t times) {
        uint64_t start = now();
        batch(times);
        return double(now() - start);
    };
    uint64_t times = 1;
    double took;
    while ((took = timed(times)) * 2 < double(job.batch()))
        times *= 2;
    times = std::max<uint64_t>(1, uint64_t(double(times) * double(job.batch()) / took));
    std::vector<double> all;
    for (int i = 0; i < BATCHES; i++)
        all.push_back(timed(times) / double(times));
    std::sort(all.begin(), all.end());
    return all[BATCHES / 2];
}

void print(double ns) { std::printf("{\"ns\": %f}\n", ns); }

void print_with(double ns, const char *what, uint64_t count) {
    std::printf("{\"ns\": %f, \"counts\": {\"%s\": %llu}}\n", ns, what, (unsigned long long)count);
}

void verdict(const char *words) { std::printf("{\"verdict\": \"%s\"}\n", words); }

void field_get(const Job &job, Station &station) {
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--)
            consume(station.hits);
    }));
}

void field_set(const Job &job, Station &station) {
    print(nanoseconds_each(job, [&](uint64_t times) {
        for (uint64_t value = 0; value < times; value++) {
            station.hits = value;
            consume(value);
        }
    }));
}

void increment(Station &station) {
    Lock held(station.mutex);
    station.hits += 1;
    consume(&station);
}

void lock_alone(const Job &job, Station &station) {
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--)
            increment(station);
    }));
}

// Both work for as long as a sample takes; returns the nanoseconds and the operations of both.
template <class Work> std::pair<double, uint64_t> both(const Job &job, Station &station, Work work) {
    Partner partner(job, [&](Station &other, Cues &cues) {
        begin(cues);
        uint64_t done = 0;
        for (; !cues.stop; done += 64)
            for (int i = 0; i < 64; i++)
                work(other);
        cues.operations = done;
    });
    uint64_t start = now(), done = 0;
    for (; now() - start < job.duration(); done += 64)
        for (int i = 0; i < 64; i++)
            work(station);
    double took = double(now() - start);
    return {took, done + partner.stop()};
}

template <class Work> void both_increment(const Job &job, Station &station, Work work) {
    auto [took, done] = both(job, station, work);
    std::printf("{\"ns\": %f, \"counts\": {\"updates\": %llu, \"lost\": %llu}}\n", took / double(done),
                (unsigned long long)done, (unsigned long long)(done - station.hits));
}

void lock_contended(const Job &job, Station &station) { both_increment(job, station, increment); }

void lock_again(const Job &job, Station &station) {
    ipc::scoped_lock<ipc::interprocess_recursive_mutex> held(station.recursive);
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            station.recursive.lock();
            station.recursive.unlock();
        }
    }));
}

void read_shared(Station &station) {
    Reading held(station.shared);
    consume(station.hits);
}

void write_shared(Station &station) {
    Writing held(station.shared);
    station.hits += 1;
    consume(&station);
}

void lock_rw_read(const Job &job, Station &station) {
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--)
            read_shared(station);
    }));
}

void lock_rw_write(const Job &job, Station &station) {
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--)
            write_shared(station);
    }));
}

void lock_rw_readers(const Job &job, Station &station) {
    auto [took, reads] = both(job, station, read_shared);
    print(took / double(reads));
}

// As rwlock.rs: each reader has the lock for 20 µs at a time, for as long as the writer writes.
uint64_t read_without_pause(Station &station, Cues &cues, uint64_t duration) {
    uint64_t start = now(), reads = 0;
    for (; !cues.stop && now() - start < duration; reads++) {
        Reading held(station.shared);
        consume(station.hits);
        for (uint64_t begun = now(); now() - begun < 20000;)
            relax();
    }
    return reads;
}

void lock_rw_writer(const Job &job, Station &station) {
    uint64_t duration = job.duration() * 3;
    Partner partner(job, [&](Station &other, Cues &cues) {
        begin(cues);
        uint64_t more = 0;
        std::thread second([&] { more = read_without_pause(other, cues, duration); });
        uint64_t reads = read_without_pause(other, cues, duration);
        second.join();
        cues.operations = reads + more;
    });
    std::vector<double> waits;
    for (uint64_t start = now(); now() - start < duration;) {
        usleep(100);
        uint64_t asked = now();
        Writing held(station.shared);
        waits.push_back(double(now() - asked));
        station.hits += 1;
    }
    uint64_t reads = partner.stop();
    std::sort(waits.begin(), waits.end());
    size_t last = waits.size() - 1;
    std::printf("{\"ns\": %f, \"p99\": %f, \"counts\": {\"written\": %llu, \"reads\": %llu, \"lost\": %llu}}\n",
                waits[last / 2], waits[size_t(double(last) * 0.99 + 0.5)],
                (unsigned long long)waits.size(), (unsigned long long)reads,
                (unsigned long long)(waits.size() - station.hits));
}

void lock_semaphore(const Job &job, Station &station) {
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            station.several.wait();
            station.several.post();
        }
    }));
}

void lock_semaphore_contended(const Job &job, Station &station) {
    both_increment(job, station, [](Station &one) {
        one.single.wait();
        one.hits += 1;
        consume(&one);
        one.single.post();
    });
}

void write_version(Station &station, size_t words, uint64_t version) {
    uint64_t value[512];
    for (size_t i = 0; i < words; i++)
        value[i] = version + i;
    Lock held(station.mutex);
    std::memcpy(station.words, value, words * 8);
}

void read_words(Station &station, size_t words, uint64_t *out) {
    Lock held(station.mutex);
    std::memcpy(out, station.words, words * 8);
}

// The version of the words; 0 if they do not all belong to one.
uint64_t whole(const uint64_t *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (words[i] != words[0] + i)
            return 0;
    return words[0];
}

void write_beside(const std::string &pace, size_t words, Station &station, Cues &cues) {
    uint64_t version = 1, next = now();
    write_version(station, words, version);
    begin(cues);
    while (!cues.stop) {
        if (pace == "idle") {
            usleep(200);
            continue;
        }
        if (pace == "10khz")
            for (next += 100000; now() < next;)
                ;
        write_version(station, words, ++version);
    }
    cues.operations = version - 1;
}

void snapshot_read(const Job &job, Station &station) {
    size_t words = std::stoul(job["words"]);
    std::string pace = job["pace"];
    Partner partner(job, [&](Station &other, Cues &cues) { write_beside(pace, words, other, cues); });
    uint64_t out[512], start = now(), reads = 0;
    for (; now() - start < job.duration(); reads += 64)
        for (int i = 0; i < 64; i++) {
            read_words(station, words, out);
            consume(out);
        }
    double ns = double(now() - start) / double(reads);
    uint64_t checked = 0, torn = 0, backwards = 0, newest = 0;
    for (start = now(); now() - start < job.duration(); checked++) {
        read_words(station, words, out);
        uint64_t version = whole(out, words);
        if (version == 0)
            torn++;
        else if (version < newest)
            backwards++;
        else
            newest = version;
    }
    std::printf("{\"ns\": %f, \"counts\": {\"reads\": %llu, \"torn\": %llu, \"backwards\": %llu, "
                "\"writes\": %llu}}\n",
                ns, (unsigned long long)checked, (unsigned long long)torn,
                (unsigned long long)backwards, (unsigned long long)partner.stop());
}

void snapshot_write(const Job &job, Station &station) {
    size_t words = std::stoul(job["words"]);
    uint64_t value[512] = {};
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            Lock held(station.mutex);
            std::memcpy(station.words, value, words * 8);
            consume(value);
        }
    }));
}

void array(const Job &job, Station &station) {
    double out[1000];
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            std::memcpy(out, station.doubles, sizeof out);
            consume(out);
        }
    }));
}

void attach(const Job &job, Station &station) {
    station.hits = MARK;
    Partner partner(job, [](Station &, Cues &cues) {
        begin(cues);
        while (!cues.stop)
            usleep(500);
    });
    double ns = nanoseconds_each(job, [&](uint64_t times) {
        while (times--)
            if (Segment(job).station->hits != MARK)
                throw std::runtime_error("the value read differs from the value written");
    });
    partner.stop();
    print(ns);
}

void hand_off_spin(const Job &job, Station &station) {
    Partner partner(job, [](Station &other, Cues &cues) {
        begin(cues);
        uint64_t seen = 0, looks = 0;
        for (;;) {
            uint64_t came = other.ping.load(std::memory_order_acquire);
            if (came != seen)
                other.pong.store(seen = came, std::memory_order_release);
            else if (++looks % 65536 == 0 && cues.stop)
                break;
            else
                relax();
        }
    });
    uint64_t sent = 0;
    double ns = nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            station.ping.store(++sent, std::memory_order_release);
            while (station.pong.load(std::memory_order_acquire) != sent)
                relax();
        }
    });
    partner.stop();
    print(ns / 2);
}

void hand_off_sleep(const Job &job, Station &station) {
    constexpr int changes = 200;
    Partner partner(job, [](Station &other, Cues &cues) {
        begin(cues);
        while (!cues.stop) {
            usleep(300);
            {
                Lock held(other.mutex);
                other.hits = now();
            }
            other.changed.notify_one();
        }
    });
    std::vector<double> latencies;
    uint64_t seen = 0;
    for (int i = 0; i < changes; i++) {
        {
            Lock held(station.mutex);
            while (station.hits == seen)
                station.changed.wait(held);
            seen = station.hits;
        }
        latencies.push_back(double(now() - seen));
    }
    partner.stop();
    std::sort(latencies.begin(), latencies.end());
    print(latencies[changes / 2]);
}

void death(const Job &job, Station &station) {
    Partner holder(job, [](Station &other, Cues &cues) {
        other.mutex.lock();
        begin(cues);
        usleep(60000);
        cues.instant = now();
        kill(getpid(), SIGKILL);
    });
    station.mutex.lock(); // the parent ends this process if it takes too long
    std::printf("{\"ns\": %f, \"verdict\": \"not told\"}\n", double(now() - holder.noted()));
}

// Something that processes are killed with, as `Mortal` in killed.rs.
struct Mortal {
    void (*take)(Station &);
    void (*occupy)(Station &);
    void (*vacate)(Station &);
    // Uses it as if no process had died, and counts the permits it gets.
    void (*survive)(Station &, std::atomic<uint64_t> &got);
    uint64_t permits;
};

constexpr int KILLS = 25;

// Kills a process for each of many stations, then has a thread survive each; prints how many did not in a
// second. These are left behind, and end with this process.
void outlive(const Job &job, const Mortal &mortal, bool waits) {
    ipc::managed_shared_memory memory(ipc::open_only, job["name"].c_str());
    auto *stations = memory.construct<Station>("stations")[KILLS]();
    std::vector<Partner> victims;
    for (int i = 0; i < KILLS; i++) {
        if (waits)
            mortal.occupy(stations[i]);
        victims.emplace_back(job, [&, i](Station &, Cues &cues) {
            if (!waits)
                mortal.take(stations[i]);
            begin(cues);
            cues.operations = 1;
            if (waits)
                mortal.take(stations[i]);
            sleep(60);
        });
    }
    for (auto &victim : victims)
        victim.wait_until_asleep();
    usleep(30000);
    for (auto &victim : victims)
        victim.end();
    static std::atomic<uint64_t> got[KILLS], done;
    for (int i = 0; i < KILLS; i++) {
        if (waits)
            mortal.vacate(stations[i]);
        std::thread([&mortal, stations, i] {
            mortal.survive(stations[i], got[i]);
            done++;
        }).detach();
    }
    for (uint64_t start = now(); done < KILLS && now() - start < 1000000000;)
        usleep(1000);
    uint64_t survived = done, lost = 0;
    for (auto &permits : got)
        lost += mortal.permits - permits;
    std::printf("{\"counts\": {\"killed\": %d, \"hung\": %llu, \"told\": 0, \"permits lost\": %llu}}\n", KILLS,
                (unsigned long long)(KILLS - survived), (unsigned long long)lost);
    std::fflush(stdout);
    ipc::shared_memory_object::remove(job["name"].c_str());
    _exit(0);
}

const Mortal MUTEX = {
    [](Station &station) { station.mutex.lock(); },
    [](Station &station) { station.mutex.lock(); },
    [](Station &station) { station.mutex.unlock(); },
    [](Station &station, std::atomic<uint64_t> &) { increment(station); },
    0,
};

void survive_shared(Station &station, std::atomic<uint64_t> &) {
    write_shared(station);
    read_shared(station);
}

const Mortal READER = {
    [](Station &station) { station.shared.lock_sharable(); },
    nullptr,
    nullptr,
    survive_shared,
    0,
};

const Mortal WRITER = {
    [](Station &station) { station.shared.lock(); },
    [](Station &station) { station.shared.lock(); },
    [](Station &station) { station.shared.unlock(); },
    survive_shared,
    0,
};

template <void (ipc::interprocess_semaphore::*Step)()> void all_permits(Station &station) {
    for (int i = 0; i < PERMITS; i++)
        (station.several.*Step)();
}

const Mortal SEMAPHORE = {
    [](Station &station) { station.several.wait(); },
    all_permits<&ipc::interprocess_semaphore::wait>,
    all_permits<&ipc::interprocess_semaphore::post>,
    [](Station &station, std::atomic<uint64_t> &got) {
        for (int i = 0; i < PERMITS; i++, got++)
            station.several.wait();
    },
    PERMITS,
};

uint64_t wait_for_change(Station &station, uint64_t seen) {
    Lock held(station.mutex);
    while (station.hits == seen)
        station.changed.wait(held);
    return station.hits;
}

// As `Awaited` in killed.rs.
const Mortal CONDITION = {
    [](Station &station) { wait_for_change(station, 0); },
    [](Station &) {},
    [](Station &) {},
    [](Station &station, std::atomic<uint64_t> &) {
        std::atomic<uint64_t> seen{1};
        auto make = [&](uint64_t change) {
            {
                Lock held(station.mutex);
                station.hits = change;
            }
            station.changed.notify_one();
        };
        make(1);
        std::thread changer([&] {
            for (uint64_t change = 2; change <= 5; change++) {
                while (seen < change - 1)
                    usleep(1000);
                usleep(3000);
                make(change);
            }
        });
        while (seen < 5)
            seen = wait_for_change(station, seen);
        changer.join();
    },
    0,
};

void layout(const Job &job, Station &) {
    ipc::managed_shared_memory creator(ipc::open_only, job["name"].c_str());
    auto *pair = creator.construct<Pair>("pair")();
    pair->number = NUMBER;
    pair->ratio = 1.5;
    ipc::managed_shared_memory other(ipc::open_only, job["name"].c_str());
    auto *swapped = other.find<Swapped>("pair").first;
    if (!swapped)
        verdict("refused");
    else
        verdict(swapped->number == NUMBER ? "accepted, and translated" : "accepted");
}

// A message queue of 8 bytes each: pushed and popped by a process that does both.
void queue(const Job &job, Station &) {
    std::string name = job["name"] + "-queue";
    struct Remover {
        const std::string &name;
        ~Remover() { ipc::message_queue::remove(name.c_str()); }
    } remover{name};
    ipc::message_queue queue(ipc::create_only, name.c_str(), 256, sizeof(uint64_t));
    uint64_t pushed = 0, lost = 0;
    double ns = nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            uint64_t popped;
            ipc::message_queue::size_type size;
            unsigned priority;
            if (!queue.try_send(&pushed, sizeof pushed, 0) ||
                !queue.try_receive(&popped, sizeof popped, size, priority))
                throw std::runtime_error("the queue is full or empty");
            lost += popped != pushed++;
        }
    });
    print_with(ns, "lost", lost);
}

// The segment of this sample, opened again for its allocator.
struct Opened {
    ipc::managed_shared_memory memory;
    explicit Opened(const Job &job) : memory(ipc::open_only, job["name"].c_str()) {}
};

// Marsaglia's xorshift, as `Numbers` in blocks.rs.
struct Numbers {
    uint64_t state = 88172645463325252;
    uint64_t next() {
        state ^= state << 13;
        state ^= state >> 7;
        return state ^= state << 17;
    }
};

void heap_block(const Job &job, Station &) {
    Opened segment(job);
    size_t size = 8 * std::stoul(job["words"]);
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            void *block = segment.memory.allocate(size);
            consume(block);
            segment.memory.deallocate(block);
        }
    }));
}

void heap_random(const Job &job, Station &) {
    constexpr size_t live = 1000;
    Opened segment(job);
    Numbers numbers;
    std::vector<void *> blocks;
    for (size_t i = 0; i < live; i++)
        blocks.push_back(segment.memory.allocate(8 + numbers.next() % 2000));
    double ns = nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            uint64_t number = numbers.next();
            void *&block = blocks[size_t(number % live)];
            segment.memory.deallocate(block);
            block = segment.memory.allocate(8 + (number >> 32) % 2000);
        }
    });
    for (void *block : blocks)
        segment.memory.deallocate(block);
    print(ns);
}

template <class T>
using Allocator = ipc::allocator<T, ipc::managed_shared_memory::segment_manager>;

// A vector in the segment, of any length, and the mutex that it is used under.
struct Owned {
    ipc::interprocess_mutex mutex;
    ipc::vector<uint64_t, Allocator<uint64_t>> words;
    explicit Owned(ipc::managed_shared_memory &memory)
        : words(Allocator<uint64_t>(memory.get_segment_manager())) {}
};

void heap_owned_load(const Job &job, Station &) {
    Opened segment(job);
    Owned &owned = *segment.memory.construct<Owned>("owned")(segment.memory);
    owned.words.assign(8, 1);
    uint64_t out[8];
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            {
                Lock held(owned.mutex);
                std::memcpy(out, owned.words.data(), std::min(sizeof out, 8 * owned.words.size()));
            }
            consume(out);
        }
    }));
}

// A new block each time, as another reader may still have a pointer into the old one.
void heap_owned_set(const Job &job, Station &) {
    Opened segment(job);
    Owned &owned = *segment.memory.construct<Owned>("owned")(segment.memory);
    uint64_t value[8] = {};
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            consume(value);
            decltype(owned.words) fresh(value, value + 8, owned.words.get_allocator());
            Lock held(owned.mutex);
            owned.words.swap(fresh);
        }
    }));
}

constexpr uint64_t KEYS = 10000;

// An unordered map in the segment, and the mutex that it is used under.
struct Map {
    using Value = std::array<uint64_t, 4>;
    using Pair = std::pair<const uint64_t, Value>;
    ipc::interprocess_mutex mutex;
    boost::unordered_map<uint64_t, Value, boost::hash<uint64_t>, std::equal_to<uint64_t>, Allocator<Pair>>
        entries;
    explicit Map(ipc::managed_shared_memory &memory)
        : entries(KEYS, boost::hash<uint64_t>(), std::equal_to<uint64_t>(),
                  Allocator<Pair>(memory.get_segment_manager())) {
        for (uint64_t key = 0; key < KEYS; key++)
            entries[key] = {key, key, key, key};
    }
};

void map_get(const Job &job, Station &) {
    Opened segment(job);
    Map &map = *segment.memory.construct<Map>("map")(segment.memory);
    Numbers numbers;
    uint64_t lost = 0;
    Map::Value value;
    double ns = nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            uint64_t key = numbers.next() % KEYS;
            {
                Lock held(map.mutex);
                auto found = map.entries.find(key);
                if (found != map.entries.end())
                    value = found->second;
            }
            consume(&value);
            lost += value[3] != key;
        }
    });
    print_with(ns, "lost", lost);
}

// In place: a reader takes the lock, and a death in the middle leaves half a value.
void map_update(const Job &job, Station &) {
    Opened segment(job);
    Map &map = *segment.memory.construct<Map>("map")(segment.memory);
    Numbers numbers;
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            uint64_t number = numbers.next();
            Map::Value value = {number, number, number, number};
            consume(&value);
            Lock held(map.mutex);
            map.entries[number % KEYS] = value;
        }
    }));
}

void map_insert_remove(const Job &job, Station &) {
    Opened segment(job);
    Map &map = *segment.memory.construct<Map>("map")(segment.memory);
    uint64_t key = KEYS, lost = 0;
    double ns = nanoseconds_each(job, [&](uint64_t times) {
        while (times--) {
            key++;
            Map::Value value = {key, key, key, key};
            consume(&value);
            {
                Lock held(map.mutex);
                map.entries.emplace(key, value);
            }
            Lock held(map.mutex);
            lost += map.entries.erase(key) != 1;
        }
    });
    print_with(ns, "lost", lost);
}

void field_twenty(const Job &job, Station &) {
    ipc::managed_shared_memory memory(ipc::open_only, job["name"].c_str());
    Wide *made = memory.construct<Wide>("wide")();
    print(nanoseconds_each(job, [&](uint64_t times) {
        const Wide &wide = *made;
        while (times--) {
            consume(wide.f01), consume(wide.f02), consume(wide.f03), consume(wide.f04);
            consume(wide.f05), consume(wide.f06), consume(wide.f07), consume(wide.f08);
            consume(wide.f09), consume(wide.f10), consume(wide.f11), consume(wide.f12);
            consume(wide.f13), consume(wide.f14), consume(wide.f15), consume(wide.f16);
            consume(wide.f17), consume(wide.f18), consume(wide.f19), consume(wide.f20);
        }
    }));
}

// Segments of one process, each with a station in it; they are removed in the end.
struct Segments {
    std::vector<std::string> names;
    std::vector<Segment> all;

    void add(const Job &job) {
        Job own = job;
        own.given["name"] += "-" + std::to_string(names.size());
        names.push_back(own["name"]);
        all.emplace_back(ipc::create_only, own, 1 << 16);
    }
    ~Segments() {
        for (auto &name : names)
            ipc::shared_memory_object::remove(name.c_str());
    }
};

template <class Work> void sixteen(const Job &job, Work work) {
    Segments segments;
    Station *stations[16];
    for (auto &station : stations) {
        segments.add(job);
        station = segments.all.back().station;
    }
    size_t next = 0;
    print(nanoseconds_each(job, [&](uint64_t times) {
        while (times--)
            work(*stations[next++ % 16]);
    }));
}

// As watchers.rs: a thousand threads of another process, asleep until the number changes.
void watchers(const Job &job, Station &station, bool is_for_all) {
    constexpr uint64_t watchers = 1000, changes = 10, last = UINT64_MAX;
    Partner partner(job, [&](Station &other, Cues &cues) {
        std::atomic<uint64_t> started{0}, woken{0}, seen_in_all{0};
        std::vector<std::thread> threads;
        for (uint64_t i = 0; i < watchers; i++)
            threads.emplace_back([&] {
                auto slept = [] {
                    rusage usage;
                    getrusage(RUSAGE_THREAD, &usage);
                    return uint64_t(usage.ru_nvcsw);
                };
                started++;
                uint64_t seen = 0, before = slept();
                for (;;) {
                    {
                        Lock held(other.mutex);
                        while (other.hits == seen)
                            other.changed.wait(held);
                        seen = other.hits;
                    }
                    if (seen == last)
                        break;
                    cues.operations++;
                }
                woken += slept() - before - 1;
            });
        while (started < watchers)
            usleep(50);
        begin(cues);
        for (auto &thread : threads)
            thread.join();
        cues.instant = uint64_t(woken);
    });
    auto change = [&](uint64_t value) {
        {
            Lock held(station.mutex);
            station.hits = value;
        }
        station.changed.notify_all();
    };
    std::vector<double> times;
    for (uint64_t i = 1; i <= changes; i++) {
        usleep(5000);
        uint64_t start = now();
        change(i);
        double set = double(now() - start);
        while (partner.counted() < i * watchers)
            relax();
        times.push_back(is_for_all ? double(now() - start) : set);
    }
    change(last);
    partner.stop();
    std::sort(times.begin(), times.end());
    std::printf("{\"ns\": %f, \"counts\": {\"seen\": %llu, \"woken\": %llu}}\n", times[changes / 2],
                (unsigned long long)(changes * watchers), (unsigned long long)partner.noted());
}

// As memory.rs: the use that this process makes of the machine.
struct Use {
    std::map<std::string, uint64_t> counts;

    explicit Use(const Job &job) {
        std::string line;
        for (std::ifstream rollup("/proc/self/smaps_rollup"); std::getline(rollup, line);) {
            unsigned long long kibibytes;
            if (std::sscanf(line.c_str(), "Pss: %llu", &kibibytes) == 1)
                counts["pss"] = kibibytes * 1024;
            if (std::sscanf(line.c_str(), "Anonymous: %llu", &kibibytes) == 1)
                counts["private"] = kibibytes * 1024;
        }
        for (std::ifstream maps("/proc/self/maps"); std::getline(maps, line);)
            counts["mappings"]++;
        for ([[maybe_unused]] auto &file : std::filesystem::directory_iterator("/proc/self/fd"))
            counts["descriptors"]++;
        for (auto &file : std::filesystem::directory_iterator("/dev/shm")) {
            struct stat status;
            if (file.path().filename().string().find(job["name"]) != std::string::npos &&
                stat(file.path().c_str(), &status) == 0)
                counts["files"] += uint64_t(status.st_blocks) * 512;
        }
    }
    void print_since(const Use &then, const std::string &prefix) const {
        for (auto &[what, count] : counts) {
            auto before = then.counts.count(what) ? then.counts.at(what) : 0;
            std::printf("\"%s%s\": %llu, ", prefix.c_str(), what.c_str(),
                        (unsigned long long)(count > before ? count - before : 0));
        }
    }
};

void memory(const Job &job) {
    constexpr int regions = 100;
    Segments segments;
    auto add = [&] {
        segments.add(job);
        increment(*segments.all.back().station);
    };
    segments.all.reserve(regions + 1);
    Use{job};
    Use before(job);
    add();
    Use with_one(job);
    for (int i = 0; i < regions; i++)
        add();
    Use with_all(job);
    std::printf("{\"counts\": {");
    with_one.print_since(before, "first ");
    with_all.print_since(with_one, "");
    std::printf("\"regions\": %d, \"processes\": 1}}\n", regions);
}

// The heap's scenarios need room.
size_t size_for(const std::string &scenario) {
    bool is_of_the_heap = scenario.rfind("heap", 0) == 0 || scenario.rfind("map", 0) == 0;
    bool is_deadly = scenario.rfind("lock-killed", 0) == 0;
    return is_of_the_heap ? 64 << 20 : is_deadly ? 1 << 20 : 1 << 16;
}

int main(int count, char **arguments) {
    const std::map<std::string, void (*)(const Job &, Station &)> scenarios = {
        {"field-get", field_get},           {"field-set", field_set},
        {"lock-alone", lock_alone},         {"lock-contended", lock_contended},
        {"counter", lock_contended},        {"snapshot-read", snapshot_read},
        {"snapshot-write", snapshot_write}, {"array", array},
        {"attach", attach},                 {"hand-off-spin", hand_off_spin},
        {"hand-off-sleep", hand_off_sleep}, {"death", death},
        {"layout", layout},                 {"queue", queue},
        {"heap-block", heap_block},         {"heap-random", heap_random},
        {"heap-owned-load", heap_owned_load}, {"heap-owned-set", heap_owned_set},
        {"map-get", map_get},               {"map-update", map_update},
        {"map-insert-remove", map_insert_remove}, {"lock-again", lock_again},
        {"lock-rw-read", lock_rw_read},     {"lock-rw-write", lock_rw_write},
        {"lock-rw-readers", lock_rw_readers}, {"lock-rw-writer", lock_rw_writer},
        {"lock-semaphore", lock_semaphore}, {"lock-semaphore-contended", lock_semaphore_contended},
        {"lock-condition", hand_off_sleep},
        {"field-twenty", field_twenty},
        {"sixteen-get", [](auto &job, auto &) { sixteen(job, [](Station &own) { consume(own.hits); }); }},
        {"sixteen-lock", [](auto &job, auto &) { sixteen(job, increment); }},
        {"watchers-set", [](auto &job, auto &station) { watchers(job, station, false); }},
        {"watchers-all", [](auto &job, auto &station) { watchers(job, station, true); }},
        {"lock-killed-holder", [](auto &job, auto &) { outlive(job, MUTEX, false); }},
        {"lock-killed-waiter", [](auto &job, auto &) { outlive(job, MUTEX, true); }},
        {"lock-killed-rw-reader", [](auto &job, auto &) { outlive(job, READER, false); }},
        {"lock-killed-rw-writer", [](auto &job, auto &) { outlive(job, WRITER, false); }},
        {"lock-killed-rw-waiter", [](auto &job, auto &) { outlive(job, WRITER, true); }},
        {"lock-killed-semaphore-holder", [](auto &job, auto &) { outlive(job, SEMAPHORE, false); }},
        {"lock-killed-semaphore-waiter", [](auto &job, auto &) { outlive(job, SEMAPHORE, true); }},
        {"lock-killed-condition-waiter", [](auto &job, auto &) { outlive(job, CONDITION, true); }},
    };
    try {
        Job job(count, arguments);
        job.pin(0);
        if (job["scenario"] == "memory") {
            memory(job);
            return 0;
        }
        auto scenario = scenarios.at(job["scenario"]);
        struct Remover {
            std::string name;
            ~Remover() { ipc::shared_memory_object::remove(name.c_str()); }
        } remover{job["name"]};
        Segment segment(ipc::create_only, job, size_for(job["scenario"]));
        scenario(job, *segment.station);
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

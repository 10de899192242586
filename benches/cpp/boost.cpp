// Boost.Interprocess: a struct found by name in a managed segment, with its mutex next to it. The
// scenarios and the protocol are those of the program that starts this: the arguments are a job,
// `key=value`; the result is printed as one line of JSON.

#include <boost/interprocess/allocators/allocator.hpp>
#include <boost/interprocess/containers/vector.hpp>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <boost/interprocess/managed_shared_memory.hpp>
#include <boost/interprocess/sync/interprocess_condition.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>

#include <boost/unordered_map.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace ipc = boost::interprocess;
using Lock = ipc::scoped_lock<ipc::interprocess_mutex>;

constexpr int BATCHES = 5;
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
    alignas(64) std::atomic<uint64_t> pong{0};
    alignas(64) ipc::interprocess_mutex mutex;
    ipc::interprocess_condition changed;
    alignas(64) uint64_t words[512] = {};
    double doubles[1000] = {};
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

// Both increment under the lock for as long as a sample takes.
void lock_contended(const Job &job, Station &station) {
    Partner partner(job, [](Station &other, Cues &cues) {
        begin(cues);
        uint64_t done = 0;
        for (; !cues.stop; done += 64)
            for (int i = 0; i < 64; i++)
                increment(other);
        cues.operations = done;
    });
    uint64_t start = now(), done = 0;
    for (; now() - start < job.duration(); done += 64)
        for (int i = 0; i < 64; i++)
            increment(station);
    double took = double(now() - start);
    done += partner.stop();
    std::printf("{\"ns\": %f, \"counts\": {\"updates\": %llu, \"lost\": %llu}}\n", took / double(done),
                (unsigned long long)done, (unsigned long long)(done - station.hits));
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

// The heap's scenarios need room.
size_t size_for(const std::string &scenario) {
    bool is_of_the_heap = scenario.rfind("heap", 0) == 0 || scenario.rfind("map", 0) == 0;
    return is_of_the_heap ? 64 << 20 : 1 << 16;
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
        {"map-insert-remove", map_insert_remove},
    };
    try {
        Job job(count, arguments);
        job.pin(0);
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

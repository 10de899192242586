/* A C program that uses a struct in shared memory by its pointer: the floor of every comparison.
 *
 * Nothing here checks or protects anything, as in all such programs. The functions have loops of
 * their own, so that the measurement contains no call from Rust. */

#include <linux/futex.h>
#include <stdint.h>
#include <stdatomic.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The fields have the offsets of `Layout` in struct_pointer.rs. */
struct station {
    double temperature;
    uint64_t hits;
    _Alignas(64) uint64_t ping;
    uint64_t pong;
    _Alignas(64) _Atomic uint32_t futex;
    uint64_t words[1000];
};

/* Like `consume` in measure.rs. */
static inline void consume(uint64_t value)
{
    __asm__ volatile("" ::"r"(value) : "memory");
}

void shm_bench_get(const struct station *station, uint64_t times)
{
    while (times--)
        consume(station->hits);
}

void shm_bench_set(struct station *station, uint64_t times)
{
    for (uint64_t value = 0; value < times; value++) {
        station->hits = value;
        consume(value);
    }
}

/* As most programs do it. */
void shm_bench_add(struct station *station, uint64_t times)
{
    while (times--) {
        station->hits += 1;
        consume(times);
    }
}

/* As it should be. */
void shm_bench_add_atomic(struct station *station, uint64_t times)
{
    while (times--)
        __atomic_fetch_add(&station->hits, 1, __ATOMIC_ACQ_REL);
}

/* memcpy's size is a constant, as in a struct assignment. */
#define COPIES(bytes)                                                                              \
    void shm_bench_read_##bytes(const struct station *station, void *out, uint64_t times)          \
    {                                                                                              \
        while (times--) {                                                                          \
            memcpy(out, station->words, bytes);                                                    \
            consume((uintptr_t)out);                                                               \
        }                                                                                          \
    }                                                                                              \
    void shm_bench_write_##bytes(struct station *station, const void *value, uint64_t times)       \
    {                                                                                              \
        while (times--) {                                                                          \
            memcpy(station->words, value, bytes);                                                  \
            consume((uintptr_t)value);                                                             \
        }                                                                                          \
    }
COPIES(64)
COPIES(4096)
COPIES(8000)

struct wide {
    uint64_t f01, f02, f03, f04, f05, f06, f07, f08, f09, f10;
    uint64_t f11, f12, f13, f14, f15, f16, f17, f18, f19, f20;
};

void shm_bench_wide(const struct wide *wide, uint64_t times)
{
    while (times--) {
        consume(wide->f01), consume(wide->f02), consume(wide->f03), consume(wide->f04);
        consume(wide->f05), consume(wide->f06), consume(wide->f07), consume(wide->f08);
        consume(wide->f09), consume(wide->f10), consume(wide->f11), consume(wide->f12);
        consume(wide->f13), consume(wide->f14), consume(wide->f15), consume(wide->f16);
        consume(wide->f17), consume(wide->f18), consume(wide->f19), consume(wide->f20);
    }
}

/* Opens a file, maps it, reads one number, and closes everything again; 0 if that fails. */
uint64_t shm_bench_visit(const char *path)
{
    uint64_t value = 0;
    struct stat status;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return 0;
    if (fstat(file, &status) == 0 && (uint64_t)status.st_size >= sizeof(struct station)) {
        struct station *station =
            mmap(NULL, sizeof(struct station), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (station != MAP_FAILED) {
            value = station->hits;
            munmap(station, sizeof(struct station));
        }
    }
    close(file);
    return value;
}

/* Wakes as many sleepers. */
void shm_bench_change(struct station *station, uint64_t value, int sleepers)
{
    __atomic_store_n(&station->hits, value, __ATOMIC_RELEASE);
    atomic_fetch_add_explicit(&station->futex, 1, memory_order_release);
    syscall(SYS_futex, &station->futex, FUTEX_WAKE, sleepers, NULL, NULL, 0);
}

/* Sleeps until the number is not `seen`, and returns it. */
uint64_t shm_bench_wait(struct station *station, uint64_t seen)
{
    for (;;) {
        uint32_t ticket = atomic_load_explicit(&station->futex, memory_order_acquire);
        uint64_t value = __atomic_load_n(&station->hits, __ATOMIC_ACQUIRE);
        if (value != seen)
            return value;
        syscall(SYS_futex, &station->futex, FUTEX_WAIT, ticket, NULL, NULL, 0);
    }
}

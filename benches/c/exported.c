/* The header that shm-export writes for `Wide`, used as its documentation says. */

#include "wide.h"

/* Like `consume` in measure.rs. */
static inline void consume(uint64_t value)
{
    __asm__ volatile("" ::"r"(value) : "memory");
}

static wide_region region;

int shm_bench_exported_open(const char *path)
{
    return wide_open(path, &region) == WIDE_OK;
}

#define EACH(get)                                                                                  \
    get(f01) get(f02) get(f03) get(f04) get(f05) get(f06) get(f07) get(f08) get(f09) get(f10)      \
    get(f11) get(f12) get(f13) get(f14) get(f15) get(f16) get(f17) get(f18) get(f19) get(f20)

void shm_bench_exported_read(uint64_t times)
{
#define CONSUME(field) consume(wide_get_##field(value));
    const wide *value = region.value;
    while (times--) {
        EACH(CONSUME)
    }
}

void shm_bench_exported_copy(uint64_t *out)
{
#define COPY(field) *out++ = wide_get_##field(region.value);
    EACH(COPY)
}

/* Reads a region that a Rust process changes as fast as it can. usage: racing REGION */
#include "racing.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(fact)                                                                                \
    do {                                                                                           \
        if (!(fact)) {                                                                             \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #fact);                             \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* At least this many reads, and this many different versions among them: it was a race. */
enum { READS = 1000000, VERSIONS = 20000 };

static void check_bits(racing *all, size_t turn)
{
    const uint64_t hot = racing_get_hot(all);
    const int64_t hot_i64 = racing_get_hot_i64(all);
    const uint32_t hot_u32 = racing_get_hot_u32(all);
    const uint16_t hot_u16 = racing_get_hot_u16(all);
    const double hot_f64 = racing_get_hot_f64(all);
    const uint64_t hot_be = racing_get_hot_be(all);
    uint64_t bits, element;
    CHECK(hot == 0 || hot == UINT64_MAX);
    CHECK(hot_i64 == 0 || hot_i64 == -1);
    CHECK(hot_u32 == 0 || hot_u32 == UINT32_MAX);
    CHECK(hot_u16 == 0 || hot_u16 == UINT16_MAX);
    memcpy(&bits, &hot_f64, 8);
    CHECK(bits == 0 || hot_f64 == 1.0 || bits == UINT64_C(0xc0000000000000ff));
    CHECK(hot_be == 0 || hot_be == UINT64_MAX);
    CHECK(racing_get_array(all, turn % 8, &element) == RACING_OK);
    CHECK(element == 0 || element == UINT64_MAX);
}

static bool is_whole(const racing_version *version)
{
    for (size_t i = 0; i < 6; i++)
        if (version->copies[i] != version->number)
            return false;
    return version->low == (uint32_t)version->number;
}

int main(int count, char **arguments)
{
    racing_region region;
    racing_version version = { 0, { 0 }, 0 };
    uint64_t last = 0, narrow_last = 0;
    size_t different = 0, zeros = 0, turn = 0;
    CHECK(count == 2 && racing_open(arguments[1], &region) == RACING_OK);
    racing *all = region.value;
    while (racing_get_hot(all) == 0) {
    }
    for (; turn < READS || different < VERSIONS || zeros == 0 || zeros == turn; turn++) {
        const racing_error error = racing_load_version(all, &version);
        if (error == RACING_OK) {
            CHECK(is_whole(&version));
            CHECK(version.number >= last);
            different += version.number != last;
            last = version.number;
        } else {
            CHECK(error == RACING_CONTENDED);
        }
        if (racing_load_narrow(all, &version) == RACING_OK) {
            CHECK(is_whole(&version) && version.number >= narrow_last);
            narrow_last = version.number;
        }
        /* Acquire: a reader that sees the second number sees the first as well. */
        const uint64_t after = racing_get_after(all);
        CHECK(racing_get_before(all) >= after);
        check_bits(all, turn);
        zeros += racing_get_hot(all) == 0;
        racing_fetch_add_sum(all, UINT64_C(1) << 32);
    }
    CHECK(racing_get_sum(all) >> 32 == turn);
    racing_close(&region);
    return 0;
}

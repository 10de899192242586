/* Reads the golden region with maps: tests/golden/make.rs. */
#include "golden.h"

#include <stdio.h>

#define CHECK(fact)                                                    \
    do {                                                               \
        if (!(fact)) {                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #fact);         \
            exit(1);                                                   \
        }                                                              \
    } while (0)

int main(int count, char **arguments)
{
    golden_reader region;
    CHECK(count == 2 && golden_open_read_only(arguments[1], &region) == GOLDEN_OK);
    const golden *value = region.value;
    const golden_heap *heap = &region.heap;
    uint32_t age = 0, sum = 0;
    size_t len = 0, entries = 0;
    CHECK(golden_load_ages(value, heap, "gr\xc3\xb6\xc3\x9f" "er als Kurt", 17, &age) == GOLDEN_OK && age == 26);
    CHECK(golden_load_ages(value, heap, "Ada", 3, &age) == GOLDEN_OK && age == 36);
    CHECK(golden_load_ages(value, heap, "Bob", 3, &age) == GOLDEN_EMPTY);
    CHECK(golden_count_ages(value, heap, &entries) == GOLDEN_OK && entries == 6);
    golden_cursor cursor;
    memset(&cursor, 0, sizeof cursor);
    char name[32], text[1000];
    for (entries = 0; golden_next_ages(value, heap, &cursor, name, sizeof name, &len, &age) == GOLDEN_OK; entries++)
        sum += age;
    CHECK(entries == 6 && sum == 27 + 36 + 22 + 23 + 25 + 26);
    golden_pose pose;
    CHECK(golden_load_by_id(value, heap, UINT64_C(1) << 40, &pose) == GOLDEN_OK);
    CHECK(pose.mode == GOLDEN_MODE_BUSY && pose.path[1][0] == 3);
    CHECK(golden_load_by_mode(value, heap, GOLDEN_MODE_LOST, text, sizeof text, &len) == GOLDEN_OK);
    CHECK(len == 700 && memcmp(text, "search search ", 14) == 0);
    int16_t list[3];
    CHECK(golden_load_lists(value, heap, "odd", 3, list, 3, &len) == GOLDEN_OK && len == 3 && list[1] == -3);
    CHECK(golden_count_empty(value, heap, &entries) == GOLDEN_OK && entries == 0);
    golden_close_reader(&region);
    return 0;
}

/* Reads the golden region with maps: tests/golden/make.rs. */
#include "directory.h"

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
    directory_reader region;
    CHECK(count == 2 && directory_open_read_only(arguments[1], &region) == DIRECTORY_OK);
    const directory *value = region.value;
    const directory_heap *heap = &region.heap;
    uint32_t age = 0, sum = 0;
    size_t len = 0, entries = 0;
    CHECK(directory_load_ages(value, heap, "gr\xc3\xb6\xc3\x9f" "er als Kurt", 17, &age) == DIRECTORY_OK && age == 26);
    CHECK(directory_load_ages(value, heap, "Ada", 3, &age) == DIRECTORY_OK && age == 36);
    CHECK(directory_load_ages(value, heap, "Bob", 3, &age) == DIRECTORY_EMPTY);
    CHECK(directory_count_ages(value, heap, &entries) == DIRECTORY_OK && entries == 6);
    directory_cursor cursor;
    memset(&cursor, 0, sizeof cursor);
    char name[32], text[1000];
    for (entries = 0; directory_next_ages(value, heap, &cursor, name, sizeof name, &len, &age) == DIRECTORY_OK; entries++)
        sum += age;
    CHECK(entries == 6 && sum == 27 + 36 + 22 + 23 + 25 + 26);
    directory_pose pose;
    CHECK(directory_load_by_id(value, heap, UINT64_C(1) << 40, &pose) == DIRECTORY_OK);
    CHECK(pose.mode == DIRECTORY_MODE_BUSY && pose.path[1][0] == 3);
    CHECK(directory_load_by_mode(value, heap, DIRECTORY_MODE_LOST, text, sizeof text, &len) == DIRECTORY_OK);
    CHECK(len == 700 && memcmp(text, "search search ", 14) == 0);
    int16_t list[3];
    CHECK(directory_load_lists(value, heap, "odd", 3, list, 3, &len) == DIRECTORY_OK && len == 3 && list[1] == -3);
    CHECK(directory_count_empty(value, heap, &entries) == DIRECTORY_OK && entries == 0);
    directory_close_reader(&region);
    return 0;
}

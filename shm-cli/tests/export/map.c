/* Reads a board with maps. */
#include "board.h"

#include <stdio.h>

#define CHECK(fact)                                                    \
    do {                                                               \
        if (!(fact)) {                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #fact);         \
            exit(1);                                                   \
        }                                                              \
    } while (0)

static char text[10000], name[100];

static void read_all(const board_reader *region)
{
    const board *value = region->value;
    const board_heap *heap = &region->heap;
    size_t len = 0, count = 0;
    board_pose pose;
    CHECK(board_count_by_id(value, heap, &count) == BOARD_OK && count == 99);
    CHECK(board_load_by_id(value, heap, 7, &pose) == BOARD_OK && pose.x > 6.9 && pose.x < 7.1);
    CHECK(board_load_by_id(value, heap, 13, &pose) == BOARD_EMPTY);
    CHECK(board_load_by_id(value, heap, UINT64_MAX, &pose) == BOARD_EMPTY);
    bool seen[100] = {false};
    board_cursor cursor = {0, 0, 0, 0, false};
    uint64_t id = 0;
    for (count = 0; board_next_by_id(value, heap, &cursor, &id, &pose) == BOARD_OK; count++) {
        CHECK(id < 100 && !seen[id] && pose.x > (double)id - 0.1 && pose.x < (double)id + 0.1);
        seen[id] = true;
    }
    CHECK(count == 99 && !seen[13]);
    CHECK(board_next_by_id(value, heap, &cursor, &id, &pose) == BOARD_EMPTY);

    CHECK(board_load_notes(value, heap, "Ada", 3, text, sizeof text, &len) == BOARD_OK);
    CHECK(len == 12 && strcmp(text, "will be late") == 0);
    CHECK(board_load_notes(value, heap, "", 0, text, sizeof text, &len) == BOARD_OK && len == 0);
    CHECK(board_load_notes(value, heap, "Ad", 2, text, sizeof text, &len) == BOARD_EMPTY);
    CHECK(board_load_notes(value, heap, "north gate", 10, text, 100, &len) == BOARD_TOO_LONG && len == 9000);
    /* What does not fit is given again. */
    size_t name_len = 0, notes = 0;
    memset(&cursor, 0, sizeof cursor);
    for (;;) {
        board_error error = board_next_notes(value, heap, &cursor, name, sizeof name, &name_len, text, 20, &len);
        if (error == BOARD_TOO_LONG) {
            CHECK(strcmp(name, "north gate") == 0 && len == 9000);
            error = board_next_notes(value, heap, &cursor, name, sizeof name, &name_len, text, sizeof text, &len);
            CHECK(error == BOARD_OK && strcmp(name, "north gate") == 0 && text[8999] == 'x');
        }
        if (error == BOARD_EMPTY)
            break;
        CHECK(error == BOARD_OK && name_len == strlen(name));
        notes++;
    }
    CHECK(notes == 3);

    board_mode mode, modes[2];
    CHECK(board_load_small(value, heap, -5, &mode) == BOARD_OK && mode == BOARD_MODE_FAILED);
    CHECK(board_load_modes(value, heap, BOARD_MODE_MEASURING, modes, 2, &count) == BOARD_OK && count == 2);
    CHECK(modes[0] == BOARD_MODE_IDLE && modes[1] == BOARD_MODE_FAILED);
    CHECK(board_load_modes(value, heap, BOARD_MODE_MEASURING, modes, 1, &count) == BOARD_TOO_LONG && count == 2);
    float floats[2];
    CHECK(board_load_floats(value, heap, -1.5, floats, 2, &count) == BOARD_OK && count == 2 && floats[1] > 1.4f);
    uint32_t letter = 0;
    CHECK(board_load_flags(value, heap, true, &letter) == BOARD_OK && letter == 0xdf);
    bool flag = false;
    CHECK(board_load_letters(value, heap, 0xdf, &flag) == BOARD_OK && flag);
    char label[13], label_key[13];
    CHECK(board_load_labels(value, heap, "north", 5, label, &len) == BOARD_OK && strcmp(label, "gr\xc3\xbcn") == 0);
    CHECK(board_load_labels(value, heap, "a text too long", 15, label, &len) == BOARD_EMPTY);
    memset(&cursor, 0, sizeof cursor);
    CHECK(board_next_labels(value, heap, &cursor, label_key, &name_len, label, &len) == BOARD_OK);
    CHECK(strcmp(label_key, "north") == 0 && name_len == 5);
    char c_text[9];
    CHECK(board_load_names(value, heap, "key", c_text, &len) == BOARD_OK && strcmp(c_text, "value") == 0);
    uint8_t small = 0;
    CHECK(board_load_big(value, heap, 0x01020304, &small) == BOARD_OK && small == 9);

    board_point key, point;
    memset(&key, 0, sizeof key);
    key.x = -1;
    key.y = 2;
    CHECK(board_load_points(value, heap, &key, &point) == BOARD_OK && point.x == 3 && point.y == 4);
    const uint16_t list[3] = {1, 2, 3};
    uint32_t sum = 0;
    CHECK(board_load_lists(value, heap, list, 3, &sum) == BOARD_OK && sum == 6);
    CHECK(board_load_lists(value, heap, list, 0, &sum) == BOARD_OK && sum == 7);
    CHECK(board_load_lists(value, heap, list, 2, &sum) == BOARD_EMPTY);
    board_pairs_key pair = {{-1, 2}};
    board_pairs_value three;
    CHECK(board_load_pairs(value, heap, &pair, &three) == BOARD_OK && three.value[2] == 3);
    CHECK(board_load_boxes(value, 2, heap, 7, &sum) == BOARD_OK && sum == 49);
    CHECK(board_load_boxes(value, 3, heap, 7, &sum) == BOARD_OUT_OF_BOUNDS);
    CHECK(board_count_empty(value, heap, &count) == BOARD_OK && count == 0);
    const board_desk *desk = board_const_at_guarded_unlocked(value);
    CHECK(board_desk_load_letters_unlocked(desk, heap, 1, text, sizeof text, &len) == BOARD_OK);
    CHECK(strcmp(text, "dear") == 0);
}

/* The value of a key is the key, often enough; keys 0 to 3 are there all the time. */
static void check(uint32_t key, const char *found, size_t len)
{
    char digits[16];
    const size_t width = (size_t)snprintf(digits, sizeof digits, "%u", key);
    CHECK(len >= 30 * width && len % width == 0);
    for (size_t at = 0; at < len; at++)
        CHECK(found[at] == digits[at % width]);
}

static void race(const board_reader *region)
{
    size_t passes = 0, len = 0;
    for (uint32_t round = 0; round < 100000 || passes == 0; round++) {
        board_error error = board_load_racing(region->value, &region->heap, round % 4, text, sizeof text, &len);
        if (error != BOARD_CONTENDED) {
            CHECK(error == BOARD_OK);
            check(round % 4, text, len);
        }
        if (round % 20 != 0)
            continue;
        board_cursor cursor = {0, 0, 0, 0, false};
        unsigned always = 0;
        uint32_t key = 0;
        do {
            error = board_next_racing(region->value, &region->heap, &cursor, &key, text, sizeof text, &len);
            if (error == BOARD_OK) {
                check(key, text, len);
                always |= key < 4 ? 1u << key : 0;
            }
        } while (error == BOARD_OK);
        CHECK(error == BOARD_EMPTY || error == BOARD_CONTENDED);
        if (error == BOARD_EMPTY) {
            CHECK(always == 15);
            passes++;
        }
    }
}

/* Looks at everything; whatever comes of it, it ends, and inside of the buffers. */
static void look(const board_reader *region)
{
    const board *value = region->value;
    const board_heap *heap = &region->heap;
    size_t len = 0, name_len = 0;
    board_pose pose;
    board_cursor cursor;
    uint64_t id = 0;
    for (id = 0; id < 20; id++)
        (void)board_load_by_id(value, heap, id, &pose);
    (void)board_count_by_id(value, heap, &len);
    (void)board_count_racing(value, heap, &len);
    memset(&cursor, 0, sizeof cursor);
    for (int step = 0; step < 1000 && board_next_by_id(value, heap, &cursor, &id, &pose) == BOARD_OK; step++)
        continue;
    (void)board_load_notes(value, heap, "north gate", 10, text, sizeof text, &len);
    memset(&cursor, 0, sizeof cursor);
    for (int step = 0; step < 1000; step++)
        if (board_next_notes(value, heap, &cursor, name, 5, &name_len, text, 7, &len) != BOARD_OK)
            break;
    float floats[2];
    (void)board_load_floats(value, heap, -1.5, floats, 2, &len);
    char label[13], label_key[13];
    memset(&cursor, 0, sizeof cursor);
    (void)board_next_labels(value, heap, &cursor, label_key, &name_len, label, &len);
    uint32_t sum = 0;
    uint16_t list[2];
    memset(&cursor, 0, sizeof cursor);
    (void)board_next_lists(value, heap, &cursor, list, 2, &len, &sum);
}

int main(int count, char **arguments)
{
    board_reader region;
    CHECK(count == 3);
    const board_error error = board_open_read_only(arguments[2], &region);
    if (error != BOARD_OK)
        fprintf(stderr, "%s\n", board_error_text(error));
    CHECK(error == BOARD_OK);
    if (strcmp(arguments[1], "read") == 0)
        read_all(&region);
    else if (strcmp(arguments[1], "race") == 0)
        race(&region);
    else
        look(&region);
    board_close_reader(&region);
    return 0;
}

/* Reads a board whose values have parts of any length. */
#include "board.h"

#include <stdio.h>

#define CHECK(fact)                                                    \
    do {                                                               \
        if (!(fact)) {                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #fact);         \
            exit(1);                                                   \
        }                                                              \
    } while (0)

static bool is_text(const char *found, size_t len, const char *expected)
{
    return found != NULL && len == strlen(expected) && memcmp(found, expected, len) == 0;
}

/* Memory for a copy, of exactly that size: the sanitizers see an access past its end. */
static board_contents room_of(size_t size)
{
    board_contents room;
    memset(&room, 0, sizeof room);
    room.room = malloc(size);
    room.room_size = size;
    CHECK(size == 0 || room.room != NULL);
    return room;
}

static void read_job(const board_job *job, const board_contents *in, uint32_t id)
{
    const char *text = NULL;
    size_t len = 0, count = 0;
    CHECK(board_job_get_id(job) == id && board_job_get_done(job));
    CHECK(board_job_get_title(job, in, &text, &len) == BOARD_OK);
    CHECK(is_text(text, len, "paint the north gate, gr\xc3\xbcn"));
    CHECK(board_job_get_author(job, in, &text, &len) == BOARD_OK && text == NULL && len == 0);

    const uint16_t *tags = NULL;
    CHECK(board_job_get_tags(job, in, &tags, &count) == BOARD_OK && count == 3);
    CHECK(tags[0] == 3 && tags[1] == 5 && tags[2] == 8);
    const board_mode *modes = NULL;
    CHECK(board_job_get_modes(job, in, &modes, &count) == BOARD_OK && count == 2);
    CHECK(modes[0] == BOARD_MODE_FAILED && modes[1] == BOARD_MODE_IDLE);
    const board_pose *poses = NULL;
    CHECK(board_job_get_poses(job, in, &poses, &count) == BOARD_OK && count == 2);
    CHECK(poses[1].x > 1.9 && poses[1].x < 2.1 && poses[1].y < -2.4);

    const board_step *steps = NULL;
    CHECK(board_job_get_steps(job, in, &steps, &count) == BOARD_OK && count == 2);
    const board_step_command_element *words = NULL;
    CHECK(board_step_get_urgent(steps) && board_step_get_command(steps, in, &words, &count) == BOARD_OK);
    CHECK(count == 3 && board_step_command_element_get_value(&words[1], in, &text, &len) == BOARD_OK);
    CHECK(is_text(text, len, "-r"));
    CHECK(board_step_command_element_get_value(&words[2], in, &text, &len) == BOARD_OK && len == 1000);
    char label[6];
    CHECK(board_step_get_label(steps, label) == 1 && strcmp(label, "s") == 0);
    CHECK(board_step_get_command(&steps[1], in, &words, &count) == BOARD_OK && count == 0);

    CHECK(board_ends_get_number(&job->ends) == 99);
    CHECK(board_ends_get_notes(&job->ends, 1, 0, in, &text, &len) == BOARD_OK && is_text(text, len, "bc"));
    CHECK(board_ends_get_notes(&job->ends, 0, 1, in, &text, &len) == BOARD_OK && is_text(text, len, ""));
    CHECK(board_ends_get_notes(&job->ends, 0, 2, in, &text, &len) == BOARD_OUT_OF_BOUNDS);
    const board_job_wide_element *wide = NULL;
    CHECK(board_job_get_wide(job, in, &wide, &count) == BOARD_OK && count == 1);
#ifdef __SIZEOF_INT128__
    CHECK(board_job_wide_element_get_value(wide) >> 100 == 1);
#endif
    const board_job_pairs_element *pairs = NULL;
    const uint8_t *bytes = NULL;
    CHECK(board_job_get_pairs(job, in, &pairs, &count) == BOARD_OK && count == 2);
    CHECK(board_job_pairs_element_get_value(&pairs[0], 0, in, &bytes, &count) == BOARD_OK);
    CHECK(count == 2 && bytes[0] == 1 && bytes[1] == 2);
    CHECK(board_job_pairs_element_get_value(&pairs[1], 1, in, &bytes, &count) == BOARD_OK);
    CHECK(count == 1 && bytes[0] == 3);
}

static void read_all(const board_reader *region)
{
    const board *value = region->value;
    const board_heap *heap = &region->heap;
    const board_job *job = NULL;
    const char *text = NULL;
    size_t len = 0, count = 0;
    /* The length that a value needs is told, and is enough wherever the room begins. */
    board_contents in = room_of(0);
    CHECK(board_load_current(value, heap, &in, &job) == BOARD_TOO_LONG && in.size > 1000);
    free(in.room);
    in = room_of(in.size + 15);
    void *const room = in.room;
    for (size_t skip = 0; skip < 16; skip++) {
        in.room = (unsigned char *)room + skip;
        in.room_size = in.room_size - (skip > 0 ? 1 : 0);
        CHECK(board_load_current(value, heap, &in, &job) == BOARD_OK && (uintptr_t)job % alignof(board_job) == 0);
        read_job(job, &in, 7);
    }
    in.room_size = 100;
    CHECK(board_load_current(value, heap, &in, &job) == BOARD_TOO_LONG && in.size > 1000);
    free(room);

    in = room_of(10000);
    CHECK(board_load_history(value, 0, heap, &in, &job) == BOARD_EMPTY);
    CHECK(board_load_history(value, 3, heap, &in, &job) == BOARD_OUT_OF_BOUNDS);
    CHECK(board_load_history(value, 1, heap, &in, &job) == BOARD_OK);
    CHECK(board_job_get_author(job, &in, &text, &len) == BOARD_OK && is_text(text, len, "Ada"));
    const board_pose *poses = NULL;
    CHECK(board_job_get_poses(job, &in, &poses, &count) == BOARD_OK && poses == NULL && count == 0);

    CHECK(board_load_by_id(value, heap, 13, &in, &job) == BOARD_OK);
    read_job(job, &in, 130);
    CHECK(board_load_by_id(value, heap, 20, &in, &job) == BOARD_EMPTY);
    board_cursor cursor;
    memset(&cursor, 0, sizeof cursor);
    uint64_t id = 0, sum = 0;
    size_t found = 0;
    in.room_size = 8;
    CHECK(board_next_by_id(value, heap, &cursor, &id, &in, &job) == BOARD_TOO_LONG);
    in.room_size = 10000;
    for (; board_next_by_id(value, heap, &cursor, &id, &in, &job) == BOARD_OK; found++) {
        read_job(job, &in, (uint32_t)id * 10);
        sum += id;
    }
    CHECK(found == 20 && sum == 190);

    const board_step *step = NULL;
    CHECK(board_load_by_name(value, heap, "first", 5, &in, &step) == BOARD_OK && board_step_get_urgent(step));

    const board_key *key = NULL;
    const board_key_names_element *names = NULL;
    uint32_t number = 0;
    size_t ten = 0;
    memset(&cursor, 0, sizeof cursor);
    for (found = 0; board_next_by_key(value, heap, &cursor, &in, &key, &number) == BOARD_OK; found++) {
        CHECK(board_key_get_number(key) == 1 && board_key_get_names(key, &in, &names, &count) == BOARD_OK && count == 2);
        CHECK(board_key_names_element_get_value(names, &in, &text, &len) == BOARD_OK);
        CHECK(is_text(text, len, number == 10 ? "a" : "ab"));
        ten += number;
    }
    CHECK(found == 2 && ten == 30);
    free(in.room);
}

/* Every part is of one job. */
static void check_marked(const board_job *job, const board_contents *in)
{
    const uint32_t id = board_job_get_id(job);
    const char letter = (char)('a' + id % 26);
    const char *text = NULL;
    size_t len = 0, count = 0;
    CHECK(board_job_get_title(job, in, &text, &len) == BOARD_OK && len == id % 97);
    for (size_t at = 0; at < len; at++)
        CHECK(text[at] == letter);
    CHECK(board_job_get_author(job, in, &text, &len) == BOARD_OK);
    CHECK(id % 3 == 0 ? text == NULL : text != NULL && len == id % 5);
    const uint16_t *tags = NULL;
    CHECK(board_job_get_tags(job, in, &tags, &count) == BOARD_OK && count == id % 700);
    for (size_t at = 0; at < count; at++)
        CHECK(tags[at] == (uint16_t)id);
    const board_step *steps = NULL;
    CHECK(board_job_get_steps(job, in, &steps, &count) == BOARD_OK && count == id % 4);
    for (size_t at = 0; at < id % 4; at++) {
        const board_step_command_element *words = NULL;
        CHECK(board_step_get_command(&steps[at], in, &words, &count) == BOARD_OK && count == 2);
        CHECK(board_step_command_element_get_value(&words[1], in, &text, &len) == BOARD_OK);
        CHECK(len == 3 && text[0] == letter && text[2] == letter);
    }
}

static void race(const board_reader *region)
{
    board_contents in = room_of(5000);
    size_t seen = 0, listed = 0;
    /* The writer may be stopped while the place is empty: the rounds go on until jobs were seen. */
    for (uint32_t round = 0; round < 100000 || seen < 100 || listed < 100; round++) {
        const board_job *job = NULL;
        board_error error = board_load_racing(region->value, &region->heap, &in, &job);
        CHECK(error == BOARD_OK || error == BOARD_EMPTY || error == BOARD_CONTENDED);
        if (error == BOARD_OK) {
            check_marked(job, &in);
            seen++;
        }
        error = board_load_racing_by_id(region->value, &region->heap, round % 5, &in, &job);
        CHECK(error == BOARD_OK || error == BOARD_CONTENDED);
        if (error == BOARD_OK) {
            check_marked(job, &in);
            CHECK(board_job_get_id(job) % 5 == round % 5);
            listed++;
        }
    }
    free(in.room);
}

/* Reads all parts of a job: whatever is found, it is in the room. */
static size_t look_at(const board_job *job, const board_contents *in)
{
    const char *text = NULL;
    size_t len = 0, count = 0, sum = 0;
    if (board_job_get_title(job, in, &text, &len) == BOARD_OK)
        for (size_t at = 0; at < len; at++)
            sum += (unsigned char)text[at];
    const board_mode *modes = NULL;
    (void)board_job_get_modes(job, in, &modes, &count);
    const uint16_t *tags = NULL;
    if (board_job_get_tags(job, in, &tags, &count) == BOARD_OK && count > 0)
        sum += tags[count - 1];
    const board_pose *poses = NULL;
    if (board_job_get_poses(job, in, &poses, &count) == BOARD_OK && count > 0)
        sum += poses[count - 1].x > 1.0 ? 1 : 0;
    const board_step *steps = NULL;
    if (board_job_get_steps(job, in, &steps, &count) != BOARD_OK)
        return sum;
    for (size_t at = 0; at < count; at++) {
        const board_step_command_element *words = NULL;
        size_t number = 0;
        if (board_step_get_command(&steps[at], in, &words, &number) != BOARD_OK)
            continue;
        for (size_t word = 0; word < number; word++)
            if (board_step_command_element_get_value(&words[word], in, &text, &len) == BOARD_OK && len > 0)
                sum += (unsigned char)text[len - 1];
    }
    return sum;
}

static void look(const board_reader *region)
{
    const board *value = region->value;
    const board_heap *heap = &region->heap;
    const board_job *job = NULL;
    /* Of the size of a value, so that an access outside of it is outside of the room. */
    board_contents in = room_of(0);
    size_t sum = 0;
    if (board_load_current(value, heap, &in, &job) == BOARD_TOO_LONG && in.size < 100000) {
        free(in.room);
        in = room_of(in.size);
        if (board_load_current(value, heap, &in, &job) == BOARD_OK)
            sum += look_at(job, &in);
    }
    free(in.room);
    in = room_of(4096);
    board_contents keys = room_of(4096);
    for (size_t i = 0; i < 3; i++)
        if (board_load_history(value, i, heap, &in, &job) == BOARD_OK)
            sum += look_at(job, &in);
    board_cursor cursor;
    uint64_t id = 0;
    memset(&cursor, 0, sizeof cursor);
    while (board_next_by_id(value, heap, &cursor, &id, &in, &job) == BOARD_OK)
        sum += look_at(job, &in);
    const board_step *step = NULL;
    (void)board_load_by_name(value, heap, "first", 5, &in, &step);
    const board_key *key = NULL;
    uint32_t number = 0;
    memset(&cursor, 0, sizeof cursor);
    while (board_next_by_key(value, heap, &cursor, &keys, &key, &number) == BOARD_OK)
        sum += number;
    printf("%zu\n", sum);
    free(in.room);
    free(keys.room);
}

int main(int count, char **arguments)
{
    board_reader region;
    CHECK(count == 3);
    CHECK(board_open_read_only(arguments[2], &region) == BOARD_OK);
    board_contents in = room_of(10000);
    const board_job *job = NULL;
    if (strcmp(arguments[1], "read") == 0)
        read_all(&region);
    else if (strcmp(arguments[1], "race") == 0)
        race(&region);
    else if (strcmp(arguments[1], "whole") == 0)
        CHECK(board_load_current(region.value, &region.heap, &in, &job) == BOARD_OK);
    else if (strcmp(arguments[1], "refused") == 0)
        CHECK(board_load_current(region.value, &region.heap, &in, &job) == BOARD_INVALID_VALUE);
    else
        look(&region);
    free(in.room);
    board_close_reader(&region);
    return 0;
}

/* Reads a board whose places own values in the heap. */
#include "board.h"

#include <stdio.h>

#define CHECK(fact)                                                    \
    do {                                                               \
        if (!(fact)) {                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #fact);         \
            exit(1);                                                   \
        }                                                              \
    } while (0)

static char text[10000];

static void read_all(const board_reader *region)
{
    const board *value = region->value;
    const board_heap *heap = &region->heap;
    size_t len = 0, count = 0;
    CHECK(board_load_title(value, heap, text, sizeof text, &len) == BOARD_OK);
    CHECK(len == 12 * 700 && strlen(text) == len && memcmp(text, "north gate, north", 17) == 0);
    CHECK(board_load_title(value, heap, text, 100, &len) == BOARD_TOO_LONG && len == 12 * 700);

    float samples[4];
    CHECK(board_load_samples(value, heap, samples, 4, &count) == BOARD_OK && count == 3);
    CHECK(samples[0] > 0.4f && samples[0] < 0.6f && samples[2] < -1.9f);
    CHECK(board_load_samples(value, heap, samples, 2, &count) == BOARD_TOO_LONG && count == 3);

    board_mode modes[2];
    CHECK(board_load_modes(value, heap, modes, 2, &count) == BOARD_OK && count == 2);
    CHECK(modes[0] == BOARD_MODE_FAILED && modes[1] == BOARD_MODE_IDLE);

    board_pose poses[2], pose;
    CHECK(board_load_poses(value, heap, poses, 2, &count) == BOARD_OK && count == 2);
    CHECK(poses[1].x > 1.9 && poses[1].x < 2.1 && poses[1].y < -2.4);
    CHECK(board_load_pose(value, heap, &pose) == BOARD_OK && pose.x > 6.9);

    board_rows_element rows[2];
    CHECK(board_load_rows(value, heap, rows, 2, &count) == BOARD_OK && count == 2);
    CHECK(rows[1].value[2] == 6);

    double number = 0;
    CHECK(board_load_number(value, heap, &number) == BOARD_OK && number > 2.4 && number < 2.6);
    char label[13];
    CHECK(board_load_label(value, heap, label, &len) == BOARD_OK && strcmp(label, "gr\xc3\xbcn") == 0);

    const board_note *note = board_const_at_notes(value, 1);
    CHECK(board_note_load_text(note, heap, text, sizeof text, &len) == BOARD_OK && strcmp(text, "a note") == 0);
    note = board_const_at_notes(value, 0);
    CHECK(board_note_load_text(note, heap, text, sizeof text, &len) == BOARD_OK && len == 0 && text[0] == '\0');
    const board_note_guarded *guarded = board_const_at_guarded_unlocked(value);
    CHECK(board_note_guarded_load_text_unlocked(guarded, heap, text, sizeof text, &len) == BOARD_OK);
    CHECK(strcmp(text, "guarded") == 0);
}

/* Every value is one letter, and a length that belongs to the letter. The writer may be stopped
   while the place is empty: the rounds go on until values were seen. */
static void race(const board_reader *region)
{
    size_t seen = 0;
    for (size_t round = 0; round < 200000 || seen < 100; round++) {
        size_t len = 0;
        const board_error error = board_load_racing(region->value, &region->heap, text, sizeof text, &len);
        if (error == BOARD_CONTENDED)
            continue;
        CHECK(error == BOARD_OK);
        for (size_t at = 1; at < len; at++)
            CHECK(text[at] == text[0]);
        if (len > 0) {
            CHECK(text[0] >= 'a' && text[0] <= 'd' && len % 4 == (size_t)(text[0] - 'a'));
            seen++;
        }
    }
}

/* Reads everything: whatever the result, it returns, and stays inside the buffers. */
static void look(const board_reader *region)
{
    const board *value = region->value;
    const board_heap *heap = &region->heap;
    size_t len = 0;
    float samples[4];
    board_mode modes[2];
    board_pose poses[2], pose;
    board_rows_element rows[2];
    double number;
    char label[13];
    (void)board_load_title(value, heap, text, sizeof text, &len);
    (void)board_load_racing(value, heap, text, 3, &len);
    (void)board_load_samples(value, heap, samples, 4, &len);
    (void)board_load_modes(value, heap, modes, 2, &len);
    (void)board_load_poses(value, heap, poses, 2, &len);
    (void)board_load_rows(value, heap, rows, 2, &len);
    (void)board_load_pose(value, heap, &pose);
    (void)board_load_number(value, heap, &number);
    (void)board_load_label(value, heap, label, &len);
    for (size_t i = 0; i < 3; i++)
        (void)board_note_load_text(board_const_at_notes(value, i), heap, text, sizeof text, &len);
}

int main(int count, char **arguments)
{
    board_reader region;
    CHECK(count == 3);
    const board_error error = board_open_read_only(arguments[2], &region);
    if (strcmp(arguments[1], "refused") == 0) {
        CHECK(error == BOARD_SECTION);
        return 0;
    }
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

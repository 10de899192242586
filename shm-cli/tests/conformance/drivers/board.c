/* The driver of `Board`, which has places in the heap. */
#include "board.h"

#include "driver.h"

#define PREFIX(name) board_##name
#include "opening.h"

static const char *field(const request *r)
{
    char text[sizeof line];
    size_t len;
    board *to = region.value;
    const board *all = to != NULL ? to : reader.value;
    const board_heap *heap = to != NULL ? &region.heap : &reader.heap;
    if (is_verb(r, "remove") || (is_verb(r, "set") && to == NULL))
        NO_WRITE
    NUMBER("number", uint32_t, 0, UINT32_MAX, board_get_number(all), board_set_number(to, v))
    /* No function stores a value in the heap. */
    FIELD("title", CALL(board_load_title(all, heap, text, sizeof text, &len)); return put_hex("text:", text, len);,
          NO_WRITE)
    FIELD("notes[]", CALL(board_load_notes(all, heap, (uint32_t)r->i[0], text, sizeof text, &len));
          return put_hex("text:", text, len);, NO_WRITE)
    return "! UnknownField";
}

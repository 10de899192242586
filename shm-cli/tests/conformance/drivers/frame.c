/* The driver of `Frame`, which ends in a slice. */
#include "frame.h"

#include "driver.h"

#define PREFIX(name) frame_##name
#include "opening.h"

static const char *field(const request *r)
{
    frame *to = region.value;
    const frame *all = to != NULL ? to : reader.value;
    const size_t len = to != NULL ? region.len : reader.len;
    if (is_verb(r, "len") && strcmp(r->key, "pixels") == 0)
        return put_unsigned(len);
    if (is_verb(r, "set") && to == NULL)
        NO_WRITE
    NUMBER("stamp", uint64_t, 0, UINT64_MAX, frame_get_stamp(all), frame_set_stamp(to, v))
    NUMBER("width", uint32_t, 0, UINT32_MAX, frame_get_width(all), frame_set_width(to, v))
    CHECKED("pixels[]", uint8_t, 0, UINT8_MAX, frame_get_pixels(all, len, r->i[0], &v),
            frame_set_pixels(to, len, r->i[0], v))
    return "! UnknownField";
}

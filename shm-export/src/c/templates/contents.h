/* A private copy of a value that has parts of any length. Set `room`, memory for it, and `room_size` first. The
 * texts and elements that functions find in it are there until the room is used again. */
typedef struct @p@_contents {
    void *room;
    size_t room_size;
    unsigned char *bytes; /* the value, in the room */
    size_t size;          /* the bytes of the value; after @P@_TOO_LONG, those that the room must have */
} @p@_contents;

/* Parts of a value that have contents: `count` of them, `stride` bytes apart. If `size` is 0, they have `parts` in
 * them; otherwise they are texts or slices, and each element of their contents has. */
typedef struct @p@_part_ {
    uint64_t offset, count, stride, size, align;
    uint64_t start_at, len_at; /* where a text or a slice has its words */
    size_t first, parts;
} @p@_part_;

static const @p@_part_ @p@_all_parts_[] = {
@PARTS@
};

/* Finds the contents that two words refer to; false if they are not in the value, or not aligned. */
static inline bool @p@_find_contents_(
    const @p@_contents *in, uint64_t start, uint64_t len, uint64_t size, uint64_t align)
{
    return start <= in->size && len <= (in->size - start) / size && start % align == 0;
}

/* Checks parts of the value, and the parts in their contents. As each byte is read once, what is `left` bounds the
 * work. */
static inline bool @p@_check_parts_(
    const @p@_contents *in, size_t first, size_t parts, uint64_t at, uint64_t *left)
{
    for (size_t which = first; which < first + parts; which++) {
        const @p@_part_ *part = @p@_all_parts_ + which;
        for (uint64_t index = 0; index < part->count; index++) {
            uint64_t start = at + part->offset + index * part->stride, len = 1;
            if (part->size > 0) {
                const unsigned char *words = in->bytes + start;
                memcpy(&start, words + part->start_at, 8);
                memcpy(&len, words + part->len_at, 8);
                if (start == 0)
                    continue;
                if (!@p@_find_contents_(in, start, len, part->size, part->align) || len > *left / part->size)
                    return false;
                *left -= len * part->size;
            }
            for (uint64_t inner = 0; part->parts > 0 && inner < len; inner++)
                if (!@p@_check_parts_(in, part->first, part->parts, start + inner * part->size, left))
                    return false;
        }
    }
    return true;
}

/* Makes the room ready for a value of this alignment. Until there is one, `size` is the bytes for it. */
static inline void @p@_start_contents_(@p@_contents *in, size_t align)
{
    const size_t skip = (align - (size_t)((uintptr_t)in->room % align)) % align;
    const size_t skipped = in->room == NULL || skip > in->room_size ? in->room_size : skip;
    in->bytes = in->room == NULL ? NULL : (unsigned char *)in->room + skipped;
    in->size = in->room_size - skipped;
}

/* Checks a value of `size` bytes, which was copied as far as there is room: a fixed part of `fixed` bytes, and the
 * contents of all its parts. */
static inline @p@_error @p@_check_contents_(
    @p@_contents *in, size_t size, uint64_t fixed, size_t align, size_t first, size_t parts)
{
    const size_t room = in->size;
    in->size = size;
    if (size < fixed)
        return @P@_INVALID_VALUE;
    if (size > room) {
        in->size = size > SIZE_MAX - align ? SIZE_MAX : size + align - 1;
        return @P@_TOO_LONG;
    }
    uint64_t left = size - fixed;
    return @p@_check_parts_(in, first, parts, 0, &left) ? @P@_OK : @P@_INVALID_VALUE;
}

/* The contents of a text or a slice; none of them, at NULL, if there are none at all. */
static inline @p@_error @p@_get_contents_(const @p@_contents *in, uint64_t start, uint64_t len, uint64_t size,
    uint64_t align, const void **out, size_t *count)
{
    *out = NULL;
    *count = 0;
    if (start == 0)
        return @P@_OK;
    if (!@p@_find_contents_(in, start, len, size, align))
        return @P@_INVALID_VALUE;
    *out = in->bytes + start;
    *count = (size_t)len;
    return @P@_OK;
}

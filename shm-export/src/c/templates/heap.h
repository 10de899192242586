/* For each class of small blocks: the size of a block, the pages of a span, its blocks, and the offset of the
 * first one. */
static const uint16_t @p@_classes_[52][4] = {
@CLASSES@
};

/* A block, where its page says that it is. */
typedef struct @p@_block_ {
    const uint64_t *page, *head, *payload; /* head: state, place */
    uint64_t word, size; /* the page's word; the bytes of the payload */
} @p@_block_;

static inline uint64_t @p@_heap_word_(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline const uint64_t *@p@_heap_at_(const @p@_heap *heap, uint64_t offset)
{
    return (const uint64_t *)(const void *)((const unsigned char *)heap->mapping + heap->offset + offset);
}

/* Finds the block that a handle names; false if there is no such block. Its generation is not checked.
 * Nothing in the heap is used before it is compared with the heap's bounds. */
static inline bool @p@_find_(const @p@_heap *heap, uint64_t handle, @p@_block_ *found)
{
    const uint64_t page = (handle & 0xffffffffu) >> 6, block = handle & 63;
    if (page >= heap->pages)
        return false;
    const uint64_t left = heap->pages - page;
    const uint64_t start = 4096 + (heap->pages * 32 + 1023) / 1024 * 1024 + page * 1024;
    found->page = @p@_heap_at_(heap, 4096 + page * 32);
    found->word = @p@_heap_word_(found->page);
    /* Pairs with the Release store that began the span. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    const uint64_t kind = found->word & 255, count = found->word >> 8 & 0xffffff;
    if (kind == 255) {
        if (block != 0 || count == 0 || count > left)
            return false;
        found->head = found->page + 1;
        found->payload = @p@_heap_at_(heap, start);
        found->size = count * 1024;
        return true;
    }
    if (kind < 1 || kind > 52)
        return false;
    const uint16_t *span = @p@_classes_[kind - 1];
    if (block >= span[2] || span[1] > left)
        return false;
    found->head = @p@_heap_at_(heap, start + block * 16);
    found->payload = @p@_heap_at_(heap, start + span[3] + block * span[0]);
    found->size = span[0];
    return true;
}

/* Copies the value out that a place owns, as docs/format.md tells readers of a heap: at most `room` bytes of
 * it; `*len` becomes the length of all of it. @P@_EMPTY if the place owns none. */
static inline @p@_error @p@_load_kept_(
    const @p@_heap *heap, const uint64_t *place, void *out, size_t room, size_t *len)
{
    for (int attempt = 0; attempt < 1000; attempt++) {
        const uint64_t handle = @p@_heap_word_(place);
        @p@_block_ block;
        /* Pairs with the Release store of the handle. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (handle == 0)
            return @P@_EMPTY;
        const uint64_t at = (uint64_t)((const unsigned char *)place - (const unsigned char *)heap->mapping);
        const bool is_there = @p@_find_(heap, handle, &block);
        const uint64_t state = is_there ? @p@_heap_word_(block.head) : 0;
        if (!is_there || state >> 32 != handle >> 32 || (state & 0xffffffffu) == 0
            || @p@_heap_word_(block.head + 1) != at) {
            /* The place was changed meanwhile, or its handle is stale. */
            __atomic_thread_fence(__ATOMIC_ACQUIRE);
            if (@p@_heap_word_(place) == handle)
                return @P@_EMPTY;
            continue;
        }
        const uint64_t found = @p@_heap_word_(block.payload);
        const bool fits = found <= block.size - 8;
        for (uint64_t done = 0; fits && done < found && done < room; done += 8) {
            const uint64_t word = @p@_heap_word_(block.payload + 1 + done / 8);
            const uint64_t end = found < room ? found : room;
            memcpy((unsigned char *)out + done, &word, end - done < 8 ? (size_t)(end - done) : 8);
        }
        /* Pairs with the Release fence of a process that takes the block. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (@p@_heap_word_(block.head) >> 32 != handle >> 32 || @p@_heap_word_(block.page) != block.word)
            continue;
        *len = fits ? (size_t)found : 0;
        return fits ? @P@_OK : @P@_INVALID_VALUE;
    }
    return @P@_CONTENDED;
}

/* Copies a text out, and a NUL; an empty place is the empty text. If there is no room, `*len` says how many
 * bytes the text has. */
static inline @p@_error @p@_load_kept_text_(
    const @p@_heap *heap, const uint64_t *place, char *out, size_t room, size_t *len)
{
    const @p@_error error = @p@_load_kept_(heap, place, out, room, len);
    if (error == @P@_EMPTY)
        *len = 0;
    else if (error != @P@_OK)
        return error;
    if (*len >= room)
        return @P@_TOO_LONG;
    out[*len] = '\0';
    return @P@_OK;
}

/* Copies elements of `size` bytes out; an empty place has none. If there is no room for all of them, `*count`
 * says how many there are. */
static inline @p@_error @p@_load_kept_many_(
    const @p@_heap *heap, const uint64_t *place, void *out, size_t size, size_t room, size_t *count)
{
    size_t len = 0;
    const size_t bytes = room > SIZE_MAX / size ? SIZE_MAX : room * size;
    const @p@_error error = @p@_load_kept_(heap, place, out, bytes, &len);
    if (error != @P@_OK && error != @P@_EMPTY)
        return error;
    if (len % size != 0)
        return @P@_INVALID_VALUE;
    *count = len / size;
    return *count > room ? @P@_TOO_LONG : @P@_OK;
}

/* Copies one value of `size` bytes out; @P@_EMPTY if the place owns none. */
static inline @p@_error @p@_load_kept_one_(
    const @p@_heap *heap, const uint64_t *place, void *out, size_t size)
{
    size_t len = 0;
    const @p@_error error = @p@_load_kept_(heap, place, out, size, &len);
    if (error != @P@_OK)
        return error;
    return len == size ? @P@_OK : @P@_INVALID_VALUE;
}

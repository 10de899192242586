/* A place in the entries of a map, from which reading goes on. All zeros are the start. */
typedef struct @p@_cursor {
    uint64_t table, next, at;
    unsigned which; /* 0: in `table`; 1: in `next` */
    bool is_started;
} @p@_cursor;

/* The table of a map, or its next one, where its place says that it is. */
typedef struct @p@_table_ {
    @p@_block_ block;
    uint64_t handle, mask;
} @p@_table_;

/* An entry, where its bucket says that it is. */
typedef struct @p@_entry_ {
    @p@_block_ block;
    uint64_t handle, hash;
    const uint64_t *key, *value;
    size_t key_len, value_len;
} @p@_entry_;

/* The outcomes of a look. */
enum { @P@_ABSENT_, @P@_UNUSED_, @P@_FOUND_, @P@_CHANGED_ };

/* The hash of a key: see docs/format.md. */
static inline uint64_t @p@_key_hash_(const void *key, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)key;
    uint64_t hash = len;
    for (size_t at = 0; at <= len; at += 8) {
        uint64_t word = 0;
        for (size_t left = len - at < 8 ? len - at : 8; left > 0; left--)
            word = word << 8 | bytes[at + left - 1];
        const uint64_t product = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash = product ^ product >> 32;
    }
    return hash;
}

/* Finds the block that a handle names, if it belongs to that place. */
static inline bool @p@_find_owned_(
    const @p@_heap *heap, uint64_t handle, const uint64_t *place, @p@_block_ *found)
{
    const uint64_t at = (uint64_t)((const unsigned char *)place - (const unsigned char *)heap->mapping);
    if (handle == 0 || !@p@_find_(heap, handle, found))
        return false;
    const uint64_t state = @p@_heap_word_(found->head);
    return state >> 32 == handle >> 32 && (state & 0xffffffffu) != 0 && @p@_heap_word_(found->head + 1) == at;
}

/* Whether what was read of a block was of that block. */
static inline bool @p@_is_unchanged_(uint64_t handle, const @p@_block_ *block)
{
    /* Pairs with the Release fence of a process that takes the block. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return @p@_heap_word_(block->head) >> 32 == handle >> 32 && @p@_heap_word_(block->page) == block->word;
}

/* Finds a table; false if there is none, or if its words are nonsense. */
static inline bool @p@_find_table_(
    const @p@_heap *heap, uint64_t handle, const uint64_t *place, @p@_table_ *table)
{
    /* Pairs with the Release store of the handle. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (!@p@_find_owned_(heap, handle, place, &table->block))
        return false;
    table->handle = handle;
    table->mask = @p@_heap_word_(table->block.payload);
    return table->mask < table->block.size / 8 - 2 && (table->mask & (table->mask + 1)) == 0;
}

/* Looks at one bucket of a table; of what is found, nothing counts until it is unchanged. */
static inline int @p@_look_(
    const @p@_heap *heap, const @p@_table_ *table, uint64_t bucket, @p@_entry_ *entry)
{
    const uint64_t *place = table->block.payload + 2 + bucket;
    entry->handle = @p@_heap_word_(place);
    /* Pairs with the Release store of the handle. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (entry->handle == 0)
        return @P@_UNUSED_;
    if (!@p@_find_owned_(heap, entry->handle, place, &entry->block)) {
        /* A tombstone, or an entry that was moved or replaced since. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        return @p@_heap_word_(place) == entry->handle ? @P@_ABSENT_ : @P@_CHANGED_;
    }
    const uint64_t *words = entry->block.payload;
    const uint64_t lens = @p@_heap_word_(words), room = entry->block.size / 8 - 2;
    const uint64_t key_words = ((lens & 0xffffffffu) + 7) / 8, value_words = ((lens >> 32) + 7) / 8;
    entry->hash = @p@_heap_word_(words + 1);
    if (key_words > room || value_words > room - key_words)
        return @p@_is_unchanged_(entry->handle, &entry->block) ? @P@_ABSENT_ : @P@_CHANGED_;
    entry->key = words + 2;
    entry->value = words + 2 + key_words;
    entry->key_len = (size_t)(lens & 0xffffffffu);
    entry->value_len = (size_t)(lens >> 32);
    return @P@_FOUND_;
}

/* Copies bytes out of words, at most `room` of them. */
static inline void @p@_copy_words_(const uint64_t *words, size_t len, void *out, size_t room)
{
    const size_t end = len < room ? len : room;
    for (size_t done = 0; done < end; done += 8) {
        const uint64_t word = @p@_heap_word_(words + done / 8);
        memcpy((unsigned char *)out + done, &word, end - done < 8 ? end - done : 8);
    }
}

static inline bool @p@_has_key_(const @p@_entry_ *entry, uint64_t hash, const void *key, size_t len)
{
    if (entry->hash != hash || entry->key_len != len)
        return false;
    for (size_t done = 0; done < len; done += 8) {
        const uint64_t word = @p@_heap_word_(entry->key + done / 8);
        if (memcmp((const unsigned char *)key + done, &word, len - done < 8 ? len - done : 8) != 0)
            return false;
    }
    return true;
}

/* Searches one table for a key, and copies the value out. */
static inline int @p@_search_(const @p@_heap *heap, const @p@_table_ *table, uint64_t hash, const void *key,
    size_t key_len, void *out, size_t room, size_t *len)
{
    for (uint64_t step = 0; step <= table->mask; step++) {
        @p@_entry_ entry;
        const int found = @p@_look_(heap, table, (hash + step) & table->mask, &entry);
        if (found == @P@_UNUSED_)
            break;
        if (found == @P@_CHANGED_)
            return found;
        if (found == @P@_ABSENT_)
            continue;
        const bool is_it = @p@_has_key_(&entry, hash, key, key_len);
        if (is_it)
            @p@_copy_words_(entry.value, entry.value_len, out, room);
        if (!@p@_is_unchanged_(entry.handle, &entry.block))
            return @P@_CHANGED_;
        if (is_it) {
            *len = entry.value_len;
            return @p@_is_unchanged_(table->handle, &table->block) ? @P@_FOUND_ : @P@_CHANGED_;
        }
    }
    return @p@_is_unchanged_(table->handle, &table->block) ? @P@_ABSENT_ : @P@_CHANGED_;
}

/* Copies the value of a key out, as docs/format.md tells readers of a map: at most `room` bytes of it; `*len`
 * becomes the length of all of it. @P@_EMPTY if the key has none. */
static inline @p@_error @p@_load_entry_(const @p@_heap *heap, const uint64_t *table, const uint64_t *next,
    const void *key, size_t key_len, void *out, size_t room, size_t *len)
{
    const uint64_t *places[2] = {table, next};
    if (key_len > 0xffffffffu)
        return @P@_EMPTY;
    const uint64_t hash = @p@_key_hash_(key, key_len);
    for (int attempt = 0; attempt < 1000; attempt++) {
        const uint64_t handles[2] = {@p@_heap_word_(table), @p@_heap_word_(next)};
        int found = @P@_ABSENT_;
        for (int which = 0; which < 2 && found == @P@_ABSENT_; which++) {
            @p@_table_ searched;
            if (@p@_find_table_(heap, handles[which], places[which], &searched))
                found = @p@_search_(heap, &searched, hash, key, key_len, out, room, len);
        }
        if (found == @P@_FOUND_)
            return @P@_OK;
        if (found == @P@_CHANGED_)
            continue;
        /* It is in neither, unless the map grew meanwhile. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        const uint64_t next_now = @p@_heap_word_(next);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (@p@_heap_word_(table) == handles[0] && next_now == handles[1])
            return @P@_EMPTY;
    }
    return @P@_CONTENDED;
}

/* Copies the next entry out, and moves the cursor past it. @P@_EMPTY at the end; @P@_CONTENDED if the map
 * has grown since the cursor started. */
static inline @p@_error @p@_next_entry_(const @p@_heap *heap, const uint64_t *table, const uint64_t *next,
    @p@_cursor *cursor, void *key, size_t key_room, size_t *key_len, void *out, size_t room, size_t *len)
{
    const uint64_t *places[2] = {table, next};
    if (!cursor->is_started) {
        cursor->table = @p@_heap_word_(table);
        cursor->next = @p@_heap_word_(next);
        cursor->is_started = true;
    }
    for (; cursor->which < 2; cursor->which++, cursor->at = 0) {
        @p@_table_ searched;
        const uint64_t handle = cursor->which == 0 ? cursor->table : cursor->next;
        if (!@p@_find_table_(heap, handle, places[cursor->which], &searched))
            continue;
        int attempts = 0;
        while (cursor->at <= searched.mask) {
            @p@_entry_ entry;
            int found = @p@_look_(heap, &searched, cursor->at, &entry);
            if (found == @P@_FOUND_) {
                @p@_copy_words_(entry.key, entry.key_len, key, key_room);
                @p@_copy_words_(entry.value, entry.value_len, out, room);
                if (!@p@_is_unchanged_(entry.handle, &entry.block))
                    found = @P@_CHANGED_;
            }
            if (found == @P@_CHANGED_ && ++attempts < 1000)
                continue;
            if (found == @P@_CHANGED_ || !@p@_is_unchanged_(searched.handle, &searched.block))
                return @P@_CONTENDED;
            attempts = 0;
            cursor->at++;
            if (found == @P@_FOUND_) {
                *key_len = entry.key_len;
                *len = entry.value_len;
                return @P@_OK;
            }
        }
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    const uint64_t next_now = @p@_heap_word_(next);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return @p@_heap_word_(table) == cursor->table && next_now == cursor->next ? @P@_EMPTY : @P@_CONTENDED;
}

/* Counts the entries: exactly, unless the map is changed meanwhile. */
static inline @p@_error @p@_count_entries_(
    const @p@_heap *heap, const uint64_t *table, const uint64_t *next, size_t *count)
{
    for (int attempt = 0; attempt < 1000; attempt++) {
        @p@_cursor cursor;
        memset(&cursor, 0, sizeof cursor);
        @p@_error error = @P@_OK;
        for (*count = 0; error == @P@_OK;) {
            size_t key_len = 0, len = 0;
            error = @p@_next_entry_(heap, table, next, &cursor, NULL, 0, &key_len, NULL, 0, &len);
            *count += error == @P@_OK ? 1 : 0;
        }
        if (error == @P@_EMPTY)
            return @P@_OK;
    }
    return @P@_CONTENDED;
}

/* A named object in a heap, where its words say that it is: offsets in the file. */
typedef struct @p@_object_ {
    uint64_t at, pages, value, size, len;
    uint64_t schema, schema_len;
} @p@_object_;

static inline uint64_t @p@_word_at_(const void *file, uint64_t offset)
{
    const unsigned char *word = (const unsigned char *)file + offset;
    return __atomic_load_n((const uint64_t *)(const void *)word, __ATOMIC_RELAXED);
}

/* Reads the words of the object that begins with a page of the heap; false if they are nonsense. Each is read
 * once, and what they refer to lies in the object's pages, which lie in the heap. */
static inline bool @p@_read_object_(const void *file, const @p@_place *place, uint64_t page, @p@_object_ *found)
{
    const uint64_t left = place->heap_pages - page;
    found->at = place->heap + 4096 + (place->heap_pages * 32 + 1023) / 1024 * 1024 + page * 1024;
    found->pages = @p@_word_at_(file, found->at);
    const uint64_t value = @p@_word_at_(file, found->at + 16), align = @p@_word_at_(file, found->at + 56);
    const uint64_t lens = @p@_word_at_(file, found->at + 40), notes_len = lens >> 32;
    found->size = @p@_word_at_(file, found->at + 24);
    found->len = @p@_word_at_(file, found->at + 32);
    found->schema_len = lens & 0xffffffffu;
    if (found->pages == 0 || found->pages > left || found->schema_len > @MAX_SCHEMA_LEN@
        || notes_len > @MAX_SCHEMA_LEN@)
        return false;
    const uint64_t marks = 8 * (8 + 32), schema = marks + (place->participant_count + 1) / 2 * 8;
    const uint64_t head = schema + (found->schema_len + 7) / 8 * 8 + (notes_len + 7) / 8 * 8;
    const uint64_t end = found->pages * 1024;
    found->schema = found->at + schema;
    found->value = found->at + value;
    return value >= head && value <= end && found->size <= end - value && align != 0 && (align & (align - 1)) == 0
        && found->value % align == 0 && found->value % 8 == 0;
}

/* Returns whether an object has this name, and its state meanwhile. */
static inline bool @p@_is_named_(
    const void *file, const @p@_object_ *object, const char *name, size_t len, uint64_t *state)
{
    *state = @p@_word_at_(file, object->at + 8);
    /* Pairs with the exchange that gave the object its name. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if ((*state & 0xffffffffu) != UINT32_C(1) << 31 || @p@_word_at_(file, object->at + 48) != len)
        return false;
    for (size_t done = 0; done < len; done += 8) {
        uint64_t expected = 0;
        memcpy(&expected, name + done, len - done < 8 ? len - done : 8);
        if (@p@_word_at_(file, object->at + 64 + done) != expected)
            return false;
    }
    /* Pairs with the Release fence of a process that takes the object again. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return @p@_word_at_(file, object->at + 8) == *state;
}

/* Compares the schema of an object with this header's. There is no room to grow in an object. */
static inline @p@_error @p@_compare_object_(const void *file, const @p@_object_ *object)
{
    const @p@_source_ source = { @p@_copy_memory_, @p@_own_, -1, sizeof @p@_own_ };
    @p@_schema_ own, found;
    memset(&own, 0, sizeof own);
    memset(&found, 0, sizeof found);
    found.len = (size_t)object->schema_len;
    found.bytes = (unsigned char *)malloc(found.len + 8);
    if (found.bytes == NULL)
        return @P@_SYSTEM;
    for (size_t done = 0; done < found.len; done += 8) {
        const uint64_t word = @p@_word_at_(file, object->schema + done);
        memcpy(found.bytes + done, &word, 8);
    }
    @p@_error error = @P@_OK;
    if (found.len != sizeof @p@_own_ || memcmp(found.bytes, @p@_own_, found.len) != 0) {
        error = @p@_copy_schema_(&source, 0, sizeof @p@_own_, &own);
        if (error == @P@_OK)
            error = @p@_read_types_(&own);
        if (error == @P@_OK)
            error = @p@_read_types_(&found);
        if (error == @P@_OK && !@p@_begins_with_(&found, &own))
            error = @P@_LAYOUT_DIFFERS;
    }
    @p@_free_schema_(&own);
    @p@_free_schema_(&found);
    return error;
}

/* Returns whether this header can use an object: by its schema, its size and where it lies. Locks need no more
 * than the heap does, which has room for the processes that use them. */
static inline @p@_error @p@_check_object_(const void *file, const @p@_object_ *object)
{
    const @p@_error error = @P@_HAS_HEAP_ ? @P@_LAYOUT_DIFFERS : @p@_compare_object_(file, object);
    if (error != @P@_OK)
        return error;
    if (object->value % @P@_ALIGN_ != 0)
        return @P@_SECTION;
    return @p@_check_length_(object->size, object->len, true);
}

/* Finds the object of a name in a region that was checked, as docs/format.md tells readers; `place` becomes that
 * of its value. */
static inline @p@_error @p@_find_object_(const void *file, const char *name, @p@_place *place)
{
    const size_t len = strlen(name);
    if (len < 1 || len > 255 || strpbrk(name, "/@") != NULL)
        return @P@_BAD_NAME;
    const uint64_t used = @p@_word_at_(file, place->heap + 24);
    /* Pairs with the Release store after an object was made. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    @p@_object_ object;
    uint64_t state;
    uint64_t page = place->heap_pages - (used < place->heap_pages ? used : place->heap_pages);
    for (; page < place->heap_pages; page += object.pages) {
        if (!@p@_read_object_(file, place, page, &object))
            return @P@_NO_OBJECT;
        if (!@p@_is_named_(file, &object, name, len, &state))
            continue;
        const @p@_error error = @p@_check_object_(file, &object);
        if (error != @P@_OK)
            return error;
        place->offset = (size_t)object.value;
        place->len = (size_t)object.len;
        place->object = (size_t)object.at + 8;
        place->state = state;
        return @P@_OK;
    }
    return @P@_NO_OBJECT;
}

/* The state of the object of a place; NULL if it is not that of an object. */
static inline const uint64_t *@p@_state_of_(const void *file, const @p@_place *place)
{
    const unsigned char *state = (const unsigned char *)file + place->object;
    return place->object == 0 ? NULL : (const uint64_t *)(const void *)state;
}

/** As `@p@_check`, for the object of this name in the heap of a region of any layout. */
static inline @p@_error @p@_check_named(
    const void *file, size_t len, const char *name, bool to_write, @p@_place *place)
{
    const @p@_source_ source = { @p@_copy_memory_, (const unsigned char *)file, -1, len };
    @p@_place found;
    @p@_error error = @p@_check_ready_(file, @p@_check_header_(&source, to_write, true, NULL, &found));
    if (error == @P@_OK)
        error = @p@_find_object_(file, name, &found);
    if (error == @P@_OK)
        *place = found;
    return error;
}

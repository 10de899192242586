/* Copies the schema that the region was created with. */
static inline @p@_error @p@_read_schema_(
    const @p@_source_ *source, const @p@_section_ *section, @p@_schema_ *made)
{
    if (section->len > @MAX_SCHEMA_LEN@)
        return @P@_TOO_LARGE;
    if ((section->flags & 4) == 0)
        return @P@_SECTION;
    const @p@_error error = @p@_copy_schema_(source, section->offset, section->len, made);
    if (error == @P@_OK && @p@_hash_(@P@_HASH_, made->bytes, made->len) != section->checksum)
        return @P@_DAMAGED;
    return error;
}

/* This header's schema. */
static const unsigned char @p@_own_[@SCHEMA_LEN@] = {
@SCHEMA@
};
#define @P@_ALIGN_ @ALIGN@u
#define @P@_HAS_LOCKS_ @HAS_LOCKS@
#define @P@_HAS_HEAP_ @HAS_HEAP@ /* values of any length */
#define @P@_HAS_TAIL_ @HAS_TAIL@ /* a part whose length is known only at run time */

/* Returns whether this header, whose schema is `own`, can use a region of layout `found`. */
static inline @p@_error @p@_compare_(const unsigned char *head, const @p@_section_ known[7],
    const @p@_schema_ *found, const @p@_schema_ *own)
{
    const @p@_type_ *root = @p@_root_of_(found);
    const uint64_t offset = known[3].offset, room = known[3].len, size = @p@_size_of_(root);
    if (offset % @p@_le_(root->record + 4, 4) != 0)
        return @P@_SECTION;
    if (!@p@_has_slice_(found) && (@p@_le_(head + 80, 8) != 0 || room < size || (room > size && known[5].kind == 0)))
        return @P@_DATA_LENGTH;
    if (offset % @P@_ALIGN_ != 0 || room < @p@_size_of_(@p@_root_of_(own)) || (@P@_HAS_LOCKS_ && known[4].kind == 0)
        || (@P@_HAS_HEAP_ && known[6].kind == 0))
        return @P@_LAYOUT_DIFFERS;
    if (@p@_begins_with_(found, own))
        return @P@_OK;
    return @p@_begins_with_(own, found) ? @P@_NOT_GROWN : @P@_LAYOUT_DIFFERS;
}

/* The verdict on a region that was created with a layout other than this header's. If it has grown,
 * `later` counts; the program that grew it has checked that programs with the first layout can still use it. */
static inline @p@_error @p@_check_other_(const unsigned char *head, const @p@_section_ known[7],
    @p@_schema_ *made, @p@_schema_ *later)
{
    const bool has_grown = later->bytes != NULL;
    const @p@_source_ source = { @p@_copy_memory_, @p@_own_, -1, sizeof @p@_own_ };
    @p@_schema_ own;
    @p@_error error = @p@_copy_schema_(&source, 0, sizeof @p@_own_, &own);
    if (error == @P@_OK)
        error = @p@_read_types_(&own);
    if (error == @P@_OK)
        error = @p@_read_types_(made);
    if (error == @P@_OK && @p@_root_of_(made)->is_known && @p@_root_of_(made)->fingerprint != @p@_le_(head + 72, 8))
        error = @P@_FINGERPRINT;
    if (error == @P@_OK && has_grown)
        error = @p@_read_types_(later);
    if (error == @P@_OK)
        error = @p@_compare_(head, known, has_grown ? later : made, &own);
    @p@_free_schema_(&own);
    return error;
}

/* Returns whether this header can use the region's data: @P@_OK, @P@_NOT_GROWN, or the reason why not.
 * `*is_first` says whether the region was created with exactly this layout. */
static inline @p@_error @p@_check_layout_(const unsigned char *head, const @p@_source_ *source,
    const @p@_section_ known[7], bool *is_first)
{
    @p@_schema_ made, later;
    memset(&made, 0, sizeof made);
    memset(&later, 0, sizeof later);
    @p@_error error = @p@_read_schema_(source, &known[1], &made);
    if (error == @P@_OK && known[5].kind != 0)
        error = @p@_read_growth_(source, &known[5], &later);
    if (error == @P@_OK && head[12] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 2))
        error = @P@_BYTE_ORDER;
    *is_first = error == @P@_OK && made.len == sizeof @p@_own_ && memcmp(made.bytes, @p@_own_, made.len) == 0;
    if (*is_first && @p@_le_(head + 72, 8) != @P@_FINGERPRINT_VALUE)
        error = @P@_FINGERPRINT;
    else if (*is_first && known[3].offset % @P@_ALIGN_ != 0)
        error = @P@_SECTION;
    else if (error == @P@_OK && !*is_first)
        error = @p@_check_other_(head, known, &made, &later);
    @p@_free_schema_(&made);
    @p@_free_schema_(&later);
    return error;
}

/* Returns whether `found` bytes are the length of this header's value with `count` elements, or more if
 * `may_be_longer`. */
static inline @p@_error @p@_check_length_(uint64_t found, uint64_t count, bool may_be_longer)
{
@DATA_LENGTH@
    return found == size || (found > size && may_be_longer) ? @P@_OK : @P@_DATA_LENGTH;
}

/* Returns whether there is room for the processes that use locks, if there are any; and a heap, if one is
 * needed. */
static inline @p@_error @p@_check_rooms_(const @p@_section_ known[7])
{
    const uint64_t room = known[4].len / 64;
    const @p@_section_ *heap = &known[6];
    if (heap->kind == 0 ? @P@_HAS_HEAP_ : known[4].kind == 0)
        return @P@_SECTION;
    if (heap->kind != 0 && (heap->offset % 4096 != 0 || heap->len % 4096 != 0 || heap->len < 8192
        || heap->len > UINT64_C(@MAX_HEAP_LEN@) || known[0].offset > heap->offset))
        return @P@_SECTION;
    if (known[4].kind == 0)
        return @P@_HAS_LOCKS_ ? @P@_SECTION : @P@_OK;
    if (known[4].offset % @CACHE_LINE@ != 0 || known[4].len % 64 != 0 || room < 1 || room > @MAX_PARTICIPANTS@)
        return @P@_SECTION;
    return @P@_OK;
}

/* The verdict on a region of any layout, of which a named object is used and not the value. */
static inline @p@_error @p@_check_any_layout_(
    const unsigned char *head, const @p@_source_ *source, const @p@_section_ known[7])
{
    @p@_schema_ made;
    memset(&made, 0, sizeof made);
    const @p@_error error = @p@_read_schema_(source, &known[1], &made);
    @p@_free_schema_(&made);
    if (error == @P@_OK && head[12] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 2))
        return @P@_BYTE_ORDER;
    return error;
}

/* Checks a header in the order of docs/format.md, except for the ready word, which is not part of the
 * copy: @P@_OK, @P@_NOT_GROWN, or the reason why it cannot be used. `boot_id` is that of the running
 * machine, or NULL to skip that check. With `for_object`, the region's own value is not looked at. */
static inline @p@_error @p@_check_header_(const @p@_source_ *source, bool to_write, bool for_object,
    const unsigned char *boot_id, @p@_place *place)
{
    static const unsigned char magic[8] = { 0x89, 'S', 'H', 'M', '\r', '\n', 0x1a, '\n' };
    unsigned char head[128];
    const size_t size = source->len < sizeof head ? (size_t)source->len : sizeof head;
    @p@_section_ known[7];
    bool newer = false, is_first = false;
    memset(place, 0, sizeof *place);
    @p@_error error = source->copy(source, 0, head, size);
    if (error != @P@_OK)
        return error;
    if (size < 8 || memcmp(head, magic, 8) != 0)
        return @P@_NOT_A_REGION;
    if (size < sizeof head)
        return @P@_TRUNCATED;
    error = @p@_check_preamble_(head, source->len);
    if (error == @P@_OK)
        error = @p@_check_directory_(head, source, known, &newer);
    if (error != @P@_OK)
        return error;
    const @p@_error verdict = for_object ? @p@_check_any_layout_(head, source, known)
                                         : @p@_check_layout_(head, source, known, &is_first);
    if (verdict != @P@_OK && verdict != @P@_NOT_GROWN)
        return verdict;
    if (to_write && (newer || @p@_le_(head + 48, 8) != 0))
        return @P@_READ_ONLY_FEATURE;
    static const unsigned char unknown[16] = {0}; /* the creator could not read it */
    if (boot_id != NULL && memcmp(head + 88, unknown, 16) != 0 && memcmp(head + 88, boot_id, 16) != 0)
        return @P@_REBOOTED;
    const bool may_be_longer = known[5].kind != 0 || !(is_first || @P@_HAS_TAIL_);
    if (for_object)
        error = known[6].kind == 0 ? @P@_NO_OBJECT : @P@_OK;
    else
        error = @p@_check_length_(known[3].len, @p@_le_(head + 80, 8), may_be_longer);
    if (error == @P@_OK)
        error = @p@_check_rooms_(known);
    if (error != @P@_OK)
        return error;
    place->offset = (size_t)known[3].offset;
    place->len = (size_t)@p@_le_(head + 80, 8);
    place->total = (size_t)@p@_le_(head + 64, 8);
    place->participants = (size_t)known[4].offset;
    place->participant_count = (size_t)known[4].len / 64;
    place->heap = (size_t)known[6].offset;
    place->heap_pages = known[6].kind == 0 ? 0 : (size_t)@p@_heap_pages_(known[6].len);
    return verdict;
}

/* The verdict on a header, after checking the ready word through the mapping, where nothing else of the
 * header is read. */
static inline @p@_error @p@_check_ready_(const void *file, @p@_error verdict)
{
    static const unsigned char ready[8] = { 0x89, 'R', 'E', 'A', 'D', 'Y', '\r', '\n' };
    if (verdict != @P@_OK && verdict != @P@_NOT_GROWN)
        return verdict;
    /* The creator's last store: pairs with its Release. */
    const unsigned char *word = (const unsigned char *)file + 120;
    const uint64_t state = __atomic_load_n((const uint64_t *)(const void *)word, __ATOMIC_ACQUIRE);
    return memcmp(&state, ready, 8) == 0 ? verdict : @P@_NOT_READY;
}

/** Returns the heap of a region from the mapping of its file and the place that @p@_check reported. */
static inline @p@_heap @p@_heap_of(const void *file, const @p@_place *place)
{
    const @p@_heap heap = { file, place->heap, place->heap_pages };
    return heap;
}

/** Checks that the `len` bytes at `file`, the mapping of a whole file, are a region that this header
 * may read or, if `to_write`, write, because its layout is that of the header or has grown from it; reports
 * where the value is. The checks are those of docs/format.md, in its order, except for the machine's last
 * start; they are made on copies. The bytes after the header are not examined. Allocates at most a small
 * multiple of the size of the region's schema, and frees it. */
static inline @p@_error @p@_check(const void *file, size_t len, bool to_write, @p@_place *place)
{
    const @p@_source_ source = { @p@_copy_memory_, (const unsigned char *)file, -1, len };
    @p@_place found;
    const @p@_error error = @p@_check_ready_(file, @p@_check_header_(&source, to_write, false, NULL, &found));
    if (error == @P@_OK)
        *place = found;
    return error;
}

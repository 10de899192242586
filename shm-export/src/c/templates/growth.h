/* A slot of the growth section: its place, and a copy of its head. */
typedef struct @p@_slot_ {
    unsigned char head[32];
    uint64_t offset, len;
} @p@_slot_;

static inline @p@_error @p@_slot_at_(const @p@_source_ *source, uint64_t offset, uint64_t len, @p@_slot_ *slot)
{
    slot->offset = offset;
    slot->len = len;
    return source->copy(source, offset, slot->head, sizeof slot->head);
}

/* Continues a hash over bytes that are not kept. */
static inline @p@_error @p@_hash_source_(
    const @p@_source_ *source, uint64_t offset, uint64_t len, uint64_t *hash)
{
    unsigned char bytes[4096];
    while (len > 0) {
        const size_t some = len < sizeof bytes ? (size_t)len : sizeof bytes;
        const @p@_error error = source->copy(source, offset, bytes, some);
        if (error != @P@_OK)
            return error;
        *hash = @p@_hash_(*hash, bytes, some);
        offset += some;
        len -= some;
    }
    return @P@_OK;
}

/* Copies the schema of a slot, if the slot was completely written; otherwise `later` stays empty. */
static inline @p@_error @p@_read_slot_(const @p@_source_ *source, const @p@_slot_ *slot, @p@_schema_ *later)
{
    static const unsigned char zeros[8] = { 0 };
    const uint64_t schema = @p@_le_(slot->head + 8, 8), notes = @p@_le_(slot->head + 16, 8);
    const uint64_t room = slot->len - 32, start = slot->offset + 32;
    if (@p@_le_(slot->head, 8) == 0 || schema > room || notes > room - schema)
        return @P@_OK;
    @p@_error error = @p@_copy_schema_(source, start, schema, later);
    if (error != @P@_OK)
        return error;
    uint64_t hash = @p@_hash_(@P@_HASH_, slot->head, 24);
    hash = @p@_hash_(hash, zeros, 8);
    hash = @p@_hash_(hash, later->bytes, later->len);
    error = @p@_hash_source_(source, start + schema, notes, &hash);
    if (error != @P@_OK || hash != @p@_le_(slot->head + 24, 8))
        @p@_free_schema_(later);
    return error;
}

/* Copies the schema that a region has grown to: that of the valid slot with the higher sequence. */
static inline @p@_error @p@_read_growth_(
    const @p@_source_ *source, const @p@_section_ *section, @p@_schema_ *later)
{
    if (section->len % 16 != 0 || section->len < 64 || section->len > @MAX_GROWTH_LEN@)
        return @P@_SECTION;
    const uint64_t len = section->len / 2;
    @p@_slot_ first, second;
    @p@_error error = @p@_slot_at_(source, section->offset, len, &first);
    if (error == @P@_OK)
        error = @p@_slot_at_(source, section->offset + len, len, &second);
    if (error != @P@_OK)
        return error;
    const bool is_second = @p@_le_(second.head, 8) >= @p@_le_(first.head, 8);
    error = @p@_read_slot_(source, is_second ? &second : &first, later);
    if (error == @P@_OK && later->bytes == NULL)
        error = @p@_read_slot_(source, is_second ? &first : &second, later);
    return error;
}

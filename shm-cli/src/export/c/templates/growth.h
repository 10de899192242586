/* Copies the schema of a slot of the growth section, if the slot was written to its end; else `later`
 * stays empty. */
static inline @p@_error @p@_read_slot_(const unsigned char *slot, uint64_t len, @p@_schema_ *later)
{
    static const unsigned char zeros[8] = { 0 };
    unsigned char head[32];
    memcpy(head, slot, 32);
    const uint64_t schema = @p@_le_(head + 8, 8), notes = @p@_le_(head + 16, 8), room = len - 32;
    if (@p@_le_(head, 8) == 0 || schema > room || notes > room - schema)
        return @P@_OK;
    const @p@_error error = @p@_copy_schema_(slot + 32, schema, later);
    if (error != @P@_OK)
        return error;
    uint64_t hash = @p@_hash_(@P@_HASH_, head, 24);
    hash = @p@_hash_(hash, zeros, 8);
    hash = @p@_hash_(hash, later->bytes, later->len);
    hash = @p@_hash_(hash, slot + 32 + schema, (size_t)notes);
    if (hash != @p@_le_(head + 24, 8))
        @p@_free_schema_(later);
    return @P@_OK;
}

/* Copies the schema to which a region has grown: that of the valid slot with the higher sequence. */
static inline @p@_error @p@_read_growth_(
    const unsigned char *file, const @p@_section_ *section, @p@_schema_ *later)
{
    if (section->len % 16 != 0 || section->len < 64 || section->len > 67108928)
        return @P@_SECTION;
    const uint64_t len = section->len / 2;
    const unsigned char *first = file + section->offset, *second = first + len;
    const bool is_second = @p@_le_(second, 8) >= @p@_le_(first, 8);
    @p@_error error = @p@_read_slot_(is_second ? second : first, len, later);
    if (error == @P@_OK && later->bytes == NULL)
        error = @p@_read_slot_(is_second ? first : second, len, later);
    return error;
}

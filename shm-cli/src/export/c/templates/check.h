/** Where the value lies in a file that was checked. */
typedef struct @p@_place {
    size_t offset;
    size_t len; /* elements of the part whose length is known at run time; 0 where there is none */
} @p@_place;

#define @P@_FINGERPRINT_VALUE UINT64_C(@FINGERPRINT@)

/* The preamble and the directory are little-endian, at any address. */
static inline uint64_t @p@_le_(const unsigned char *bytes, size_t width)
{
    uint64_t value = 0;
    for (size_t at = 0; at < width; at++)
        value |= (uint64_t)bytes[at] << (8 * at);
    return value;
}

/* FNV-1a, 64 bits. */
static inline uint64_t @p@_hash_(uint64_t hash, const unsigned char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at++)
        hash = (hash ^ bytes[at]) * UINT64_C(0x100000001b3);
    return hash;
}

typedef struct @p@_section_ {
    uint64_t kind, flags, offset, len, checksum;
} @p@_section_;

static inline @p@_section_ @p@_section_at_(const unsigned char *entry)
{
    @p@_section_ section;
    section.kind = @p@_le_(entry, 4);
    section.flags = @p@_le_(entry + 4, 4);
    section.offset = @p@_le_(entry + 8, 8);
    section.len = @p@_le_(entry + 16, 8);
    section.checksum = @p@_le_(entry + 24, 8);
    return section;
}

static inline bool @p@_overlap_(const @p@_section_ *one, const @p@_section_ *other)
{
    const bool is_first = one->offset < other->offset || (one->offset == other->offset && one->len <= other->len);
    const @p@_section_ *first = is_first ? one : other, *second = is_first ? other : one;
    return second->offset < first->offset + first->len;
}

/* The preamble, of which `head` is a copy. */
static inline @p@_error @p@_check_preamble_(const unsigned char *head, size_t len)
{
    static const unsigned char zeros[8] = { 0 };
    uint64_t hash = @p@_hash_(UINT64_C(0xcbf29ce484222325), head, 24);
    hash = @p@_hash_(hash, zeros, 8);
    hash = @p@_hash_(hash, head + 32, 88);
    hash = @p@_hash_(hash, zeros, 8);
    if (@p@_le_(head + 8, 4) != 1)
        return @P@_FORMAT_VERSION;
    if (@p@_le_(head + 24, 8) != hash)
        return @P@_DAMAGED;
    if (@p@_le_(head + 56, 8) != 0)
        return @P@_FEATURE;
    if ((head[12] != 1 && head[12] != 2) || (head[13] != 4 && head[13] != 8))
        return @P@_INVALID;
    if (@p@_le_(head + 64, 8) > len)
        return @P@_TRUNCATED;
    const uint64_t entry = @p@_le_(head + 14, 2), count = @p@_le_(head + 16, 4);
    if (entry % 8 != 0 || entry < 32 || entry > 256)
        return @P@_INVALID;
    if (count > 64 || 128 + entry * count > @p@_le_(head + 64, 8))
        return @P@_TOO_LARGE;
    return @P@_OK;
}

/* The directory behind the preamble `head`: into `known`, the sections of kinds 1 to 4; `*newer` says
 * whether one of an unknown kind forbids writing. */
static inline @p@_error @p@_check_directory_(const unsigned char *head, const unsigned char *file,
    @p@_section_ known[5], bool *newer)
{
    const size_t entry = (size_t)@p@_le_(head + 14, 2), count = (size_t)@p@_le_(head + 16, 4);
    const uint64_t total = @p@_le_(head + 64, 8);
    unsigned char directory[64 * 256];
    @p@_section_ all[64];
    memcpy(directory, file + 128, entry * count);
    if (@p@_hash_(UINT64_C(0xcbf29ce484222325), directory, entry * count) != @p@_le_(head + 32, 8))
        return @P@_DAMAGED;
    memset(known, 0, 5 * sizeof *known);
    for (size_t at = 0; at < count; at++) {
        const @p@_section_ section = @p@_section_at_(directory + at * entry);
        const bool is_known = section.kind >= 1 && section.kind <= 4;
        if (!is_known && (section.flags & 1) != 0)
            return @P@_UNKNOWN_SECTION;
        *newer = *newer || (!is_known && (section.flags & 2) != 0);
        if (section.offset > total || section.len > total - section.offset)
            return @P@_SECTION;
        if (section.offset < 128 + entry * count)
            return @P@_SECTION;
        if (is_known && known[section.kind].kind != 0)
            return @P@_SECTION;
        if (is_known)
            known[section.kind] = section;
        all[at] = section;
    }
    for (size_t one = 0; one < count; one++)
        for (size_t other = 0; other < one; other++)
            if (@p@_overlap_(&all[one], &all[other]))
                return @P@_SECTION;
    if (known[1].kind == 0 || known[3].kind == 0 || known[3].offset % 64 != 0)
        return @P@_SECTION;
    return @P@_OK;
}

/* Whether the schema is this header's, byte for byte. */
static inline @p@_error @p@_check_schema_(const unsigned char *file, const @p@_section_ *section)
{
    static const unsigned char expected[@SCHEMA_LEN@] = {
@SCHEMA@
    };
    if (section->len > 16777216)
        return @P@_TOO_LARGE;
    if ((section->flags & 4) == 0)
        return @P@_SECTION;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    bool equal = section->len == sizeof expected;
    for (size_t at = 0; at < section->len; at++) {
        const unsigned char byte = file[section->offset + at];
        hash = @p@_hash_(hash, &byte, 1);
        equal = equal && byte == expected[at];
    }
    if (hash != section->checksum)
        return @P@_DAMAGED;
    return equal ? @P@_OK : @P@_LAYOUT_DIFFERS;
}

/** Checks that `len` bytes at `file`, which a file was mapped to whole, are a region with the layout
 * of this header that may be read or, if `to_write`, written; says where the value is. The checks are
 * those of docs/format.md, in its order. What is behind the header is not looked at. */
static inline @p@_error @p@_check(const void *file, size_t len, bool to_write, @p@_place *place)
{
    static const unsigned char magic[8] = { 0x89, 'S', 'H', 'M', '\r', '\n', 0x1a, '\n' };
    static const unsigned char ready[8] = { 0x89, 'R', 'E', 'A', 'D', 'Y', '\r', '\n' };
    const unsigned char *bytes = (const unsigned char *)file;
    unsigned char head[128];
    @p@_section_ known[5];
    bool newer = false;
    if (len < 8 || memcmp(bytes, magic, 8) != 0)
        return @P@_NOT_A_REGION;
    if (len < 128)
        return @P@_TRUNCATED;
    memcpy(head, bytes, 128);
    @p@_error error = @p@_check_preamble_(head, len);
    if (error == @P@_OK)
        error = @p@_check_directory_(head, bytes, known, &newer);
    if (error == @P@_OK)
        error = @p@_check_schema_(bytes, &known[1]);
    if (error != @P@_OK && error != @P@_LAYOUT_DIFFERS)
        return error;
    if (head[12] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 2))
        return @P@_BYTE_ORDER;
    if (error != @P@_OK)
        return error;
    if (@p@_le_(head + 72, 8) != @P@_FINGERPRINT_VALUE)
        return @P@_FINGERPRINT;
    if (known[3].offset % @ALIGN@ != 0)
        return @P@_SECTION;
    if (to_write && (newer || @p@_le_(head + 48, 8) != 0))
        return @P@_READ_ONLY_FEATURE;
    const uint64_t count = @p@_le_(head + 80, 8);
@DATA_LENGTH@
@PARTICIPANTS@
    /* The creator's last store: pairs with its Release. */
    const uint64_t state = __atomic_load_n((const uint64_t *)(const void *)(bytes + 120), __ATOMIC_ACQUIRE);
    if (memcmp(&state, ready, 8) != 0)
        return @P@_NOT_READY;
    place->offset = (size_t)known[3].offset;
    place->len = (size_t)count;
    return @P@_OK;
}

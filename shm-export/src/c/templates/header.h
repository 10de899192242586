/** The place of the value in a file that was checked. */
typedef struct @p@_place {
    size_t offset;
    size_t len; /* elements of the part whose length is known only at run time; 0 without one */
    size_t total; /* bytes of the whole region, from the start of the file */
    size_t heap; /* the offset of the heap; 0 without one */
    size_t heap_pages;
    size_t participants; /* the offset of the processes that use the locks; 0 without locks */
    size_t participant_count;
    size_t object; /* the offset of a named object's state; 0 if this is the region's own value */
    uint64_t state; /* its state while it has its name */
} @p@_place;

/** The heap of a region, for values of any length. */
typedef struct @p@_heap {
    const void *mapping; /* the start of the mapping of the file */
    size_t offset;
    size_t pages; /* 0 without a heap */
} @p@_heap;

/* The source that a header is copied from: a file, or a mapping of one. Other processes may write there at
 * any time, so each byte is copied once, and only the copy is examined. */
typedef struct @p@_source_ {
    @p@_error (*copy)(const struct @p@_source_ *source, uint64_t offset, void *to, size_t len);
    const unsigned char *memory;
    int file;
    uint64_t len;
} @p@_source_;

static inline @p@_error @p@_copy_memory_(const @p@_source_ *source, uint64_t offset, void *to, size_t len)
{
    if (offset > source->len || len > source->len - offset)
        return @P@_TRUNCATED;
    memcpy(to, source->memory + offset, len);
    return @P@_OK;
}

#define @P@_FINGERPRINT_VALUE UINT64_C(@FINGERPRINT@)

/* The preamble and the directory are little-endian, at any address. */
static inline uint64_t @p@_le_(const unsigned char *bytes, size_t width)
{
    uint64_t value = 0;
    for (size_t at = 0; at < width; at++)
        value |= (uint64_t)bytes[at] << (8 * at);
    return value;
}

/* FNV-1a, 64 bits: its start, and its step. */
#define @P@_HASH_ UINT64_C(0xcbf29ce484222325)

static inline uint64_t @p@_hash_(uint64_t hash, const unsigned char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at++)
        hash = (hash ^ bytes[at]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline uint64_t @p@_hash_number_(uint64_t hash, uint64_t number)
{
    for (size_t at = 0; at < 8; at++, number >>= 8) {
        const unsigned char byte = (unsigned char)(number & 255u);
        hash = @p@_hash_(hash, &byte, 1);
    }
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

/* Reads the preamble from its copy, `head`. */
static inline @p@_error @p@_check_preamble_(const unsigned char *head, uint64_t len)
{
    static const unsigned char zeros[8] = { 0 };
    uint64_t hash = @p@_hash_(@P@_HASH_, head, 24);
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
    if (count > @MAX_SECTIONS@ || 128 + entry * count > @p@_le_(head + 64, 8))
        return @P@_TOO_LARGE;
    return @P@_OK;
}

/* The number of pages of a heap section of that many bytes. */
static inline uint64_t @p@_heap_pages_(uint64_t len)
{
    uint64_t pages = (len - 4096) / (32 + 1024);
    if (4096 + (pages * 32 + 1023) / 1024 * 1024 + pages * 1024 > len)
        pages--;
    return pages;
}

/* Reads the directory after the preamble `head`: the sections of kinds 1 to 6 into `known`, and into
 * `known[0]` the offset of the last one of any kind; `*newer` says whether one of an unknown kind forbids
 * writing. */
static inline @p@_error @p@_check_directory_(const unsigned char *head, const @p@_source_ *source,
    @p@_section_ known[7], bool *newer)
{
    const size_t entry = (size_t)@p@_le_(head + 14, 2), count = (size_t)@p@_le_(head + 16, 4);
    const uint64_t total = @p@_le_(head + 64, 8);
    unsigned char directory[@MAX_SECTIONS@ * 256];
    @p@_section_ all[@MAX_SECTIONS@];
    const @p@_error error = source->copy(source, 128, directory, entry * count);
    if (error != @P@_OK)
        return error;
    if (@p@_hash_(@P@_HASH_, directory, entry * count) != @p@_le_(head + 32, 8))
        return @P@_DAMAGED;
    memset(known, 0, 7 * sizeof *known);
    for (size_t at = 0; at < count; at++) {
        const @p@_section_ section = @p@_section_at_(directory + at * entry);
        const bool is_known = section.kind >= 1 && section.kind <= 6;
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
        if (section.offset > known[0].offset)
            known[0].offset = section.offset;
        all[at] = section;
    }
    for (size_t one = 0; one < count; one++)
        for (size_t other = 0; other < one; other++)
            if (@p@_overlap_(&all[one], &all[other]))
                return @P@_SECTION;
    if (known[1].kind == 0 || known[3].kind == 0 || known[3].offset % @CACHE_LINE@ != 0)
        return @P@_SECTION;
    return @P@_OK;
}

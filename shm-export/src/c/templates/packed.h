/* Numbers of `width` bytes, at most 8, at any address, big-endian or little-endian. */
static inline uint64_t @p@_load_packed_be_(const unsigned char *from, size_t width)
{
    unsigned char bytes[8];
    uint64_t value = 0;
    @p@_load_bytes_(from, bytes, width);
    for (size_t at = 0; at < width; at++)
        value = value << 8 | bytes[at];
    return value;
}

static inline uint64_t @p@_load_packed_le_(const unsigned char *from, size_t width)
{
    unsigned char bytes[8];
    uint64_t value = 0;
    @p@_load_bytes_(from, bytes, width);
    for (size_t at = width; at > 0; at--)
        value = value << 8 | bytes[at - 1];
    return value;
}

static inline void @p@_store_packed_be_(unsigned char *to, uint64_t value, size_t width)
{
    unsigned char bytes[8];
    for (size_t at = width; at > 0; at--, value >>= 8)
        bytes[at - 1] = (unsigned char)(value & 255u);
    @p@_store_bytes_(to, bytes, width);
}

static inline void @p@_store_packed_le_(unsigned char *to, uint64_t value, size_t width)
{
    unsigned char bytes[8];
    for (size_t at = 0; at < width; at++, value >>= 8)
        bytes[at] = (unsigned char)(value & 255u);
    @p@_store_bytes_(to, bytes, width);
}

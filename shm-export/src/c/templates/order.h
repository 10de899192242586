/* Converts a number from the machine's byte order to the given order, and back. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define @P@_BE_(width, value) __builtin_bswap##width(value)
#define @P@_LE_(width, value) (value)
#else
#define @P@_BE_(width, value) (value)
#define @P@_LE_(width, value) __builtin_bswap##width(value)
#endif

static inline float @p@_f32_of_(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double @p@_f64_of_(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t @p@_bits_of_f32_(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline uint64_t @p@_bits_of_f64_(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

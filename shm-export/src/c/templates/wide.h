#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 @p@_u128;
__extension__ typedef __int128 @p@_i128;

/* Two halves of a number of 16 bytes. */
static inline @p@_u128 @p@_wide_(uint64_t high, uint64_t low)
{
    return (@p@_u128)high << 64 | low;
}

/* A number of 16 bytes in the machine's byte order. */
static inline @p@_u128 @p@_load_wide_(const unsigned char *from)
{
    @p@_u128 value;
    memcpy(&value, from, sizeof value);
    return value;
}
#endif

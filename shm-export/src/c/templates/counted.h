/* Copies the bytes out, never more than there is room for; returns their number. */
static inline size_t @p@_load_counted_(const uint32_t *from, const unsigned char *bytes, size_t capacity, void *out)
{
    const size_t found = __atomic_load_n(from, __ATOMIC_ACQUIRE);
    const size_t len = found < capacity ? found : capacity;
    @p@_load_bytes_(bytes, out, len);
    return len;
}

/* As above, with a NUL after them. */
static inline size_t @p@_load_string_(const uint32_t *from, const unsigned char *bytes, size_t capacity, char *out)
{
    const size_t len = @p@_load_counted_(from, bytes, capacity, out);
    out[len] = '\0';
    return len;
}

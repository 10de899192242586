/* Copies out the text up to a NUL, and a NUL; returns its length. */
static inline size_t @p@_load_text_(const char *from, size_t capacity, char *out)
{
    size_t len = 0;
    @p@_load_bytes_(from, out, capacity);
    out[capacity] = '\0';
    while (out[len] != '\0')
        len++;
    return len;
}

/* Writes text, and zeros after it. */
static inline @p@_error @p@_store_text_(char *to, size_t capacity, const char *text)
{
    size_t len = 0;
    while (len <= capacity && text[len] != '\0')
        len++;
    if (len > capacity)
        return @P@_TOO_LONG;
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (size_t at = 0; at < capacity; at++)
        __atomic_store_n(to + at, at < len ? text[at] : '\0', __ATOMIC_RELAXED);
    return @P@_OK;
}

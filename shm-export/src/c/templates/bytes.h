/* Copies bytes out, each by its own atomic load: they may come from different writes. */
static inline void @p@_load_bytes_(const void *from, void *to, size_t len)
{
    for (size_t at = 0; at < len; at++)
        ((unsigned char *)to)[at] = __atomic_load_n((const unsigned char *)from + at, __ATOMIC_RELAXED);
    /* Pairs with the Release fence of the writer. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static inline void @p@_store_bytes_(void *to, const void *from, size_t len)
{
    /* Pairs with the Acquire fence of the reader. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (size_t at = 0; at < len; at++)
        __atomic_store_n((unsigned char *)to + at, ((const unsigned char *)from)[at], __ATOMIC_RELAXED);
}

/* Copies the newest version of a Latest, or item of a Ring, out, word by word, unless a writer overtook
 * it each time: the ring of docs/format.md. */
static inline @p@_error @p@_newest_(const uint64_t *sequence, const void *slots, size_t stride,
    uint64_t count, void *out, size_t size)
{
    for (int attempt = 0; attempt < 64; attempt++) {
        const uint64_t before = __atomic_load_n(sequence, __ATOMIC_RELAXED);
        /* Pairs with the Release store that published this version. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        const unsigned char *slot = (const unsigned char *)slots + (size_t)(before % count) * stride;
        for (size_t at = 0; at < size; at += 8) {
            const uint64_t *from = (const uint64_t *)(const void *)(slot + at);
            const uint64_t word = __atomic_load_n(from, __ATOMIC_RELAXED);
            memcpy((unsigned char *)out + at, &word, size - at < 8 ? size - at : 8);
        }
        /* Pairs with the Release fence of the writer. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n(sequence, __ATOMIC_RELAXED) - before < count - 1)
            return @P@_OK;
    }
    return @P@_CONTENDED;
}

/* Returns the number of the newest version. */
static inline uint64_t @p@_version_(const uint64_t *sequence)
{
    const uint64_t version = __atomic_load_n(sequence, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return version;
}

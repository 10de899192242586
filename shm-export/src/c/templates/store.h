/* Writes the next version of a Latest, or item of a Ring, word by word, and publishes it: the ring of
 * docs/format.md. The lock of the writers keeps others away; what a dead one left needs no repair. `pushed` is
 * the event of a Ring. */
static inline @p@_error @p@_store_version_(@p@_locks *locks, uint32_t *lock, uint64_t *sequence, void *slots,
    size_t stride, uint64_t count, uint32_t *pushed, const void *value, size_t size)
{
    bool owner_died;
    const @p@_error error = @p@_lock_mutex_(locks, lock, UINT64_MAX, &owner_died);
    if (error != @P@_OK)
        return error;
    if (owner_died)
        @p@_mark_mutex_consistent_(locks, lock);
    const uint64_t next = __atomic_load_n(sequence, __ATOMIC_RELAXED) + 1;
    /* Pairs with the Acquire fence after a reader's copy: one that sees a word of this version sees that the
     * version before was published. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    unsigned char *slot = (unsigned char *)slots + (size_t)(next % count) * stride;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t word = 0;
        memcpy(&word, (const unsigned char *)value + at, size - at < 8 ? size - at : 8);
        __atomic_store_n((uint64_t *)(void *)(slot + at), word, __ATOMIC_RELAXED);
    }
    /* Pairs with the fence of a reader after its first look. */
    __atomic_store_n(sequence, next, __ATOMIC_RELEASE);
    if (pushed != NULL)
        @p@_notify_(pushed, true);
    return @p@_unlock_mutex_(locks, lock);
}

/* Counts a notification (docs/locks.md, Event), and wakes one sleeper or all, if there are any. */
static inline void @p@_notify_(uint32_t *word, bool all)
{
    /* Release pairs with the Acquire of whoever sees the count. */
    uint32_t seen = __atomic_fetch_add(word, 2, __ATOMIC_RELEASE);
    if ((seen & 1) == 0)
        return;
    /* The flag stays up while others may sleep: the next notification has to wake one of them. */
    if (!all && @p@_wake_(word, 1))
        return;
    seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(word, &seen, seen & ~UINT32_C(1), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    /* All, even to notify one: those whose notifiers found the flag down must be woken as well. */
    @p@_wake_(word, INT32_MAX);
}

/* A ticket: the count, as a function of the header returns it, without the flag. */
static inline uint32_t @p@_ticket_(const uint32_t *word)
{
    const uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return seen >> 1;
}

/* Waits for another count than the ticket's; false if the deadline came before that. */
static inline bool @p@_wait_count_(uint32_t *word, uint32_t ticket, uint64_t deadline)
{
    for (;;) {
        uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if (seen >> 1 != ticket)
            return true;
        const uint64_t left = @p@_left_(deadline);
        if (left == 0)
            return false;
        const uint32_t flagged = seen | 1;
        /* A notifier that dies before it wakes leaves sleepers asleep: none sleeps for longer than a second. */
        if (seen == flagged
            || __atomic_compare_exchange_n(word, &seen, flagged, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            @p@_sleep_(word, flagged, left < 1000000000u ? left : 1000000000u);
    }
}

/* Sleeps once, for at most so long and not past the deadline, unless the count is another than the ticket's; true if
 * nothing happened. */
static inline bool @p@_nap_count_(uint32_t *word, uint32_t ticket, uint64_t nap, uint64_t deadline)
{
    const uint64_t left = @p@_left_(deadline);
    return !@p@_wait_count_(word, ticket, @p@_deadline_(nap < left ? nap : left));
}

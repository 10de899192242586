/* Times are in nanoseconds of the clock that only runs forwards; UINT64_MAX is never. */
static inline uint64_t @p@_now_(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The time at which a wait of that length ends. */
static inline uint64_t @p@_deadline_(uint64_t nanoseconds)
{
    const uint64_t now = nanoseconds == UINT64_MAX ? 0 : @p@_now_();
    return nanoseconds > UINT64_MAX - now ? UINT64_MAX : now + nanoseconds;
}

/* The time left. */
static inline uint64_t @p@_left_(uint64_t deadline)
{
    const uint64_t now = deadline == UINT64_MAX ? 0 : @p@_now_();
    return deadline > now ? deadline - now : 0;
}

/* Sleeps while the word has this value, until woken, or for so many nanoseconds; true if nothing happened.
 * Operation 0 is FUTEX_WAIT and 1 is FUTEX_WAKE, both without the private flag. */
static inline bool @p@_sleep_(uint32_t *word, uint32_t value, uint64_t nap)
{
    struct timespec time;
    time.tv_sec = (time_t)(nap / 1000000000u);
    time.tv_nsec = (long)(nap % 1000000000u);
    return syscall(SYS_futex, word, 0, value, &time, NULL, 0) != 0 && errno != EAGAIN;
}

/* Wakes that many sleepers; returns whether there were any. */
static inline bool @p@_wake_(uint32_t *word, int count)
{
    return syscall(SYS_futex, word, 1, count, NULL, NULL, 0) > 0;
}

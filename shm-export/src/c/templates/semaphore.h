/** A permit of a Semaphore. It belongs to the process; any of its threads may give it back. */
typedef struct @p@_permit {
    uint32_t seat;
    uint32_t owner; /* the owner bits of the process that took it */
    bool inherited; /* the last process that had it died with it */
} @p@_permit;

/* Takes the first seat that can be had, from `first` on: one that is free or, with a waiter, one whose owner is
 * dead. `me` may have the sleepers' flag. */
static inline bool @p@_take_permit_(
    @p@_waiter_ *waiter, uint32_t *seats, uint32_t count, uint32_t first, uint32_t me, @p@_permit *permit)
{
    for (uint32_t turn = 0; turn < count; turn++) {
        const uint32_t seat = (first + turn) % count;
        const @p@_error taken =
            waiter == NULL ? @p@_try_word_(&seats[seat], me) : @p@_take_unless_alive_(waiter, &seats[seat], me);
        if (taken == @P@_BUSY)
            continue;
        permit->seat = seat;
        permit->owner = me & @P@_OWNER_;
        permit->inherited = taken == @P@_OWNER_DIED;
        if (permit->inherited)
            @p@_clear_mark_(&seats[seat], permit->owner);
        return true;
    }
    return false;
}

/* Raises the sleepers' flag of every seat; false if one is free. */
static inline bool @p@_announce_all_(uint32_t *seats, uint32_t count)
{
    for (uint32_t seat = 0; seat < count; seat++) {
        const uint32_t seen = __atomic_load_n(&seats[seat], __ATOMIC_RELAXED);
        if ((seen & @P@_OWNER_) == 0 || !@p@_announce_(&seats[seat], seen))
            return false;
    }
    return true;
}

static inline @p@_error @p@_try_acquire_(@p@_locks *locks, uint32_t *seats, uint32_t count, @p@_permit *permit)
{
    uint32_t me;
    const @p@_error error = @p@_me_(locks, &me);
    if (error != @P@_OK)
        return error;
    return @p@_take_permit_(NULL, seats, count, @p@_first_seat_(locks), me, permit) ? @P@_OK : @P@_BUSY;
}

/* Takes a permit, waiting for so long. */
static inline @p@_error @p@_acquire_(@p@_locks *locks, uint32_t *freed, uint32_t *seats, uint32_t count,
    uint64_t nanoseconds, @p@_permit *permit)
{
    const @p@_error error = @p@_try_acquire_(locks, seats, count, permit);
    if (error != @P@_BUSY)
        return error;
    const uint32_t me = locks->own->owner, first = @p@_first_seat_(locks);
    @p@_waiter_ waiter = @p@_waiter_until_(locks, me, nanoseconds);
    uint32_t slept = 0;
    bool is_suspicious = true;
    for (;;) {
        /* Before the look: a permit that is given back after it changes the count. */
        const uint32_t ticket = @p@_ticket_(freed);
        const bool is_last = @p@_time_left_(&waiter) == 0;
        if (@p@_take_permit_(NULL, seats, count, first, me | slept, permit)
            || ((is_suspicious || is_last)
                && @p@_take_permit_(&waiter, seats, count, first, me | slept, permit)))
            return @P@_OK;
        is_suspicious = false;
        if (is_last && slept == 0)
            return @P@_BUSY;
        if (!@p@_announce_all_(seats, count))
            continue;
        if (is_last)
            return @P@_BUSY;
        is_suspicious = @p@_nap_count_(freed, ticket, 20000000, waiter.deadline);
        slept = @P@_SLEEPERS_;
    }
}

/* Gives a permit back. A child that was forked meanwhile does not have it. */
static inline @p@_error @p@_release_(
    const @p@_locks *locks, uint32_t *freed, uint32_t *seats, uint32_t count, const @p@_permit *permit)
{
    const uint32_t me = __atomic_load_n(&locks->own->owner, __ATOMIC_ACQUIRE);
    uint32_t seen = 0;
    if (me == 0 || permit->owner != me || permit->seat >= count)
        return @P@_NOT_HELD;
    if (!@p@_free_word_(&seats[permit->seat], me, &seen))
        return @P@_LOST;
    if ((seen & @P@_SLEEPERS_) != 0)
        @p@_notify_(freed, false);
    return @P@_OK;
}

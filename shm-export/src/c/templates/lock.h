/* The word of a lock (docs/locks.md): who has it, and two flags. */
#define @P@_SLEEPERS_ (UINT32_C(1) << 31)
#define @P@_POISONED_ (UINT32_C(1) << 30)
#define @P@_OWNER_ (@P@_POISONED_ - 1)

/* A thread that waits for a lock. */
typedef struct @p@_waiter_ {
    const @p@_locks *locks;
    uint32_t me; /* the owner bits of its process */
    uint64_t deadline;
    uint64_t only_nap; /* not 0: the time is up after one nap, not longer than this, even before the deadline */
    bool has_napped, was_quiet; /* whether that nap is over, and whether nothing happened in it */
    bool has_looked; /* an owner was checked before */
} @p@_waiter_;

static inline @p@_waiter_ @p@_waiter_until_(const @p@_locks *locks, uint32_t me, uint64_t nanoseconds)
{
    @p@_waiter_ waiter = { locks, me, 0, 0, false, false, false };
    waiter.deadline = @p@_deadline_(nanoseconds);
    return waiter;
}

static inline uint64_t @p@_time_left_(const @p@_waiter_ *waiter)
{
    return waiter->only_nap != 0 && waiter->has_napped ? 0 : @p@_left_(waiter->deadline);
}

static inline bool @p@_nap_(@p@_waiter_ *waiter, uint32_t *word, uint32_t value, uint64_t nap)
{
    const uint64_t left = @p@_left_(waiter->deadline), longest = waiter->only_nap != 0 ? waiter->only_nap : nap;
    waiter->was_quiet = @p@_sleep_(word, value, longest < left ? longest : left);
    waiter->has_napped = true;
    return waiter->was_quiet;
}

/* Before the first nap, most owners are about to unlock: the first check is a quick one. */
static inline bool @p@_owner_is_dead_(@p@_waiter_ *waiter, uint32_t owner)
{
    const bool closely = waiter->has_looked || @p@_left_(waiter->deadline) == 0;
    waiter->has_looked = true;
    return @p@_is_dead_(waiter->locks, owner, closely);
}

/* Writes a name, or another name. Acquire pairs with the Release of unlocking; Release with the load of a
 * waiter, so that whoever reads a name finds its process among the participants. */
static inline bool @p@_rename_(uint32_t *word, uint32_t seen, uint32_t name)
{
    return __atomic_compare_exchange_n(word, &seen, name, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Takes a lock that was seen free: OK, or OWNER_DIED if it is marked, which keeps the mark; BUSY if it has
 * changed. `me` may have the sleepers' flag. */
static inline @p@_error @p@_take_free_(uint32_t *word, uint32_t seen, uint32_t me)
{
    if (!@p@_rename_(word, seen, me | seen))
        return @P@_BUSY;
    return (seen & @P@_POISONED_) == 0 ? @P@_OK : @P@_OWNER_DIED;
}

/* Takes a lock if it is free. */
static inline @p@_error @p@_try_word_(uint32_t *word, uint32_t me)
{
    if (@p@_rename_(word, 0, me))
        return @P@_OK;
    const uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    return (seen & @P@_OWNER_) == 0 ? @p@_take_free_(word, seen, me) : @P@_BUSY;
}

/* Takes a lock of a dead owner, which marks it. */
static inline bool @p@_take_over_(uint32_t *word, uint32_t seen, uint32_t me)
{
    return @p@_rename_(word, seen, me | (seen & @P@_SLEEPERS_) | @P@_POISONED_);
}

/* Takes a lock that is free, or whose owner is dead, without waiting. */
static inline @p@_error @p@_take_unless_alive_(@p@_waiter_ *waiter, uint32_t *word, uint32_t me)
{
    for (;;) {
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if ((seen & @P@_OWNER_) == 0) {
            const @p@_error taken = @p@_take_free_(word, seen, me);
            if (taken != @P@_BUSY)
                return taken;
        } else if (!@p@_owner_is_dead_(waiter, seen & @P@_OWNER_)) {
            return @P@_BUSY;
        } else if (@p@_take_over_(word, seen, me)) {
            return @P@_OWNER_DIED;
        }
    }
}

/* Raises the sleepers' flag of a lock that was seen held. */
static inline bool @p@_announce_(uint32_t *word, uint32_t seen)
{
    return (seen & @P@_SLEEPERS_) != 0 || __atomic_compare_exchange_n(word, &seen, seen | @P@_SLEEPERS_, false,
        __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Looks, naps, and checks the owner after each nap in which nothing happened. */
static inline @p@_error @p@_lock_patiently_(@p@_waiter_ *waiter, uint32_t *word)
{
    uint64_t nap = 1000000;
    uint32_t slept = 0;
    bool is_suspicious = true;
    for (;;) {
        /* Acquire pairs with the Release of the name that it reads. */
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if ((seen & @P@_OWNER_) == 0) {
            /* Others may sleep as well: after a nap, the flag stays up. */
            const @p@_error taken = @p@_take_free_(word, seen, waiter->me | slept);
            if (taken != @P@_BUSY)
                return taken;
            continue;
        }
        const bool is_over = @p@_time_left_(waiter) == 0;
        if ((is_suspicious || is_over) && @p@_owner_is_dead_(waiter, seen & @P@_OWNER_)) {
            if (@p@_take_over_(word, seen, waiter->me | slept))
                return @P@_OWNER_DIED;
            continue;
        }
        is_suspicious = false;
        if (is_over && slept == 0)
            return @P@_BUSY;
        if (!@p@_announce_(word, seen))
            continue;
        /* This thread may have been woken in the place of another, for which the flag stays up. */
        if (is_over)
            return @P@_BUSY;
        is_suspicious = @p@_nap_(waiter, word, seen | @P@_SLEEPERS_, nap);
        slept = @P@_SLEEPERS_;
        nap = nap < 25000000 ? nap * 2 : 50000000;
    }
}

/* Locks: OK, OWNER_DIED if it is marked, and held all the same; BUSY if the time is up. */
static inline @p@_error @p@_lock_word_(@p@_waiter_ *waiter, uint32_t *word)
{
    if (@p@_rename_(word, 0, waiter->me))
        return @P@_OK;
    for (int look = 0; look < 100; look++) {
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
        if ((seen & @P@_OWNER_) == 0) {
            const @p@_error taken = @p@_take_free_(word, seen, waiter->me);
            if (taken != @P@_BUSY)
                return taken;
        }
    }
    return @p@_lock_patiently_(waiter, word);
}

/* Frees a lock, keeps a mark, and wakes no sleeper; false if it was no longer this process's. */
static inline bool @p@_free_word_(uint32_t *word, uint32_t me, uint32_t *seen)
{
    *seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while ((*seen & @P@_OWNER_) == me) {
        /* Release pairs with the Acquire of the next owner. */
        if (__atomic_compare_exchange_n(
                word, seen, *seen & @P@_POISONED_, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

/* Unlocks, and wakes a sleeper; LOST if it was no longer this process's. */
static inline @p@_error @p@_unlock_word_(uint32_t *word, uint32_t me)
{
    uint32_t seen;
    if (!@p@_free_word_(word, me, &seen))
        return @P@_LOST;
    if ((seen & @P@_SLEEPERS_) != 0)
        @p@_wake_(word, 1);
    return @P@_OK;
}

/* Clears the mark of a lock that this process holds. */
static inline @p@_error @p@_clear_mark_(uint32_t *word, uint32_t me)
{
    uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while ((seen & @P@_OWNER_) == me) {
        if (__atomic_compare_exchange_n(
                word, &seen, seen & ~@P@_POISONED_, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return @P@_OK;
    }
    return @P@_LOST;
}

/** A membership of a Barrier. It belongs to the process; one thread at a time may use it. */
typedef struct @p@_member {
    uint32_t seat;
    uint32_t owner; /* the owner bits of the process that joined */
} @p@_member;

/* The words of a Barrier (docs/format.md). */
typedef struct @p@_barrier_ {
    uint32_t *state, *phase, *seats, *arrived;
    uint32_t count;
} @p@_barrier_;

static inline @p@_barrier_ @p@_barrier_of_(
    uint32_t *state, uint32_t *phase, uint32_t *seats, uint32_t *arrived, uint32_t count)
{
    const @p@_barrier_ barrier = { state, phase, seats, arrived, count };
    return barrier;
}

/* Breaks a phase, if it has not ended. */
static inline bool @p@_break_phase_(const @p@_barrier_ *barrier, uint32_t phase)
{
    uint32_t begun = phase & ~UINT32_C(1);
    if (!__atomic_compare_exchange_n(
            barrier->state, &begun, begun | 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return false;
    @p@_notify_(barrier->phase, true);
    return true;
}

static inline bool @p@_has_arrived_(const @p@_barrier_ *barrier, uint32_t seat, uint32_t phase)
{
    /* Pairs with the Release of the arrival. */
    return __atomic_load_n(&barrier->arrived[seat], __ATOMIC_ACQUIRE) == (phase | 1);
}

/* Takes a seat: a free one, or else that of a dead member. */
static inline @p@_error @p@_join_(@p@_locks *locks, @p@_barrier_ words, @p@_member *member)
{
    const @p@_barrier_ *barrier = &words;
    uint32_t me;
    const @p@_error error = @p@_me_(locks, &me);
    if (error != @P@_OK)
        return error;
    @p@_waiter_ waiter = @p@_waiter_until_(locks, me, 0);
    for (uint32_t turn = 0; turn < 2 * barrier->count; turn++) {
        const uint32_t seat = turn % barrier->count;
        uint32_t *word = &barrier->seats[seat];
        const @p@_error taken =
            turn < barrier->count ? @p@_try_word_(word, me) : @p@_take_unless_alive_(&waiter, word, me);
        if (taken == @P@_BUSY)
            continue;
        if (taken == @P@_OWNER_DIED) {
            const uint32_t phase = __atomic_load_n(barrier->state, __ATOMIC_ACQUIRE);
            if (!@p@_has_arrived_(barrier, seat, phase))
                @p@_break_phase_(barrier, phase);
            @p@_clear_mark_(word, me);
        }
        __atomic_store_n(&barrier->arrived[seat], 0, __ATOMIC_RELAXED);
        member->seat = seat;
        member->owner = me;
        return @P@_OK;
    }
    return @P@_BUSY;
}

/* Whether a member is this process's, and not that of a process that it was forked from. */
static inline bool @p@_is_member_(const @p@_locks *locks, const @p@_barrier_ *barrier, const @p@_member *member)
{
    const uint32_t me = __atomic_load_n(&locks->own->owner, __ATOMIC_ACQUIRE);
    return me != 0 && member->owner == me && member->seat < barrier->count;
}

static inline @p@_error @p@_leave_(const @p@_locks *locks, @p@_barrier_ words, const @p@_member *member)
{
    const @p@_barrier_ *barrier = &words;
    uint32_t seen;
    if (!@p@_is_member_(locks, barrier, member))
        return @P@_NOT_HELD;
    return @p@_free_word_(&barrier->seats[member->seat], member->owner, &seen) ? @P@_OK : @P@_LOST;
}

/* Whether a member that has not arrived is dead. */
static inline bool @p@_lost_a_member_(@p@_waiter_ *waiter, const @p@_barrier_ *barrier, uint32_t phase)
{
    for (uint32_t seat = 0; seat < barrier->count; seat++) {
        const uint32_t owner = __atomic_load_n(&barrier->seats[seat], __ATOMIC_RELAXED) & @P@_OWNER_;
        /* Once more after the check, as it may have arrived before it died. */
        if (owner != 0 && !@p@_has_arrived_(barrier, seat, phase) && @p@_owner_is_dead_(waiter, owner)
            && !@p@_has_arrived_(barrier, seat, phase))
            return true;
    }
    return false;
}

/* OK if the phase was complete, BROKEN if it was broken, BUSY if it has not ended. */
static inline @p@_error @p@_phase_ended_(const @p@_barrier_ *barrier, uint32_t phase)
{
    const uint32_t since = __atomic_load_n(barrier->state, __ATOMIC_ACQUIRE) - phase;
    if (since == 0)
        return @P@_BUSY;
    return (since & 2) != 0 ? @P@_OK : @P@_BROKEN;
}

/* Ends a phase in which all have arrived; BUSY if they have not. */
static inline @p@_error @p@_complete_(const @p@_barrier_ *barrier, uint32_t phase, bool *completed)
{
    uint32_t seen = phase;
    for (uint32_t seat = 0; seat < barrier->count; seat++)
        if (!@p@_has_arrived_(barrier, seat, phase))
            return @P@_BUSY;
    if (!__atomic_compare_exchange_n(
            barrier->state, &seen, phase + 2, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return @p@_phase_ended_(barrier, phase);
    @p@_notify_(barrier->phase, true);
    *completed = true;
    return @P@_OK;
}

/* The end of the wait of a member that has arrived in this phase. */
static inline @p@_error @p@_wait_phase_(
    @p@_waiter_ *waiter, const @p@_barrier_ *barrier, uint32_t phase, bool *completed)
{
    bool is_suspicious = true;
    for (;;) {
        const uint32_t ticket = @p@_ticket_(barrier->phase);
        @p@_error ended = @p@_phase_ended_(barrier, phase);
        if (ended != @P@_BUSY)
            return ended;
        const bool is_last = @p@_time_left_(waiter) == 0;
        if ((is_suspicious || is_last) && @p@_lost_a_member_(waiter, barrier, phase)) {
            @p@_break_phase_(barrier, phase);
            return @p@_phase_ended_(barrier, phase);
        }
        /* After the look for the dead, of whom one may just have been found to have arrived. */
        ended = @p@_complete_(barrier, phase, completed);
        if (ended != @P@_BUSY)
            return ended;
        if (is_last)
            return @p@_break_phase_(barrier, phase) ? @P@_BUSY : @p@_phase_ended_(barrier, phase);
        is_suspicious = @p@_nap_count_(barrier->phase, ticket, 20000000, waiter->deadline);
    }
}

/* Arrives, and waits for so long. */
static inline @p@_error @p@_wait_barrier_(@p@_locks *locks, @p@_barrier_ words, const @p@_member *member,
    uint64_t nanoseconds, bool *completed)
{
    const @p@_barrier_ *barrier = &words;
    *completed = false;
    if (!@p@_is_member_(locks, barrier, member))
        return @P@_NOT_HELD;
    const uint32_t seat = member->seat, me = member->owner;
    if ((__atomic_load_n(&barrier->seats[seat], __ATOMIC_RELAXED) & @P@_OWNER_) != me)
        return @P@_LOST;
    const uint32_t phase = __atomic_load_n(barrier->state, __ATOMIC_ACQUIRE);
    if ((phase & 1) != 0)
        return @P@_BROKEN;
    __atomic_store_n(&barrier->arrived[seat], phase | 1, __ATOMIC_RELEASE);
    /* Finds the arrivals of those that added before, and lets those that add later find this one. */
    __atomic_fetch_add(barrier->state, 0, __ATOMIC_ACQ_REL);
    @p@_waiter_ waiter = @p@_waiter_until_(locks, me, nanoseconds);
    return @p@_wait_phase_(&waiter, barrier, phase, completed);
}

static inline void @p@_abort_(@p@_barrier_ words)
{
    const @p@_barrier_ *barrier = &words;
    uint32_t phase;
    do
        phase = __atomic_load_n(barrier->state, __ATOMIC_ACQUIRE);
    while ((phase & 1) == 0 && !@p@_break_phase_(barrier, phase));
}

/* Begins a new phase: frees the seats of dead members, and tells those that wait that theirs is broken. */
static inline @p@_error @p@_reset_(@p@_locks *locks, @p@_barrier_ words)
{
    const @p@_barrier_ *barrier = &words;
    uint32_t me, seen;
    const @p@_error error = @p@_me_(locks, &me);
    if (error != @P@_OK)
        return error;
    @p@_waiter_ waiter = @p@_waiter_until_(locks, me, 0);
    for (uint32_t seat = 0; seat < barrier->count; seat++) {
        uint32_t *word = &barrier->seats[seat];
        const uint32_t owner = __atomic_load_n(word, __ATOMIC_RELAXED) & @P@_OWNER_;
        if (owner == 0 || owner == me || !@p@_owner_is_dead_(&waiter, owner)
            || @p@_take_unless_alive_(&waiter, word, me) == @P@_BUSY)
            continue;
        @p@_clear_mark_(word, me);
        @p@_free_word_(word, me, &seen);
    }
    seen = __atomic_load_n(barrier->state, __ATOMIC_ACQUIRE);
    while (!__atomic_compare_exchange_n(barrier->state, &seen, (seen & ~UINT32_C(1)) + 4, false, __ATOMIC_ACQ_REL,
        __ATOMIC_ACQUIRE)) {
    }
    @p@_notify_(barrier->phase, true);
    return @P@_OK;
}

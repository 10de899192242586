/* The words of an RwLock (docs/locks.md), and the seat that a thread tries first. */
typedef struct @p@_rwlock_ {
    uint32_t *turnstile, *dirty, *seats;
    uint32_t count, first;
} @p@_rwlock_;

static inline @p@_rwlock_ @p@_rwlock_of_(
    const @p@_locks *locks, uint32_t *turnstile, uint32_t *dirty, uint32_t *seats, uint32_t count)
{
    const @p@_rwlock_ lock = { turnstile, dirty, seats, count, @p@_first_seat_(locks) };
    return lock;
}

/* The mark of a turnstile or a seat says nothing about the value. */
static inline @p@_error @p@_unmarked_(uint32_t *word, uint32_t me, @p@_error taken)
{
    if (taken != @P@_OWNER_DIED)
        return taken;
    @p@_clear_mark_(word, me);
    return @P@_OK;
}

static inline @p@_error @p@_sit_on_(const @p@_rwlock_ *lock, uint32_t me, uint32_t turn, uint32_t *seat)
{
    *seat = (lock->first + turn) % lock->count;
    return @p@_unmarked_(&lock->seats[*seat], me, @p@_try_word_(&lock->seats[*seat], me));
}

/* Takes a seat that is free; BUSY if all are taken. */
static inline @p@_error @p@_sit_(const @p@_rwlock_ *lock, uint32_t me, uint32_t *seat)
{
    for (uint32_t turn = 0; turn < lock->count; turn++)
        if (@p@_sit_on_(lock, me, turn, seat) == @P@_OK)
            return @P@_OK;
    return @P@_BUSY;
}

/* As above, while no writer is about: each seat after a look at the turnstile. */
static inline @p@_error @p@_read_at_once_(const @p@_rwlock_ *lock, uint32_t me, uint32_t *seat)
{
    for (uint32_t turn = 0; turn < lock->count; turn++) {
        if (__atomic_load_n(lock->turnstile, __ATOMIC_RELAXED) != 0)
            return @P@_BUSY;
        *seat = (lock->first + turn) % lock->count;
        if (@p@_rename_(&lock->seats[*seat], 0, me))
            return @P@_OK;
    }
    return @P@_BUSY;
}

static inline @p@_error @p@_sit_for_the_dead_(@p@_waiter_ *waiter, const @p@_rwlock_ *lock, uint32_t *seat)
{
    for (*seat = 0; *seat < lock->count; ++*seat) {
        uint32_t *word = &lock->seats[*seat];
        const @p@_error taken = @p@_take_unless_alive_(waiter, word, waiter->me);
        if (taken != @P@_BUSY)
            return @p@_unmarked_(word, waiter->me, taken);
    }
    return @P@_BUSY;
}

/* Takes a seat with the turnstile: then no writer is about, and the owner of a seat reads, or is dead. */
static inline @p@_error @p@_wait_for_seat_(@p@_waiter_ *waiter, const @p@_rwlock_ *lock, uint32_t *seat)
{
    uint64_t nap = 1000000;
    bool is_suspicious = true;
    for (uint32_t turn = 0;; turn++) {
        @p@_error taken = @p@_sit_(lock, waiter->me, seat);
        if (taken == @P@_BUSY && is_suspicious)
            taken = @p@_sit_for_the_dead_(waiter, lock, seat);
        if (taken == @P@_OK)
            return taken;
        /* One is waited for, and after a while another: the reader in this one may go on for long. */
        *seat = (lock->first + turn) % lock->count;
        @p@_waiter_ once = *waiter;
        once.only_nap = nap;
        once.has_napped = once.was_quiet = false;
        taken = @p@_unmarked_(&lock->seats[*seat], waiter->me, @p@_lock_word_(&once, &lock->seats[*seat]));
        if (taken == @P@_OK || @p@_left_(waiter->deadline) == 0)
            return taken;
        waiter->has_looked = once.has_looked;
        is_suspicious = once.was_quiet;
        nap = nap < 25000000 ? nap * 2 : 50000000;
    }
}

static inline @p@_error @p@_pass_(@p@_waiter_ *waiter, const @p@_rwlock_ *lock)
{
    return @p@_unmarked_(lock->turnstile, waiter->me, @p@_lock_word_(waiter, lock->turnstile));
}

/* Takes every seat, in order; gives them back, and the turnstile, if the time is up before. */
static inline @p@_error @p@_take_seats_(@p@_waiter_ *waiter, const @p@_rwlock_ *lock)
{
    for (uint32_t seat = 0; seat < lock->count; seat++) {
        uint32_t *word = &lock->seats[seat];
        const @p@_error taken = @p@_unmarked_(word, waiter->me, @p@_lock_word_(waiter, word));
        if (taken == @P@_OK)
            continue;
        while (seat-- > 0)
            @p@_unlock_word_(&lock->seats[seat], waiter->me);
        @p@_unlock_word_(lock->turnstile, waiter->me);
        return taken;
    }
    return @P@_OK;
}

/* Gives all seats back, and the turnstile last; LOST if one was another process's by now. */
static inline @p@_error @p@_release_seats_(const @p@_rwlock_ *lock, uint32_t me)
{
    @p@_error error = @P@_OK;
    for (uint32_t seat = 0; seat < lock->count; seat++)
        if (@p@_unlock_word_(&lock->seats[seat], me) != @P@_OK)
            error = @P@_LOST;
    return @p@_unlock_word_(lock->turnstile, me) == @P@_OK ? error : @P@_LOST;
}

/* Ends the work of a writer. `dirty` 1: it is at work; 2: the value is marked. One that was taken for dead does
 * not clear the mark of its heir. */
static inline @p@_error @p@_stop_writing_(const @p@_rwlock_ *lock, uint32_t me)
{
    const uint32_t marked = __atomic_load_n(lock->dirty, __ATOMIC_RELAXED) & 2;
    if ((__atomic_load_n(lock->turnstile, __ATOMIC_RELAXED) & @P@_OWNER_) == me)
        __atomic_store_n(lock->dirty, marked, __ATOMIC_RELEASE);
    return @p@_release_seats_(lock, me);
}

/* Gives a reader's seat back, or a writer's. */
static inline @p@_error @p@_unlock_rwlock_(@p@_locks *locks, @p@_rwlock_ words)
{
    const @p@_rwlock_ *lock = &words;
    @p@_held_ *held = @p@_find_held_(locks, lock->turnstile);
    if (held == NULL)
        return @P@_NOT_HELD;
    const uint32_t seat = held->seat, me = locks->own->owner;
    @p@_forget_held_(held);
    return seat != 0 ? @p@_unlock_word_(&lock->seats[seat - 1], me) : @p@_stop_writing_(lock, me);
}

/* The end of a function that locks: notes it; unlocks if the value is marked, and `owner_died` is NULL. `seat` is
 * a reader's, counted from 1. */
static inline @p@_error @p@_rwlocked_(
    @p@_locks *locks, const @p@_rwlock_ *lock, uint32_t seat, bool is_marked, bool *owner_died)
{
    if (!@p@_note_held_(locks, lock->turnstile, seat)) {
        const uint32_t me = locks->own->owner;
        if (seat != 0)
            @p@_unlock_word_(&lock->seats[seat - 1], me);
        else
            @p@_stop_writing_(lock, me);
        errno = ENOLCK;
        return @P@_SYSTEM;
    }
    if (is_marked && owner_died == NULL) {
        @p@_unlock_rwlock_(locks, *lock);
        return @P@_OWNER_DIED;
    }
    if (owner_died != NULL)
        *owner_died = is_marked;
    return @P@_OK;
}

/* Takes a seat, waiting for so long. If it may not wait, it does not check whether owners
 * are alive either. */
static inline @p@_error @p@_read_rwlock_(
    @p@_locks *locks, @p@_rwlock_ words, bool may_wait, uint64_t nanoseconds, bool *owner_died)
{
    const @p@_rwlock_ *lock = &words;
    uint32_t me, seat = 0;
    @p@_error error = @p@_me_(locks, &me);
    if (error != @P@_OK)
        return error;
    if (@p@_find_held_(locks, lock->turnstile) != NULL)
        return @P@_WOULD_DEADLOCK;
    error = @p@_read_at_once_(lock, me, &seat);
    if (error != @P@_OK && !may_wait) {
        /* A turnstile or a seat of the dead was taken over, but not yet cleared. */
        error = @p@_unmarked_(lock->turnstile, me, @p@_try_word_(lock->turnstile, me));
        if (error == @P@_OK) {
            error = @p@_sit_(lock, me, &seat);
            @p@_unlock_word_(lock->turnstile, me);
        }
    } else if (error != @P@_OK) {
        @p@_waiter_ waiter = @p@_waiter_until_(locks, me, nanoseconds);
        error = @p@_pass_(&waiter, lock);
        if (error == @P@_OK) {
            error = @p@_wait_for_seat_(&waiter, lock, &seat);
            @p@_unlock_word_(lock->turnstile, me);
        }
    }
    if (error != @P@_OK)
        return error;
    /* With the seat: until then, a writer may come and die. */
    const bool is_marked = __atomic_load_n(lock->dirty, __ATOMIC_RELAXED) != 0;
    return @p@_rwlocked_(locks, lock, seat + 1, is_marked, owner_died);
}

static inline @p@_error @p@_try_seats_(const @p@_rwlock_ *lock, uint32_t me)
{
    @p@_error taken = @p@_unmarked_(lock->turnstile, me, @p@_try_word_(lock->turnstile, me));
    if (taken != @P@_OK)
        return taken;
    for (uint32_t seat = 0; seat < lock->count; seat++) {
        taken = @p@_unmarked_(&lock->seats[seat], me, @p@_try_word_(&lock->seats[seat], me));
        if (taken == @P@_OK)
            continue;
        while (seat-- > 0)
            @p@_unlock_word_(&lock->seats[seat], me);
        @p@_unlock_word_(lock->turnstile, me);
        break;
    }
    return taken;
}

/* Takes every seat, waiting for so long. If it may not wait, takes them if all are free. */
static inline @p@_error @p@_write_rwlock_(
    @p@_locks *locks, @p@_rwlock_ words, bool may_wait, uint64_t nanoseconds, bool *owner_died)
{
    const @p@_rwlock_ *lock = &words;
    uint32_t me;
    @p@_error error = @p@_me_(locks, &me);
    if (error != @P@_OK)
        return error;
    if (@p@_find_held_(locks, lock->turnstile) != NULL)
        return @P@_WOULD_DEADLOCK;
    if (!may_wait) {
        error = @p@_try_seats_(lock, me);
    } else {
        @p@_waiter_ waiter = @p@_waiter_until_(locks, me, nanoseconds);
        error = @p@_pass_(&waiter, lock);
        if (error == @P@_OK)
            error = @p@_take_seats_(&waiter, lock);
    }
    if (error != @P@_OK)
        return error;
    const uint32_t found = __atomic_load_n(lock->dirty, __ATOMIC_RELAXED);
    __atomic_store_n(lock->dirty, found == 0 ? 1u : 3u, __ATOMIC_RELAXED);
    /* Before the work: whoever sees any of it, and then fences, sees that a writer is at work. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return @p@_rwlocked_(locks, lock, 0, found != 0, owner_died);
}

/* Says that the value is whole again, at work. */
static inline @p@_error @p@_mark_rwlock_consistent_(@p@_locks *locks, @p@_rwlock_ words)
{
    const @p@_rwlock_ *lock = &words;
    const @p@_held_ *held = @p@_find_held_(locks, lock->turnstile);
    if (held == NULL || held->seat != 0)
        return @P@_NOT_HELD;
    if ((__atomic_load_n(lock->turnstile, __ATOMIC_RELAXED) & @P@_OWNER_) != locks->own->owner)
        return @P@_LOST;
    __atomic_store_n(lock->dirty, 1, __ATOMIC_RELAXED);
    return @P@_OK;
}

/* Whether this thread holds the lock: to write, or in any way. */
static inline bool @p@_writes_rwlock_(const @p@_locks *locks, const uint32_t *turnstile)
{
    const @p@_held_ *held = @p@_find_held_(locks, turnstile);
    return held != NULL && held->seat == 0;
}

static inline bool @p@_reads_rwlock_(const @p@_locks *locks, const uint32_t *turnstile)
{
    return @p@_find_held_(locks, turnstile) != NULL;
}

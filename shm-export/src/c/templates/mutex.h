/* The end of a function that locks: notes that this thread holds it. If it is marked, and `owner_died` is
 * NULL, unlocks it again, marked as before. */
static inline @p@_error @p@_locked_(
    @p@_locks *locks, uint32_t me, uint32_t *word, @p@_error found, bool *owner_died)
{
    const bool is_marked = found == @P@_OWNER_DIED;
    if (found != @P@_OK && !is_marked)
        return found;
    if (is_marked && owner_died == NULL) {
        @p@_unlock_word_(word, me);
        return found;
    }
    if (!@p@_note_held_(locks, word, 0)) {
        @p@_unlock_word_(word, me);
        errno = ENOLCK;
        return @P@_SYSTEM;
    }
    if (owner_died != NULL)
        *owner_died = is_marked;
    return @P@_OK;
}

/* Locks, waiting for so long. */
static inline @p@_error @p@_lock_mutex_(
    @p@_locks *locks, uint32_t *word, uint64_t nanoseconds, bool *owner_died)
{
    uint32_t me;
    @p@_error error = @p@_me_(locks, &me);
    if (error != @P@_OK)
        return error;
    if (!@p@_rename_(word, 0, me)) {
        if (@p@_find_held_(locks, word) != NULL)
            return @P@_WOULD_DEADLOCK;
        @p@_waiter_ waiter = @p@_waiter_until_(locks, me, nanoseconds);
        error = @p@_lock_word_(&waiter, word);
    }
    return @p@_locked_(locks, me, word, error, owner_died);
}

/* Locks if the lock is free. */
static inline @p@_error @p@_try_lock_mutex_(@p@_locks *locks, uint32_t *word)
{
    uint32_t me;
    @p@_error error = @p@_me_(locks, &me);
    if (error == @P@_OK)
        error = @p@_try_word_(word, me);
    if (error == @P@_BUSY && @p@_find_held_(locks, word) != NULL)
        return @P@_WOULD_DEADLOCK;
    return error == @P@_OK || error == @P@_OWNER_DIED ? @p@_locked_(locks, me, word, error, NULL) : error;
}

static inline @p@_error @p@_unlock_mutex_(@p@_locks *locks, uint32_t *word)
{
    @p@_held_ *held = @p@_find_held_(locks, word);
    if (held == NULL)
        return @P@_NOT_HELD;
    @p@_forget_held_(held);
    return @p@_unlock_word_(word, locks->own->owner);
}

static inline @p@_error @p@_mark_mutex_consistent_(@p@_locks *locks, uint32_t *word)
{
    return @p@_find_held_(locks, word) == NULL ? @P@_NOT_HELD : @p@_clear_mark_(word, locks->own->owner);
}

/* Whether this thread holds the lock. */
static inline bool @p@_holds_mutex_(const @p@_locks *locks, const uint32_t *word)
{
    return @p@_find_held_(locks, word) != NULL;
}

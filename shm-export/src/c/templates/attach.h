/* Opens the file again if the open file description is not this process's alone, as in a forked child: byte
 * locks belong to the description. */
static inline @p@_error @p@_own_file_(@p@_locks *locks)
{
    char path[40];
    struct stat facts;
    if (locks->own->has_file)
        return @P@_OK;
    errno = EBADF;
    if (!@p@_has_file_(locks))
        return @P@_SYSTEM;
    snprintf(path, sizeof path, "/proc/self/fd/%d", locks->file);
    const int fresh = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fresh < 0)
        return @P@_SYSTEM;
    if (fstat(fresh, &facts) != 0 || facts.st_dev != locks->device || facts.st_ino != locks->inode) {
        close(fresh);
        errno = ESTALE;
        return @P@_SYSTEM;
    }
    close(locks->file);
    locks->file = fresh;
    locks->own->has_file = 1;
    return @P@_OK;
}

/* Puts this process into a slot whose byte it has locked; returns its owner bits. If it is killed half-way,
 * the slot belongs to no process. */
static inline uint32_t @p@_occupy_(const @p@_locks *locks, uint32_t slot)
{
    @p@_participant_ *entry = &locks->participants[slot];
    const @p@_participant_ *self = &locks->own->self;
    @p@_vacate_(locks, slot);
    const uint32_t generation = (__atomic_load_n(&entry->generation, __ATOMIC_RELAXED) + 1) & 0xfffffu;
    __atomic_store_n(&entry->generation, generation, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->pid, self->pid, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->time_namespace, self->time_namespace, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->start_time, self->start_time, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->pid_namespace, self->pid_namespace, __ATOMIC_RELAXED);
    for (size_t at = 0; at < 4; at++)
        __atomic_store_n(&entry->name[at], self->name[at], __ATOMIC_RELAXED);
    /* Pairs with the fence of whoever looks at the slot. */
    __atomic_store_n(&entry->state, 1, __ATOMIC_RELEASE);
    return (slot + 1) << 20 | generation;
}

/* Takes the first slot whose byte can be locked and whose last process is dead. */
static inline @p@_error @p@_take_slot_(@p@_locks *locks)
{
    bool is_obstructed = false;
    @p@_participant_ found;
    const @p@_error error = @p@_own_file_(locks);
    if (error != @P@_OK)
        return error;
    @p@_identify_(&locks->own->self);
    for (uint32_t slot = 0; slot < locks->count; slot++) {
        const int taken = @p@_lock_byte_(locks, slot);
        if (taken < 0)
            return @P@_SYSTEM;
        if (taken == 0) {
            /* A read lock is in the way, but it is not a participant's. */
            is_obstructed = is_obstructed || @p@_is_byte_locked_(locks, slot) == 0;
        } else if (@p@_occupant_(locks, slot, &found) && @p@_liveness_(locks, &found, -1, true) == 1) {
            /* A process that closed all its descriptors. */
            @p@_unlock_byte_(locks, slot);
        } else {
            /* Release: a thread that sees the owner sees `self`. */
            __atomic_store_n(&locks->own->owner, @p@_occupy_(locks, slot), __ATOMIC_RELEASE);
            return @P@_OK;
        }
    }
    return is_obstructed ? @P@_OBSTRUCTED : @P@_TOO_MANY_PARTICIPANTS;
}

/* The owner bits of this process in the words of locks; its first lock attaches it. */
static inline @p@_error @p@_me_(@p@_locks *locks, uint32_t *me)
{
    @p@_process_ *own = locks->own;
    @p@_error error = @P@_OK;
    *me = __atomic_load_n(&own->owner, __ATOMIC_ACQUIRE);
    if (*me != 0)
        return @P@_OK;
    while (__atomic_exchange_n(&own->is_attaching, 1, __ATOMIC_ACQUIRE) != 0)
        @p@_sleep_(&own->is_attaching, 1, 1000000);
    if (own->owner == 0)
        error = @p@_take_slot_(locks);
    *me = own->owner;
    __atomic_store_n(&own->is_attaching, 0, __ATOMIC_RELEASE);
    return error;
}

/* A number that no other thread of this process has: the address of its errno. */
static inline uintptr_t @p@_thread_(void)
{
    return (uintptr_t)&errno;
}

/* The entry of a lock that this thread holds, or NULL. */
static inline @p@_held_ *@p@_find_held_(const @p@_locks *locks, const uint32_t *word)
{
    @p@_process_ *own = locks->own;
    const uintptr_t thread = @p@_thread_();
    const uint32_t used = __atomic_load_n(&own->used, __ATOMIC_RELAXED);
    for (uint32_t at = 0; at < used; at++) {
        @p@_held_ *held = &own->held[at];
        if (__atomic_load_n(&held->thread, __ATOMIC_RELAXED) == thread && held->word == word)
            return held;
    }
    return NULL;
}

/* Notes that this thread holds a lock; false if there is no room for one more. */
static inline bool @p@_note_held_(const @p@_locks *locks, const uint32_t *word, uint32_t seat)
{
    @p@_process_ *own = locks->own;
    const uint32_t room = (uint32_t)(sizeof own->held / sizeof *own->held);
    for (uint32_t at = 0; at < room; at++) {
        @p@_held_ *held = &own->held[at];
        uintptr_t none = 0;
        if (!__atomic_compare_exchange_n(
                &held->thread, &none, @p@_thread_(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            continue;
        held->word = word;
        held->seat = seat;
        uint32_t used = __atomic_load_n(&own->used, __ATOMIC_RELAXED);
        while (used <= at
            && !__atomic_compare_exchange_n(&own->used, &used, at + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        }
        return true;
    }
    return false;
}

static inline void @p@_forget_held_(@p@_held_ *held)
{
    __atomic_store_n(&held->thread, 0, __ATOMIC_RELEASE);
}

/* The seat that a thread tries first: processes differ in their slot, and threads in the address of their
 * errno. */
static inline uint32_t @p@_first_seat_(const @p@_locks *locks)
{
    const uint32_t place = (uint32_t)(@p@_thread_() >> 12) * 0x9e3779b9u;
    return (place >> 16) + (__atomic_load_n(&locks->own->owner, __ATOMIC_RELAXED) >> 20);
}

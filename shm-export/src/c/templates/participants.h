#ifndef @P@_NO_OPEN
#include <signal.h>
#include <stdio.h>

/* A process that uses the locks of a region (docs/format.md). In the region, each word is atomic. */
typedef struct @p@_participant_ {
    uint32_t state, generation, pid, time_namespace;
    uint64_t start_time, pid_namespace, name[4];
} @p@_participant_;

@P@_ASSERT_(sizeof(@p@_participant_) == 64, "layout");

/* A lock that a thread holds. An entry belongs to the thread, which alone uses the rest of it. */
typedef struct @p@_held_ {
    uintptr_t thread; /* 0: free */
    const uint32_t *word;
    uint32_t seat; /* of a reader, counted from 1; 0 for every other holder */
} @p@_held_;

/* What belongs to this process and not to a child that it forks: there, all of it reads as zeros. */
typedef struct @p@_process_ {
    uint32_t has_file; /* the open file description is this process's alone */
    uint32_t owner; /* its owner bits, from its first lock on; then `self` is known */
    uint32_t is_attaching; /* a thread is at it */
    uint32_t used; /* entries of `held` that were ever used */
    @p@_participant_ self;
    @p@_held_ held[1000];
} @p@_process_;

/** The locks of a region: the part that this process takes in them. All of its threads may use it. Open
 * a region once in each process: a thread that locks through two of these is not noticed to wait for itself. */
typedef struct @p@_locks {
    @p@_participant_ *participants; /* in the region */
    uint32_t count;
    int file;
    dev_t device;
    ino_t inode;
    @p@_process_ *own;
} @p@_locks;

/* The byte of a slot, as an argument of fcntl(2). */
static inline struct flock @p@_byte_(short kind, uint32_t slot)
{
    struct flock byte;
    memset(&byte, 0, sizeof byte);
    byte.l_type = kind;
    byte.l_whence = SEEK_SET;
    byte.l_start = (off_t)((UINT64_C(1) << 62) + slot);
    byte.l_len = 1;
    return byte;
}

/* Whether the descriptor still is that of the region: the program may have closed all of them. */
static inline bool @p@_has_file_(const @p@_locks *locks)
{
    struct stat facts;
    return fstat(locks->file, &facts) == 0 && facts.st_dev == locks->device && facts.st_ino == locks->inode;
}

/* F_OFD_SETLK is 37 and F_OFD_GETLK 36; strict C hides their names. The kernel unlocks when the last descriptor
 * of the open file description is closed. 1: locked; 0: another process has the byte locked; -1: see errno. */
static inline int @p@_lock_byte_(const @p@_locks *locks, uint32_t slot)
{
    struct flock byte = @p@_byte_(F_WRLCK, slot);
    errno = EBADF;
    if (!@p@_has_file_(locks))
        return -1;
    if (fcntl(locks->file, 37, &byte) == 0)
        return 1;
    return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

static inline void @p@_unlock_byte_(const @p@_locks *locks, uint32_t slot)
{
    struct flock byte = @p@_byte_(F_UNLCK, slot);
    if (@p@_has_file_(locks))
        fcntl(locks->file, 37, &byte);
}

/* Whether another process has the byte write-locked; -1 if that cannot be known. */
static inline int @p@_is_byte_locked_(const @p@_locks *locks, uint32_t slot)
{
    struct flock byte = @p@_byte_(F_RDLCK, slot);
    if (!@p@_has_file_(locks) || fcntl(locks->file, 36, &byte) != 0)
        return -1;
    return byte.l_type != F_UNLCK;
}

/* Field 22, the start time, and field 20, the number of threads, of a /proc/PID/stat; and whether the main
 * thread has ended. */
static inline bool @p@_read_stat_(const char *path, uint64_t *start_time, uint64_t *threads, bool *has_ended)
{
    char text[2048];
    if (!@p@_read_text_(path, text, sizeof text))
        return false;
    /* The name, in parentheses, may contain any character. */
    const char *at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ')
        return false;
    at += 2;
    *has_ended = *at == 'Z' || *at == 'X' || *at == 'x';
    for (int field = 3; field < 22; field++) {
        at = strchr(at, ' ');
        if (at == NULL)
            return false;
        at++;
        if (field + 1 == 20)
            *threads = strtoull(at, NULL, 10);
    }
    *start_time = strtoull(at, NULL, 10);
    return true;
}

/* The identity of this process. Without /proc it has no namespace that could be compared with another's, and
 * only its byte tells whether it is alive. */
static inline void @p@_identify_(@p@_participant_ *self)
{
    struct stat facts;
    uint64_t threads = 0;
    bool has_ended = false;
    char name[sizeof self->name + 1] = { 0 };
    memset(self, 0, sizeof *self);
    self->pid = (uint32_t)getpid();
    if (stat("/proc/thread-self/ns/time", &facts) == 0)
        self->time_namespace = facts.st_ino > UINT32_MAX ? UINT32_MAX : (uint32_t)facts.st_ino;
    if (stat("/proc/thread-self/ns/pid", &facts) == 0
        && @p@_read_stat_("/proc/self/stat", &self->start_time, &threads, &has_ended))
        self->pid_namespace = facts.st_ino;
    if (@p@_read_text_("/proc/self/comm", name, sizeof name))
        name[strcspn(name, "\n")] = '\0';
    memcpy(self->name, name, sizeof self->name);
}

/* Whether numbers and start times mean the same to both processes. */
static inline bool @p@_are_comparable_(const @p@_participant_ *one, const @p@_participant_ *other)
{
    return one->pid_namespace != 0 && one->pid_namespace == other->pid_namespace
        && one->time_namespace == other->time_namespace;
}

static inline bool @p@_are_same_(const @p@_participant_ *one, const @p@_participant_ *other)
{
    return @p@_are_comparable_(one, other) && one->pid == other->pid && one->start_time == other->start_time;
}

/* Copies the process out that has a slot; false if there is none. */
static inline bool @p@_occupant_(const @p@_locks *locks, uint32_t slot, @p@_participant_ *found)
{
    const @p@_participant_ *entry = &locks->participants[slot];
    found->state = __atomic_load_n(&entry->state, __ATOMIC_RELAXED);
    /* Pairs with the Release stores of the state, which publish an occupant, or what it did before it left. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    found->generation = __atomic_load_n(&entry->generation, __ATOMIC_RELAXED) & 0xfffffu;
    found->pid = __atomic_load_n(&entry->pid, __ATOMIC_RELAXED);
    found->time_namespace = __atomic_load_n(&entry->time_namespace, __ATOMIC_RELAXED);
    found->start_time = __atomic_load_n(&entry->start_time, __ATOMIC_RELAXED);
    found->pid_namespace = __atomic_load_n(&entry->pid_namespace, __ATOMIC_RELAXED);
    return found->state == 1;
}

/* Empties a slot whose byte this process has locked. */
static inline void @p@_vacate_(const @p@_locks *locks, uint32_t slot)
{
    __atomic_store_n(&locks->participants[slot].state, 0, __ATOMIC_RELEASE);
}

/* Empties the slots that name this process, which has none yet: its own from before an exec, and those of
 * the original of a copied file. Others cannot tell them from a process that closed its descriptors. */
static inline void @p@_clear_former_self_(const @p@_locks *locks)
{
    @p@_participant_ self, found;
    bool is_known = false;
    for (uint32_t slot = 0; slot < locks->count; slot++) {
        if (!@p@_occupant_(locks, slot, &found) || found.pid != (uint32_t)getpid())
            continue;
        if (!is_known)
            @p@_identify_(&self);
        is_known = true;
        if (!@p@_are_same_(&found, &self) || @p@_lock_byte_(locks, slot) != 1)
            continue;
        /* Again with the byte: another process may have freed the slot and taken it. */
        if (@p@_occupant_(locks, slot, &found) && @p@_are_same_(&found, &self))
            @p@_vacate_(locks, slot);
        @p@_unlock_byte_(locks, slot);
    }
}

/* Prepares for the first lock, in a region that was just opened; on failure, undoes the opening. */
static inline @p@_error @p@_begin_locks_(
    @p@_locks *locks, int file, const struct stat *facts, const @p@_place *place, void *map, size_t len)
{
    void *own = mmap(NULL, sizeof(@p@_process_), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* 18 is MADV_WIPEONFORK. */
    if (own == MAP_FAILED || madvise(own, sizeof(@p@_process_), 18) != 0) {
        const int reason = errno;
        if (own != MAP_FAILED)
            munmap(own, sizeof(@p@_process_));
        munmap(map, len);
        close(file);
        errno = reason;
        return @P@_SYSTEM;
    }
    locks->participants = (@p@_participant_ *)(void *)((unsigned char *)map + place->participants);
    locks->count = (uint32_t)place->participant_count;
    locks->file = file;
    locks->device = facts->st_dev;
    locks->inode = facts->st_ino;
    locks->own = (@p@_process_ *)own;
    locks->own->has_file = 1;
    @p@_clear_former_self_(locks);
    return @P@_OK;
}

/* Gives the slot back, if this process has one and it is still its own. */
static inline void @p@_leave_slot_(const @p@_locks *locks)
{
    const @p@_process_ *own = locks->own;
    const uint32_t slot = (own->owner >> 20) - 1;
    @p@_participant_ found;
    if (own->owner == 0 || @p@_lock_byte_(locks, slot) != 1)
        return;
    if (@p@_occupant_(locks, slot, &found) && found.generation == (own->owner & 0xfffffu)
        && @p@_are_same_(&found, &own->self))
        @p@_vacate_(locks, slot);
    /* Explicitly: a forked child shares the open file description, and would keep the byte. */
    @p@_unlock_byte_(locks, slot);
}

/* Out of line, so that compilers do not warn of a region that is closed only if it was opened. */
__attribute__((noinline, unused)) static void @p@_end_locks_(@p@_locks *locks)
{
    @p@_leave_slot_(locks);
    if (@p@_has_file_(locks))
        close(locks->file);
    munmap(locks->own, sizeof(@p@_process_));
    locks->own = NULL;
}
#endif

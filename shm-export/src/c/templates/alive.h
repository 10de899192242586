/* Examines a line of /proc/PID/maps: with an address, whether it is inside, and then copies the device and the
 * inode; without, whether it is a shared, writable mapping of that file. */
static inline bool @p@_is_mapping_(const char *line, uintptr_t address, char device[32], char inode[32])
{
    unsigned long start = 0, end = 0;
    char mode[8], found_device[32], found_inode[32];
    if (sscanf(line, "%lx-%lx %7s %*s %31s %31s", &start, &end, mode, found_device, found_inode) != 5)
        return false;
    if (address == 0)
        return mode[1] == 'w' && mode[3] == 's' && strcmp(found_device, device) == 0
            && strcmp(found_inode, inode) == 0;
    if (address < start || address >= end)
        return false;
    memcpy(device, found_device, 32);
    memcpy(inode, found_inode, 32);
    return true;
}

/* Looks through the mappings of a process. With an address: copies the device and the inode of the file that
 * is mapped there; 1 if there is one. Without: 1 if that file is mapped shared and writable, 0 if only others
 * are mapped, -1 if nothing is shown. */
static inline int @p@_find_mapping_(const char *path, uintptr_t address, char device[32], char inode[32])
{
    char bytes[4096], line[128];
    size_t used = 0;
    ssize_t len;
    int answer = -1;
    const int maps = open(path, O_RDONLY | O_CLOEXEC);
    if (maps < 0)
        return -1;
    while (answer != 1 && (len = read(maps, bytes, sizeof bytes)) > 0) {
        for (ssize_t at = 0; at < len && answer != 1; at++) {
            if (bytes[at] != '\n') {
                /* The path at the end of a line does not matter. */
                if (used < sizeof line - 1)
                    line[used++] = bytes[at];
                continue;
            }
            line[used] = '\0';
            used = 0;
            answer = @p@_is_mapping_(line, address, device, inode) ? 1 : 0;
        }
    }
    close(maps);
    return answer;
}

/* Whether the process that had a number and start time is alive: 1, 0, or -1 if that cannot be known. */
static inline int @p@_life_(uint32_t pid, uint64_t started)
{
    char path[40], shown[16] = { 0 };
    uint64_t start_time = 0, threads = 0;
    bool has_ended = false;
    /* With hidepid, /proc does not show a process of another user: only ESRCH proves that it is gone. */
    if (pid == 0 || pid > INT32_MAX || (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
        return 0;
    if (readlink("/proc/self", shown, sizeof shown - 1) <= 0 || strtol(shown, NULL, 10) != (long)getpid())
        return -1;
    snprintf(path, sizeof path, "/proc/%lu/stat", (unsigned long)pid);
    if (!@p@_read_stat_(path, &start_time, &threads, &has_ended))
        return -1;
    if (start_time != started)
        return 0;
    /* A thread is counted until it has given up memory and files; the main thread until its parent has waited
     * for the process. */
    if (has_ended)
        return threads <= 1 ? 0 : -1;
    return 1;
}

/* Whether a running process is known not to have the region mapped shared and writable: it called exec, or
 * never took part in this file, which is a copy. */
static inline bool @p@_is_unmapped_(const @p@_locks *locks, uint32_t pid)
{
    char path[40], device[32] = { 0 }, inode[32] = { 0 };
    snprintf(path, sizeof path, "/proc/%lu/maps", (unsigned long)pid);
    return @p@_find_mapping_("/proc/thread-self/maps", (uintptr_t)locks->participants, device, inode) == 1
        && strcmp(inode, "0") != 0 && @p@_find_mapping_(path, 0, device, inode) == 0;
}

/* Whether a participant is alive: 1, 0, or -1 if that cannot be known. `slot` is its slot, or -1 if its byte
 * says nothing. Unless `closely`, a running process that has its byte is alive. */
static inline int @p@_liveness_(const @p@_locks *locks, const @p@_participant_ *found, int64_t slot, bool closely)
{
    const int life = @p@_are_comparable_(found, &locks->own->self) ? @p@_life_(found->pid, found->start_time) : -1;
    if (life == 0)
        return 0; /* even if its byte is locked: by a child that it forked */
    const int byte = slot < 0 ? -1 : @p@_is_byte_locked_(locks, (uint32_t)slot);
    if (life < 0)
        return byte;
    if (!closely && byte == 1)
        return 1;
    return @p@_is_unmapped_(locks, found->pid) ? 0 : 1;
}

/* Whether the process with these owner bits is certainly dead. */
static inline bool @p@_is_dead_(const @p@_locks *locks, uint32_t owner, bool closely)
{
    const uint32_t slot = (owner >> 20 & 1023u) - 1;
    @p@_participant_ found;
    if (slot > 1022u || owner == locks->own->owner)
        return false;
    /* Slots are reused only after a death, and no process has a slot past the last. */
    if (slot >= locks->count || !@p@_occupant_(locks, slot, &found) || found.generation != (owner & 0xfffffu))
        return true;
    /* This process before an exec, or as a participant of the original of a copied file. */
    if (@p@_are_same_(&found, &locks->own->self))
        return @p@_is_byte_locked_(locks, slot) == 0;
    return @p@_liveness_(locks, &found, slot, closely) == 0;
}

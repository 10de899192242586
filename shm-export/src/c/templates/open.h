#ifndef @P@_NO_OPEN
/** A region that is open for reading and writing. */
typedef struct @p@_region {
    @p@ *value;
    size_t len; /* elements of the part whose length is known only at run time; 0 without one */
    void *file;
    size_t file_len;
    dev_t device; /* with the inode, identifies the file */
    ino_t inode;
    const uint64_t *object; /* the state of a named object; NULL if this is the region's own value */
    uint64_t state;
    @p@_heap heap; /* for the functions that read values of any length */
@L@    @p@_locks locks; /* for the functions that take locks */
} @p@_region;

/** A region that is open for reading: mapped PROT_READ. */
typedef struct @p@_reader {
    const @p@ *value;
    size_t len;
    void *file;
    size_t file_len;
    dev_t device;
    ino_t inode;
    const uint64_t *object;
    uint64_t state;
    @p@_heap heap;
} @p@_reader;

/* Checks a file's metadata and a private copy of its header, read with pread; then maps the file, and finds
 * the object of that name, unless it is NULL. */
static inline @p@_error @p@_map_(int file, const char *object, const @p@_options *options, bool to_write,
    struct stat *facts, @p@_place *place, void **map, size_t *len)
{
    unsigned char boot_id[16];
    size_t page = 1;
    if (fstat(file, facts) != 0)
        return @P@_SYSTEM;
    if (!S_ISREG(facts->st_mode))
        return @P@_NOT_REGULAR_FILE;
    if (!(options->allow_owner && facts->st_uid == options->owner) && !@p@_is_own_(facts->st_uid))
        return @P@_FOREIGN_OWNER;
    const bool any_boot = @p@_is_in_memory_(file, &page) || options->after_reboot || !@p@_boot_id_(boot_id);
    const @p@_source_ source = { @p@_copy_file_, NULL, file, (uint64_t)facts->st_size };
    const @p@_error verdict
        = @p@_check_header_(&source, to_write, object != NULL, any_boot ? NULL : boot_id, place);
    if (verdict != @P@_OK && verdict != @P@_NOT_GROWN)
        return verdict;
    *len = (place->total + page - 1) / page * page;
    *map = mmap(NULL, *len, to_write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, file, 0);
    if (*map == MAP_FAILED)
        return @P@_SYSTEM;
    /* Mapping past the end of a truncated file succeeds; touching it raises SIGBUS. */
    const bool is_whole = fstat(file, facts) == 0 && (uint64_t)facts->st_size >= place->total;
    @p@_error error = is_whole ? @p@_check_ready_(*map, verdict) : @P@_TRUNCATED;
    if (error == @P@_OK && object != NULL)
        error = @p@_find_object_(*map, object, place);
    if (error != @P@_OK) {
        const int reason = errno;
        munmap(*map, *len);
        errno = reason;
    }
    return error;
}

static inline @p@_error @p@_open_(const char *name, const @p@_options *options, bool to_write,
    int *file, struct stat *facts, @p@_place *place, void **map, size_t *len)
{
    char buffer[@P@_PATH_ROOM_];
    const char *path = @p@_path_(name, strlen(name), buffer), *object = NULL;
    /* Follows no symbolic link, does not wait at a FIFO, does not acquire a controlling terminal. */
    const int flags = (to_write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    *file = path == NULL ? -1 : open(path, flags);
    /* A region whose name has an @ comes before an object. */
    if (path == NULL || (*file < 0 && errno == ENOENT))
        object = @p@_object_of_(name);
    if (object != NULL) {
        path = @p@_path_(name, (size_t)(object - 1 - name), buffer);
        *file = path == NULL ? -1 : open(path, flags);
    }
    if (path == NULL)
        return @P@_BAD_NAME;
    if (*file < 0)
        return @P@_SYSTEM;
    const @p@_error error = @p@_map_(*file, object, options, to_write, facts, place, map, len);
    if (error != @P@_OK) {
        const int reason = errno;
        close(*file);
        errno = reason;
    }
    return error;
}

/** As `@p@_open`, with options. */
static inline @p@_error @p@_open_with(const char *name, const @p@_options *options, @p@_region *opened)
{
    struct stat facts;
    @p@_place place;
    void *map;
    size_t len;
    int file;
@N@    const @p@_error error = @p@_open_(name, options, true, &file, &facts, &place, &map, &len);
@L@    @p@_error error = @p@_open_(name, options, true, &file, &facts, &place, &map, &len);
@L@    if (error == @P@_OK)
@L@        error = @p@_begin_locks_(&opened->locks, file, &facts, &place, map, len);
    if (error == @P@_OK) {
@N@        close(file);
        opened->value = (@p@ *)(void *)((unsigned char *)map + place.offset);
        opened->len = place.len;
        opened->file = map;
        opened->file_len = len;
        opened->device = facts.st_dev;
        opened->inode = facts.st_ino;
        opened->object = @p@_state_of_(map, &place);
        opened->state = place.state;
        opened->heap = @p@_heap_of(map, &place);
    }
    return error;
}

/** As `@p@_open_read_only`, with options. */
static inline @p@_error @p@_open_read_only_with(
    const char *name, const @p@_options *options, @p@_reader *opened)
{
    struct stat facts;
    @p@_place place;
    void *map;
    size_t len;
    int file;
    const @p@_error error = @p@_open_(name, options, false, &file, &facts, &place, &map, &len);
    if (error == @P@_OK) {
        close(file);
        opened->value = (const @p@ *)(const void *)((const unsigned char *)map + place.offset);
        opened->len = place.len;
        opened->file = map;
        opened->file_len = len;
        opened->device = facts.st_dev;
        opened->inode = facts.st_ino;
        opened->object = @p@_state_of_(map, &place);
        opened->state = place.state;
        opened->heap = @p@_heap_of(map, &place);
    }
    return error;
}

/** Opens a region for reading and writing. A plain name means a file in /dev/shm, a name with a
 * slash is a path. `board@hits` means the object with the name `hits` in the heap of the region `board`,
 * unless a file has that name. The process does not hold the object: if its name is removed, and no other
 * process holds it, its memory can become another object of the same type. */
static inline @p@_error @p@_open(const char *name, @p@_region *opened)
{
    @p@_options options;
    memset(&options, 0, sizeof options);
    return @p@_open_with(name, &options, opened);
}

/** Opens a region for reading only. */
static inline @p@_error @p@_open_read_only(const char *name, @p@_reader *opened)
{
    @p@_options options;
    memset(&options, 0, sizeof options);
    return @p@_open_read_only_with(name, &options, opened);
}

static inline bool @p@_is_at_(const char *name, dev_t device, ino_t inode, const uint64_t *object, uint64_t state)
{
    char buffer[@P@_PATH_ROOM_];
    struct stat facts;
    const char *end = object == NULL ? NULL : @p@_object_of_(name);
    const char *path = @p@_path_(name, end == NULL ? strlen(name) : (size_t)(end - 1 - name), buffer);
    if (object != NULL && __atomic_load_n(object, __ATOMIC_RELAXED) != state)
        return false;
    return path != NULL && lstat(path, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode;
}

/** Returns whether the name still means this region, or this object. If not, the region was replaced or its
 * file or the object removed, and writes reach only processes that also opened it before: open the name again. */
static inline bool @p@_is_current(const @p@_region *opened, const char *name)
{
    return @p@_is_at_(name, opened->device, opened->inode, opened->object, opened->state);
}

/** As `@p@_is_current`, for a region opened for reading only. */
static inline bool @p@_is_current_reader(const @p@_reader *opened, const char *name)
{
    return @p@_is_at_(name, opened->device, opened->inode, opened->object, opened->state);
}

@N@/** Closes a region; no pointer into it may be used any more. */
@L@/** Closes a region; no pointer into it may be used any more. Locks that this process took through it and
@L@ * still holds are marked, as if it had died. */
static inline void @p@_close(@p@_region *opened)
{
@L@    @p@_end_locks_(&opened->locks);
    munmap(opened->file, opened->file_len);
    opened->value = NULL;
}

/** As `@p@_close`, for a region opened for reading only. */
static inline void @p@_close_reader(@p@_reader *opened)
{
    munmap(opened->file, opened->file_len);
    opened->value = NULL;
}
#endif

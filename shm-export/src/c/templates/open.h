#ifndef @P@_NO_OPEN
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#if !defined(O_NOFOLLOW) || !defined(O_CLOEXEC)
#error "define _POSIX_C_SOURCE as 200809L before the first #include; or define @P@_NO_OPEN and map regions yourself"
#endif

/** A region that is open for reading and writing. */
typedef struct @p@_region {
    @p@ *value;
    size_t len; /* elements of the part whose length is known only at run time; 0 without one */
    void *file;
    size_t file_len;
    dev_t device; /* with the inode, identifies the file */
    ino_t inode;
    @p@_heap heap; /* for the functions that read values of any length */
} @p@_region;

/** A region that is open for reading: mapped PROT_READ. */
typedef struct @p@_reader {
    const @p@ *value;
    size_t len;
    void *file;
    size_t file_len;
    dev_t device;
    ino_t inode;
    @p@_heap heap;
} @p@_reader;

/** Options for opening a region. All zeros are the same as `@p@_open`. */
typedef struct @p@_options {
    bool allow_owner; /* also open files of the user `owner`, who can change and truncate them */
    bool after_reboot; /* open a region that was created before the machine last started */
    uid_t owner;
} @p@_options;

/* Copies from a file, which may have changed since it was opened. */
static inline @p@_error @p@_copy_file_(const @p@_source_ *source, uint64_t offset, void *to, size_t len)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t some = pread(source->file, (unsigned char *)to + done, len - done, (off_t)(offset + done));
        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0)
            return some < 0 ? @P@_SYSTEM : @P@_TRUNCATED;
        done += (size_t)some;
    }
    return @P@_OK;
}

/* Reads a small file of /proc into `text`, of `room` bytes, with a NUL after it; false if it is missing
 * (/proc is not mounted, or was mounted with subset=pid) or too long. */
static inline bool @p@_read_text_(const char *path, char *text, size_t room)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const ssize_t len = read(file, text, room);
    close(file);
    if (len <= 0 || (size_t)len >= room)
        return false;
    text[len] = '\0';
    return true;
}

/* Gets the boot id of the running machine; false if it cannot be read. */
static inline bool @p@_boot_id_(unsigned char boot_id[16])
{
    static const char digits[] = "0123456789abcdef";
    char text[64];
    size_t count = 0;
    if (!@p@_read_text_("/proc/sys/kernel/random/boot_id", text, sizeof text))
        return false;
    for (const char *at = text; *at != '\0' && *at != '\n'; at++) {
        const char *digit = strchr(digits, *at);
        if (*at == '-')
            continue;
        if (digit == NULL || count == 32)
            return false;
        const unsigned high = count % 2 == 0 ? 0u : (unsigned)boot_id[count / 2] << 4;
        boot_id[count / 2] = (unsigned char)(high | (unsigned)(digit - digits));
        count++;
    }
    return count == 32;
}

/* Returns whether a file of this user is the caller's own. In a user namespace that does not map all users,
 * unmapped owners of files and unmapped users of processes all appear as the overflow user. */
static inline bool @p@_is_own_(uid_t owner)
{
    char text[64], *at = text;
    unsigned long overflow = 65534;
    if (owner != geteuid())
        return false;
    if (@p@_read_text_("/proc/sys/kernel/overflowuid", text, sizeof text))
        overflow = strtoul(text, NULL, 10);
    if (owner != overflow)
        return true;
    /* All users are mapped, each to itself, if the map is the one line "0 0 4294967295". */
    if (!@p@_read_text_("/proc/self/uid_map", text, sizeof text))
        /* A kernel without user namespaces has /proc/self, but no map in it. */
        return access("/proc/self/stat", F_OK) == 0 && access("/proc/self/uid_map", F_OK) != 0;
    const unsigned long inside = strtoul(at, &at, 10), outside = strtoul(at, &at, 10);
    const unsigned long count = strtoul(at, &at, 10);
    return inside == 0 && outside == 0 && count == 4294967295ul && strcmp(at, "\n") == 0;
}

/* Returns whether a file is in memory only, on a tmpfs, ramfs or hugetlbfs: it cannot be older than the
 * machine's last start, whatever boot id a container shows. Lengths of mappings are multiples of `*page`. */
static inline bool @p@_is_in_memory_(int file, size_t *page)
{
    struct statfs facts;
    *page = 1;
    if (fstatfs(file, &facts) != 0)
        return false;
    const unsigned long magic = (unsigned long)facts.f_type & 0xfffffffful;
    if (magic == 0x958458f6ul) /* HUGETLBFS_MAGIC: each page has this size */
        *page = (size_t)facts.f_bsize;
    return magic == 0x958458f6ul || magic == 0x01021994ul /* TMPFS_MAGIC */ || magic == 0x858458f6ul /* RAMFS_MAGIC */;
}

/* Returns the path that a name means: a plain name is a file in /dev/shm, a name with a slash is a path.
 * NULL if it cannot be a file, or is "/name", which shm_open(3) and open(2) take for different files. */
static inline const char *@p@_path_(const char *name, char path[9 + 256])
{
    const char *slash = strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1;
    if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0 || strlen(last) > 255 || slash == name)
        return NULL;
    if (slash != NULL)
        return name;
    memcpy(path, "/dev/shm/", 9);
    memcpy(path + 9, name, strlen(name) + 1);
    return path;
}

/* Checks a file's metadata and a private copy of its header, read with pread; then maps the file. */
static inline @p@_error @p@_map_(int file, const @p@_options *options, bool to_write, struct stat *facts,
    @p@_place *place, void **map, size_t *len)
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
    const @p@_error verdict = @p@_check_header_(&source, to_write, any_boot ? NULL : boot_id, place);
    if (verdict != @P@_OK && verdict != @P@_NOT_GROWN)
        return verdict;
    *len = (place->total + page - 1) / page * page;
    *map = mmap(NULL, *len, to_write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, file, 0);
    if (*map == MAP_FAILED)
        return @P@_SYSTEM;
    /* Mapping past the end of a truncated file succeeds; touching it raises SIGBUS. */
    const bool is_whole = fstat(file, facts) == 0 && (uint64_t)facts->st_size >= place->total;
    const @p@_error error = is_whole ? @p@_check_ready_(*map, verdict) : @P@_TRUNCATED;
    if (error != @P@_OK)
        munmap(*map, *len);
    return error;
}

static inline @p@_error @p@_open_(const char *name, const @p@_options *options, bool to_write,
    struct stat *facts, @p@_place *place, void **map, size_t *len)
{
    char buffer[9 + 256];
    const char *path = @p@_path_(name, buffer);
    if (path == NULL)
        return @P@_BAD_NAME;
    /* Follows no symbolic link, does not wait at a FIFO, does not acquire a controlling terminal. */
    const int flags = (to_write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const int file = open(path, flags);
    if (file < 0)
        return @P@_SYSTEM;
    const @p@_error error = @p@_map_(file, options, to_write, facts, place, map, len);
    const int reason = errno;
    close(file);
    errno = reason;
    return error;
}

/** As `@p@_open`, with options. */
static inline @p@_error @p@_open_with(const char *name, const @p@_options *options, @p@_region *region)
{
    struct stat facts;
    @p@_place place;
    void *map;
    size_t len;
    const @p@_error error = @p@_open_(name, options, true, &facts, &place, &map, &len);
    if (error == @P@_OK) {
        region->value = (@p@ *)(void *)((unsigned char *)map + place.offset);
        region->len = place.len;
        region->file = map;
        region->file_len = len;
        region->device = facts.st_dev;
        region->inode = facts.st_ino;
        region->heap = @p@_heap_of(map, &place);
    }
    return error;
}

/** As `@p@_open_read_only`, with options. */
static inline @p@_error @p@_open_read_only_with(
    const char *name, const @p@_options *options, @p@_reader *region)
{
    struct stat facts;
    @p@_place place;
    void *map;
    size_t len;
    const @p@_error error = @p@_open_(name, options, false, &facts, &place, &map, &len);
    if (error == @P@_OK) {
        region->value = (const @p@ *)(const void *)((const unsigned char *)map + place.offset);
        region->len = place.len;
        region->file = map;
        region->file_len = len;
        region->device = facts.st_dev;
        region->inode = facts.st_ino;
        region->heap = @p@_heap_of(map, &place);
    }
    return error;
}

/** Opens a region for reading and writing. A plain name means a file in /dev/shm, a name with a
 * slash is a path. */
static inline @p@_error @p@_open(const char *name, @p@_region *region)
{
    @p@_options options;
    memset(&options, 0, sizeof options);
    return @p@_open_with(name, &options, region);
}

/** Opens a region for reading only. */
static inline @p@_error @p@_open_read_only(const char *name, @p@_reader *region)
{
    @p@_options options;
    memset(&options, 0, sizeof options);
    return @p@_open_read_only_with(name, &options, region);
}

static inline bool @p@_is_at_(const char *name, dev_t device, ino_t inode)
{
    char buffer[9 + 256];
    struct stat facts;
    const char *path = @p@_path_(name, buffer);
    return path != NULL && lstat(path, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode;
}

/** Returns whether the name still means this region. If not, the region was replaced or its file removed,
 * and writes reach only processes that also opened it before: open the name again. */
static inline bool @p@_is_current(const @p@_region *region, const char *name)
{
    return @p@_is_at_(name, region->device, region->inode);
}

/** As `@p@_is_current`, for a region opened for reading only. */
static inline bool @p@_is_current_reader(const @p@_reader *region, const char *name)
{
    return @p@_is_at_(name, region->device, region->inode);
}

/** Closes a region; no pointer into it may be used any more. */
static inline void @p@_close(@p@_region *region)
{
    munmap(region->file, region->file_len);
    region->value = NULL;
}

/** As `@p@_close`, for a region opened for reading only. */
static inline void @p@_close_reader(@p@_reader *region)
{
    munmap(region->file, region->file_len);
    region->value = NULL;
}
#endif

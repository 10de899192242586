#ifndef @P@_NO_OPEN
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#if !defined(O_NOFOLLOW) || !defined(O_CLOEXEC)
#error "define _POSIX_C_SOURCE as 200809L before the first #include; or @P@_NO_OPEN, and map regions yourself"
#endif

/** A region that is open for reading and writing. */
typedef struct @p@_region {
    @p@ *value;
    size_t len; /* elements of the part whose length is known at run time; 0 where there is none */
    void *file;
    size_t file_len;
} @p@_region;

/** A region that is open for reading: mapped PROT_READ. */
typedef struct @p@_reader {
    const @p@ *value;
    size_t len;
    void *file;
    size_t file_len;
} @p@_reader;

/* Reads a small file of /proc; text ends in a NUL. */
static inline bool @p@_read_text_(const char *path, char *text, size_t size)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t len = file < 0 ? -1 : read(file, text, size - 1);
    if (file >= 0)
        close(file);
    text[len < 0 ? 0 : len] = '\0';
    return len > 0;
}

/* Whether a file lies in memory alone (tmpfs, ramfs, hugetlbfs), and so cannot be from before the last
 * start of the machine. */
static inline bool @p@_lies_in_memory_(int file)
{
    struct statfs facts;
    if (fstatfs(file, &facts) != 0)
        return false;
    const unsigned long magic = (unsigned long)facts.f_type & 0xfffffffful;
    return magic == 0x01021994ul || magic == 0x858458f6ul || magic == 0x958458f6ul;
}

/* 1 if the region is of this start of the machine, or if that cannot be told; else 0. */
static inline int @p@_is_of_this_boot_(int file, const unsigned char *boot_id)
{
    static const unsigned char unknown[16] = {0};
    char text[64];
    if (memcmp(boot_id, unknown, 16) == 0 || @p@_lies_in_memory_(file))
        return 1;
    if (!@p@_read_text_("/proc/sys/kernel/random/boot_id", text, sizeof text) || strlen(text) < 36)
        return 1;
    size_t digits = 0;
    for (size_t at = 0; at < 36; at++) {
        const char c = text[at];
        if (c == '-' || digits == 32)
            continue;
        const unsigned digit = (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        const unsigned byte = boot_id[digits / 2];
        if ((digits % 2 == 0 ? byte >> 4 : byte & 15u) != digit)
            return 0;
        digits++;
    }
    return 1;
}

/* Whether an owner is the user of this process, for sure: in a user namespace one number stands for all
 * users that have none of their own (user_namespaces(7)). */
static inline bool @p@_is_own_(uid_t owner)
{
    char text[64];
    if (owner != geteuid())
        return false;
    unsigned long stranger = 65534;
    if (@p@_read_text_("/proc/sys/kernel/overflowuid", text, sizeof text))
        stranger = strtoul(text, NULL, 10);
    if (owner != stranger)
        return true;
    if (!@p@_read_text_("/proc/self/uid_map", text, sizeof text))
        /* A kernel without user namespaces shows the process, and no map. */
        return access("/proc/self/stat", F_OK) == 0 && access("/proc/self/uid_map", F_OK) != 0;
    char *rest = text;
    const unsigned long inside = strtoul(rest, &rest, 10), outside = strtoul(rest, &rest, 10);
    return inside == 0 && outside == 0 && strtoul(rest, &rest, 10) == 4294967295ul;
}

/* A plain name means a file in /dev/shm, anything with a slash is a path; but not "/name", which means
 * another file to shm_open(3) than to open(2). */
static inline @p@_error @p@_open_file_(const char *name, bool to_write, int *file)
{
    char path[9 + 256] = "/dev/shm/";
    const char *slash = strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1;
    if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0 || strlen(last) > 255 || slash == name)
        return @P@_BAD_NAME;
    if (slash == NULL)
        memcpy(path + 9, name, strlen(name) + 1);
    /* No symbolic link, no waiting for the other end of a FIFO, no controlling terminal. */
    const int flags = (to_write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    *file = open(slash == NULL ? path : name, flags);
    return *file < 0 ? @P@_SYSTEM : @P@_OK;
}

/* Maps a file and checks it. */
static inline @p@_error @p@_map_(int file, bool to_write, @p@_place *place, void **map, size_t *len)
{
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return @P@_SYSTEM;
    if (!S_ISREG(facts.st_mode))
        return @P@_NOT_REGULAR_FILE;
    if (!@p@_is_own_(facts.st_uid))
        return @P@_FOREIGN_OWNER;
    if (facts.st_size <= 0)
        return @P@_NOT_A_REGION;
    *len = (size_t)facts.st_size;
    *map = mmap(NULL, *len, to_write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, file, 0);
    if (*map == MAP_FAILED)
        return @P@_SYSTEM;
    @p@_error error = @p@_check(*map, *len, to_write, place);
    if (error == @P@_OK && !@p@_is_of_this_boot_(file, (const unsigned char *)*map + 88))
        error = @P@_REBOOTED;
    if (error != @P@_OK)
        munmap(*map, *len);
    return error;
}

static inline @p@_error @p@_open_(const char *name, bool to_write, @p@_place *place, void **map, size_t *len)
{
    int file = -1;
    @p@_error error = @p@_open_file_(name, to_write, &file);
    if (error != @P@_OK)
        return error;
    error = @p@_map_(file, to_write, place, map, len);
    const int reason = errno;
    close(file);
    errno = reason;
    return error;
}

/** Opens a region for reading and writing. A plain name means a file in /dev/shm, anything with a
 * slash is a path. */
static inline @p@_error @p@_open(const char *name, @p@_region *region)
{
    @p@_place place;
    const @p@_error error = @p@_open_(name, true, &place, &region->file, &region->file_len);
    if (error == @P@_OK) {
        region->value = (@p@ *)(void *)((unsigned char *)region->file + place.offset);
        region->len = place.len;
    }
    return error;
}

/** Opens a region for reading only. */
static inline @p@_error @p@_open_read_only(const char *name, @p@_reader *region)
{
    @p@_place place;
    const @p@_error error = @p@_open_(name, false, &place, &region->file, &region->file_len);
    if (error == @P@_OK) {
        region->value = (const @p@ *)(const void *)((const unsigned char *)region->file + place.offset);
        region->len = place.len;
    }
    return error;
}

/** Closes a region; nothing of it may be used any more. */
static inline void @p@_close(@p@_region *region)
{
    munmap(region->file, region->file_len);
    region->value = NULL;
}

/** As `@p@_close`, for one that was opened for reading only. */
static inline void @p@_close_reader(@p@_reader *region)
{
    munmap(region->file, region->file_len);
    region->value = NULL;
}
#endif

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

/* The longest path that the system takes, and its NUL. */
#define @P@_PATH_ROOM_ 4096

/* Returns the path that the first `len` bytes of a name mean: a plain name is a file in /dev/shm, a name with
 * a slash is a path. NULL if it cannot be a file, or is "/name", which shm_open(3) and open(2) take for
 * different files. */
static inline const char *@p@_path_(const char *name, size_t len, char path[@P@_PATH_ROOM_])
{
    if (len > @P@_PATH_ROOM_ - 10)
        return NULL;
    memcpy(path, "/dev/shm/", 9);
    memcpy(path + 9, name, len);
    path[9 + len] = '\0';
    const char *slash = strrchr(path + 9, '/');
    const char *last = slash == NULL ? path + 9 : slash + 1;
    if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0 || strlen(last) > 255 || slash == path + 9)
        return NULL;
    return slash == NULL ? path : path + 9;
}

/* The name of the object in `board@hits`, after the first @ in the last part of a path; NULL if there is
 * none. */
static inline const char *@p@_object_of_(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1, *mark = strchr(last, '@');
    return mark == NULL || mark == last || mark[1] == '\0' ? NULL : mark + 1;
}
#endif

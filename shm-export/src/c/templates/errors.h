/** The errors. After an error, an `out` parameter is unchanged, except that of `@p@_load_..`. */
typedef enum @p@_error {
    @P@_OK = 0,
    /* Opening: the first check that fails. */
    @P@_NOT_A_REGION,
    @P@_TRUNCATED,
    @P@_FORMAT_VERSION,
    @P@_DAMAGED,
    @P@_FEATURE,
    @P@_INVALID,
    @P@_TOO_LARGE,
    @P@_UNKNOWN_SECTION,
    @P@_SECTION,
    @P@_SCHEMA,
    @P@_BYTE_ORDER,
    @P@_LAYOUT_DIFFERS,
    @P@_NOT_GROWN,
    @P@_FINGERPRINT,
    @P@_READ_ONLY_FEATURE,
    @P@_DATA_LENGTH,
    @P@_NOT_READY,
    @P@_BAD_NAME,
    @P@_SYSTEM,
    @P@_NOT_REGULAR_FILE,
    @P@_FOREIGN_OWNER,
    @P@_REBOOTED,
    @P@_NO_OBJECT,
    /* Reading and writing. */
    @P@_OUT_OF_BOUNDS,
    @P@_INVALID_VALUE,
    @P@_TOO_LONG,
    @P@_CONTENDED,
    @P@_EMPTY,
    /* Locking: the lock is not held after any of these. */
    @P@_OWNER_DIED,
    @P@_BUSY,
    @P@_WOULD_DEADLOCK,
    @P@_LOST,
    @P@_NOT_HELD,
    @P@_BROKEN,
    @P@_TOO_MANY_PARTICIPANTS,
    @P@_OBSTRUCTED
} @p@_error;

/** Returns what an error means, and what to do. */
static inline const char *@p@_error_text(@p@_error error)
{
    switch (error) {
    case @P@_OK: return "no error";
    case @P@_NOT_A_REGION: return "this is not a region: check the name";
    case @P@_TRUNCATED: return "the file is shorter than its header says, or was cut short meanwhile: create the region again";
    case @P@_FORMAT_VERSION: return "the region has another format version: regenerate this header";
    case @P@_DAMAGED: return "a checksum of the region's header is wrong: create the region again";
    case @P@_FEATURE: return "the region uses features that this header does not know: regenerate it";
    case @P@_INVALID: return "the region's preamble holds an impossible number: create the region again";
    case @P@_TOO_LARGE: return "the region's header exceeds a limit of the format: create the region again";
    case @P@_UNKNOWN_SECTION: return "the region has a mandatory section that this header does not know: regenerate it";
    case @P@_SECTION: return "the region's directory is invalid: create the region again";
    case @P@_SCHEMA: return "the region's schema is invalid: create the region again";
    case @P@_BYTE_ORDER: return "the region's data is not in this machine's byte order";
    case @P@_LAYOUT_DIFFERS: return "the region's layout is not that of this header: regenerate it with `shm export`";
    case @P@_NOT_GROWN: return "the region has room for fields of this header, but not the fields yet: let a Rust program that has them open it for writing first";
    case @P@_FINGERPRINT: return "the region's fingerprint is not that of its schema: create the region again";
    case @P@_READ_ONLY_FEATURE: return "this header may read the region, but not write it: open it read-only";
    case @P@_DATA_LENGTH: return "the size of the region's data is not that of its layout: create the region again";
    case @P@_NOT_READY: return "the region's creator has not finished, or died before it did";
    case @P@_BAD_NAME: return "the name is invalid";
    case @P@_SYSTEM: return "the operating system reported an error: see errno";
    case @P@_NOT_REGULAR_FILE: return "this is not a regular file";
    case @P@_FOREIGN_OWNER: return "the file belongs to another user, or this user namespace does not map its owner: open it with allow_owner if that user is trusted";
    case @P@_REBOOTED: return "the region was created before this machine last started: create it again, or open it with after_reboot";
    case @P@_NO_OBJECT: return "the region's heap has no object of this name: `shm heap` lists those that there are";
    case @P@_OUT_OF_BOUNDS: return "the index is out of bounds";
    case @P@_INVALID_VALUE: return "the value is not valid for the field's type";
    case @P@_TOO_LONG: return "the text is longer than the field, or the value than the room for it";
    case @P@_CONTENDED: return "versions were written faster than one could be copied: try again";
    case @P@_EMPTY: return "the place owns no value, or the map has no such entry";
    case @P@_OWNER_DIED: return "the last holder of this lock died while it held it, so the value may be half changed: take it as it was found, repair the value, and mark it consistent";
    case @P@_BUSY: return "another thread or process holds this lock";
    case @P@_WOULD_DEADLOCK: return "this thread holds this lock already, and would wait for itself forever";
    case @P@_LOST: return "the lock was taken over by another process while this one held it: check the changes made under it";
    case @P@_NOT_HELD: return "this thread does not hold the lock";
    case @P@_BROKEN: return "this barrier is broken: a member died before it arrived, gave up waiting, or aborted: reset it when every member knows";
    case @P@_TOO_MANY_PARTICIPANTS: return "all slots for processes that lock belong to living processes: end one, or create the region with more";
    case @P@_OBSTRUCTED: return "a process holds read locks on the file where the participants' own locks belong: find it in /proc/locks";
    }
    return "not an error of this header";
}

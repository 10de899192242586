/* The layout of `Station` in shared memory, for C11 and C++17.
 *
 * Written by `shm export --lang c`; do not edit. Regions whose layout has gained fields at the end can be
 * opened as well; the new fields are left alone: to use them, regenerate the header. Regions of any
 * other layout are refused.
 *
 *     station_open, station_open_read_only      open a region, or an object in one ("board@hits"), and check it;
 *                                       station_close
 *     .._open_with, .._open_read_only_with     the same with options: another owner, an earlier boot
 *     station_is_current                    returns whether its name still means this region
 *     station_get_X, station_set_X              one atomic load (Acquire), one atomic store (Release)
 *     station_fetch_add_X                   adds atomically, wrapping; returns the previous value
 *     station_load_X                        copies the newest version of a Latest, item of a Ring
 *     station_load_X(.., heap, ..)          copies a value of any length out; heap: &region.heap
 *     station_version_X, _changes_X, _count_X, _is_done_X      of a Latest or Ring, Watched, Event, Once
 *     station_at_X, station_const_at_X          points to a struct: an element (NULL out of bounds), or
 *                                       the value of a Mutex or Watched
 *     &value->X                         points to a struct that is a field
 *     .._unlocked                       reads the value of a Mutex or RwLock without its lock: only a hint
 *     .._locked                         reads or writes it while this thread holds the lock
 *     station_lock_X, _unlock_X             a Mutex, with &region.locks; _try_lock_X, _lock_timeout_X;
 *                                       _lock_as_found_X and _mark_consistent_X after STATION_OWNER_DIED
 *     station_read_X, _write_X, _unlock_X   an RwLock; _try_.., .._timeout_X, .._as_found_X as above
 *     station_acquire_X, _release_X         a permit of a Semaphore
 *     station_join_X, _wait_X, _leave_X     a Barrier
 *     station_store_X, _push_X              the next version of a Latest, the next item of a Ring
 *     station_notify_all_X, _notify_one_X   an Event
 *     station_wait_X, _wait_timeout_X       until _count_X (of an Event) or _changes_X (of a Watched) is another
 *
 * Functions that can fail return a `station_error`; after any error, a lock is not held. Read and write through these
 * only: a plain `->x` is not atomic. Owned values, maps and queues must be written elsewhere.
 * Numbers in a struct that was copied out of a Latest, Ring or Owned can be read directly.
 */
#ifndef STATION_SHM_H_
#define STATION_SHM_H_

#if defined(__STRICT_ANSI__) && !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE) && !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE 1
#endif

#include <float.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
#define STATION_ASSERT_(fact, text) static_assert(fact, text)
#else
#define STATION_ASSERT_(fact, text) _Static_assert(fact, text)
#endif

/* Not ISO C or C++: atomic access to plain objects, by the __atomic builtins of gcc and clang, which
 * follow the memory model of C11 and C++11 and are the same in both languages. */
#if !defined(__GNUC__) || !defined(__BYTE_ORDER__)
#error "this header needs gcc or clang"
#endif
#if __GCC_ATOMIC_CHAR_LOCK_FREE != 2 || __GCC_ATOMIC_SHORT_LOCK_FREE != 2 \
    || __GCC_ATOMIC_INT_LOCK_FREE != 2 || __GCC_ATOMIC_LLONG_LOCK_FREE != 2
#error "this header needs a processor whose atomics of 1, 2, 4 and 8 bytes take no lock"
#endif

STATION_ASSERT_(sizeof(void *) == 8, "regions are for 64-bit processors");
STATION_ASSERT_(sizeof(float) == 4 && FLT_MANT_DIG == 24, "f32 is IEEE 754");
STATION_ASSERT_(sizeof(double) == 8 && DBL_MANT_DIG == 53, "f64 is IEEE 754");

/** The errors. After an error, an `out` parameter is unchanged, except that of `station_load_..`. */
typedef enum station_error {
    STATION_OK = 0,
    /* Opening: the first check that fails. */
    STATION_NOT_A_REGION,
    STATION_TRUNCATED,
    STATION_FORMAT_VERSION,
    STATION_DAMAGED,
    STATION_FEATURE,
    STATION_INVALID,
    STATION_TOO_LARGE,
    STATION_UNKNOWN_SECTION,
    STATION_SECTION,
    STATION_SCHEMA,
    STATION_BYTE_ORDER,
    STATION_LAYOUT_DIFFERS,
    STATION_NOT_GROWN,
    STATION_FINGERPRINT,
    STATION_READ_ONLY_FEATURE,
    STATION_DATA_LENGTH,
    STATION_NOT_READY,
    STATION_BAD_NAME,
    STATION_SYSTEM,
    STATION_NOT_REGULAR_FILE,
    STATION_FOREIGN_OWNER,
    STATION_REBOOTED,
    STATION_NO_OBJECT,
    /* Reading and writing. */
    STATION_OUT_OF_BOUNDS,
    STATION_INVALID_VALUE,
    STATION_TOO_LONG,
    STATION_CONTENDED,
    STATION_EMPTY,
    /* Locking: the lock is not held after any of these. */
    STATION_OWNER_DIED,
    STATION_BUSY,
    STATION_WOULD_DEADLOCK,
    STATION_LOST,
    STATION_NOT_HELD,
    STATION_BROKEN,
    STATION_TOO_MANY_PARTICIPANTS,
    STATION_OBSTRUCTED
} station_error;

/** Returns what an error means, and what to do. */
static inline const char *station_error_text(station_error error)
{
    switch (error) {
    case STATION_OK: return "no error";
    case STATION_NOT_A_REGION: return "this is not a region: check the name";
    case STATION_TRUNCATED: return "the file is shorter than its header says, or was cut short meanwhile: create the region again";
    case STATION_FORMAT_VERSION: return "the region has another format version: regenerate this header";
    case STATION_DAMAGED: return "a checksum of the region's header is wrong: create the region again";
    case STATION_FEATURE: return "the region uses features that this header does not know: regenerate it";
    case STATION_INVALID: return "the region's preamble holds an impossible number: create the region again";
    case STATION_TOO_LARGE: return "the region's header exceeds a limit of the format: create the region again";
    case STATION_UNKNOWN_SECTION: return "the region has a mandatory section that this header does not know: regenerate it";
    case STATION_SECTION: return "the region's directory is invalid: create the region again";
    case STATION_SCHEMA: return "the region's schema is invalid: create the region again";
    case STATION_BYTE_ORDER: return "the region's data is not in this machine's byte order";
    case STATION_LAYOUT_DIFFERS: return "the region's layout is not that of this header: regenerate it with `shm export`";
    case STATION_NOT_GROWN: return "the region has room for fields of this header, but not the fields yet: let a Rust program that has them open it for writing first";
    case STATION_FINGERPRINT: return "the region's fingerprint is not that of its schema: create the region again";
    case STATION_READ_ONLY_FEATURE: return "this header may read the region, but not write it: open it read-only";
    case STATION_DATA_LENGTH: return "the size of the region's data is not that of its layout: create the region again";
    case STATION_NOT_READY: return "the region's creator has not finished, or died before it did";
    case STATION_BAD_NAME: return "the name is invalid";
    case STATION_SYSTEM: return "the operating system reported an error: see errno";
    case STATION_NOT_REGULAR_FILE: return "this is not a regular file";
    case STATION_FOREIGN_OWNER: return "the file belongs to another user, or this user namespace does not map its owner: open it with allow_owner if that user is trusted";
    case STATION_REBOOTED: return "the region was created before this machine last started: create it again, or open it with after_reboot";
    case STATION_NO_OBJECT: return "the region's heap has no object of this name: `shm heap` lists those that there are";
    case STATION_OUT_OF_BOUNDS: return "the index is out of bounds";
    case STATION_INVALID_VALUE: return "the value is not valid for the field's type";
    case STATION_TOO_LONG: return "the text is longer than the field, or the value than the room for it";
    case STATION_CONTENDED: return "versions were written faster than one could be copied: try again";
    case STATION_EMPTY: return "the place owns no value, or the map has no such entry";
    case STATION_OWNER_DIED: return "the last holder of this lock died while it held it, so the value may be half changed: take it as it was found, repair the value, and mark it consistent";
    case STATION_BUSY: return "another thread or process holds this lock";
    case STATION_WOULD_DEADLOCK: return "this thread holds this lock already, and would wait for itself forever";
    case STATION_LOST: return "the lock was taken over by another process while this one held it: check the changes made under it";
    case STATION_NOT_HELD: return "this thread does not hold the lock";
    case STATION_BROKEN: return "this barrier is broken: a member died before it arrived, gave up waiting, or aborted: reset it when every member knows";
    case STATION_TOO_MANY_PARTICIPANTS: return "all slots for processes that lock belong to living processes: end one, or create the region with more";
    case STATION_OBSTRUCTED: return "a process holds read locks on the file where the participants' own locks belong: find it in /proc/locks";
    }
    return "not an error of this header";
}

/** The station's activity.
 * A region can contain any value: see `station_mode_name`.
 */
typedef uint8_t station_mode;
STATION_ASSERT_(sizeof(station_mode) == 1, "layout");
#define STATION_MODE_IDLE ((station_mode)0)
#define STATION_MODE_MEASURING ((station_mode)1)
#define STATION_MODE_FAILED ((station_mode)2)

/** Returns the name of a variant; NULL for any other number. */
static inline const char *station_mode_name(station_mode value)
{
    switch (value) {
    case STATION_MODE_IDLE: return "Idle";
    case STATION_MODE_MEASURING: return "Measuring";
    case STATION_MODE_FAILED: return "Failed";
    default: return NULL;
    }
}

/** The position of a robot. */
typedef struct station_pose {
    /** f64, m */
    double x;
    /** f64, m */
    double y;
    /** f32, rad: Clockwise from north. */
    float heading;
} station_pose;

STATION_ASSERT_(sizeof(station_pose) == 24, "layout");
STATION_ASSERT_(alignof(station_pose) == 8, "layout");
STATION_ASSERT_(offsetof(station_pose, x) == 0, "layout");
STATION_ASSERT_(sizeof(((station_pose *)0)->x) == 8, "layout");
STATION_ASSERT_(offsetof(station_pose, y) == 8, "layout");
STATION_ASSERT_(sizeof(((station_pose *)0)->y) == 8, "layout");
STATION_ASSERT_(offsetof(station_pose, heading) == 16, "layout");
STATION_ASSERT_(sizeof(((station_pose *)0)->heading) == 4, "layout");

/** Values that belong together. */
typedef struct station_account {
    /** i64 */
    int64_t balance;
    /** u64 */
    uint64_t bookings;
} station_account;

STATION_ASSERT_(sizeof(station_account) == 16, "layout");
STATION_ASSERT_(alignof(station_account) == 8, "layout");
STATION_ASSERT_(offsetof(station_account, balance) == 0, "layout");
STATION_ASSERT_(sizeof(((station_account *)0)->balance) == 8, "layout");
STATION_ASSERT_(offsetof(station_account, bookings) == 8, "layout");
STATION_ASSERT_(sizeof(((station_account *)0)->bookings) == 8, "layout");

/** One weather station. */
typedef struct station {
    /** f64, °C: In the shade. */
    double temperature;
    /** u64 */
    uint64_t hits;
    /** [u32; 16] */
    uint32_t samples[16];
    /** Mode */
    station_mode mode;
    /** Latest<Pose> */
    struct {
        uint64_t sequence;
        uint32_t lock;
        alignas(64) struct { uint64_t words[8]; } slots[4];
    } pose;
    /** Latest<Text<32>> */
    struct {
        uint64_t sequence;
        uint32_t lock;
        alignas(64) struct { uint64_t words[8]; } slots[4];
    } label;
    /** Mutex<Account> */
    struct {
        uint32_t lock;
        station_account value;
    } account;
} station;

STATION_ASSERT_(sizeof(station) == 832, "layout");
STATION_ASSERT_(alignof(station) == 64, "layout");
STATION_ASSERT_(offsetof(station, temperature) == 0, "layout");
STATION_ASSERT_(sizeof(((station *)0)->temperature) == 8, "layout");
STATION_ASSERT_(offsetof(station, hits) == 8, "layout");
STATION_ASSERT_(sizeof(((station *)0)->hits) == 8, "layout");
STATION_ASSERT_(offsetof(station, samples) == 16, "layout");
STATION_ASSERT_(sizeof(((station *)0)->samples) == 64, "layout");
STATION_ASSERT_(offsetof(station, mode) == 80, "layout");
STATION_ASSERT_(sizeof(((station *)0)->mode) == 1, "layout");
STATION_ASSERT_(offsetof(station, pose) == 128, "layout");
STATION_ASSERT_(sizeof(((station *)0)->pose) == 320, "layout");
STATION_ASSERT_(offsetof(station, pose.sequence) == 128, "layout");
STATION_ASSERT_(offsetof(station, pose.lock) == 136, "layout");
STATION_ASSERT_(offsetof(station, pose.slots) == 192, "layout");
STATION_ASSERT_(offsetof(station, label) == 448, "layout");
STATION_ASSERT_(sizeof(((station *)0)->label) == 320, "layout");
STATION_ASSERT_(offsetof(station, label.sequence) == 448, "layout");
STATION_ASSERT_(offsetof(station, label.lock) == 456, "layout");
STATION_ASSERT_(offsetof(station, label.slots) == 512, "layout");
STATION_ASSERT_(offsetof(station, account) == 768, "layout");
STATION_ASSERT_(sizeof(((station *)0)->account) == 24, "layout");
STATION_ASSERT_(offsetof(station, account.lock) == 768, "layout");
STATION_ASSERT_(offsetof(station, account.value) == 776, "layout");


/** The place of the value in a file that was checked. */
typedef struct station_place {
    size_t offset;
    size_t len; /* elements of the part whose length is known only at run time; 0 without one */
    size_t total; /* bytes of the whole region, from the start of the file */
    size_t heap; /* the offset of the heap; 0 without one */
    size_t heap_pages;
    size_t participants; /* the offset of the processes that use the locks; 0 without locks */
    size_t participant_count;
    size_t object; /* the offset of a named object's state; 0 if this is the region's own value */
    uint64_t state; /* its state while it has its name */
} station_place;

/** The heap of a region, for values of any length. */
typedef struct station_heap {
    const void *mapping; /* the start of the mapping of the file */
    size_t offset;
    size_t pages; /* 0 without a heap */
} station_heap;

/* The source that a header is copied from: a file, or a mapping of one. Other processes may write there at
 * any time, so each byte is copied once, and only the copy is examined. */
typedef struct station_source_ {
    station_error (*copy)(const struct station_source_ *source, uint64_t offset, void *to, size_t len);
    const unsigned char *memory;
    int file;
    uint64_t len;
} station_source_;

static inline station_error station_copy_memory_(const station_source_ *source, uint64_t offset, void *to, size_t len)
{
    if (offset > source->len || len > source->len - offset)
        return STATION_TRUNCATED;
    memcpy(to, source->memory + offset, len);
    return STATION_OK;
}

#define STATION_FINGERPRINT_VALUE UINT64_C(0xc566b0c14d2fefe0)

/* The preamble and the directory are little-endian, at any address. */
static inline uint64_t station_le_(const unsigned char *bytes, size_t width)
{
    uint64_t value = 0;
    for (size_t at = 0; at < width; at++)
        value |= (uint64_t)bytes[at] << (8 * at);
    return value;
}

/* FNV-1a, 64 bits: its start, and its step. */
#define STATION_HASH_ UINT64_C(0xcbf29ce484222325)

static inline uint64_t station_hash_(uint64_t hash, const unsigned char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at++)
        hash = (hash ^ bytes[at]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline uint64_t station_hash_number_(uint64_t hash, uint64_t number)
{
    for (size_t at = 0; at < 8; at++, number >>= 8) {
        const unsigned char byte = (unsigned char)(number & 255u);
        hash = station_hash_(hash, &byte, 1);
    }
    return hash;
}

typedef struct station_section_ {
    uint64_t kind, flags, offset, len, checksum;
} station_section_;

static inline station_section_ station_section_at_(const unsigned char *entry)
{
    station_section_ section;
    section.kind = station_le_(entry, 4);
    section.flags = station_le_(entry + 4, 4);
    section.offset = station_le_(entry + 8, 8);
    section.len = station_le_(entry + 16, 8);
    section.checksum = station_le_(entry + 24, 8);
    return section;
}

static inline bool station_overlap_(const station_section_ *one, const station_section_ *other)
{
    const bool is_first = one->offset < other->offset || (one->offset == other->offset && one->len <= other->len);
    const station_section_ *first = is_first ? one : other, *second = is_first ? other : one;
    return second->offset < first->offset + first->len;
}

/* Reads the preamble from its copy, `head`. */
static inline station_error station_check_preamble_(const unsigned char *head, uint64_t len)
{
    static const unsigned char zeros[8] = { 0 };
    uint64_t hash = station_hash_(STATION_HASH_, head, 24);
    hash = station_hash_(hash, zeros, 8);
    hash = station_hash_(hash, head + 32, 88);
    hash = station_hash_(hash, zeros, 8);
    if (station_le_(head + 8, 4) != 1)
        return STATION_FORMAT_VERSION;
    if (station_le_(head + 24, 8) != hash)
        return STATION_DAMAGED;
    if (station_le_(head + 56, 8) != 0)
        return STATION_FEATURE;
    if ((head[12] != 1 && head[12] != 2) || (head[13] != 4 && head[13] != 8))
        return STATION_INVALID;
    if (station_le_(head + 64, 8) > len)
        return STATION_TRUNCATED;
    const uint64_t entry = station_le_(head + 14, 2), count = station_le_(head + 16, 4);
    if (entry % 8 != 0 || entry < 32 || entry > 256)
        return STATION_INVALID;
    if (count > 64 || 128 + entry * count > station_le_(head + 64, 8))
        return STATION_TOO_LARGE;
    return STATION_OK;
}

/* The number of pages of a heap section of that many bytes. */
static inline uint64_t station_heap_pages_(uint64_t len)
{
    uint64_t pages = (len - 4096) / (32 + 1024);
    if (4096 + (pages * 32 + 1023) / 1024 * 1024 + pages * 1024 > len)
        pages--;
    return pages;
}

/* Reads the directory after the preamble `head`: the sections of kinds 1 to 6 into `known`, and into
 * `known[0]` the offset of the last one of any kind; `*newer` says whether one of an unknown kind forbids
 * writing. */
static inline station_error station_check_directory_(const unsigned char *head, const station_source_ *source,
    station_section_ known[7], bool *newer)
{
    const size_t entry = (size_t)station_le_(head + 14, 2), count = (size_t)station_le_(head + 16, 4);
    const uint64_t total = station_le_(head + 64, 8);
    unsigned char directory[64 * 256];
    station_section_ all[64];
    const station_error error = source->copy(source, 128, directory, entry * count);
    if (error != STATION_OK)
        return error;
    if (station_hash_(STATION_HASH_, directory, entry * count) != station_le_(head + 32, 8))
        return STATION_DAMAGED;
    memset(known, 0, 7 * sizeof *known);
    for (size_t at = 0; at < count; at++) {
        const station_section_ section = station_section_at_(directory + at * entry);
        const bool is_known = section.kind >= 1 && section.kind <= 6;
        if (!is_known && (section.flags & 1) != 0)
            return STATION_UNKNOWN_SECTION;
        *newer = *newer || (!is_known && (section.flags & 2) != 0);
        if (section.offset > total || section.len > total - section.offset)
            return STATION_SECTION;
        if (section.offset < 128 + entry * count)
            return STATION_SECTION;
        if (is_known && known[section.kind].kind != 0)
            return STATION_SECTION;
        if (is_known)
            known[section.kind] = section;
        if (section.offset > known[0].offset)
            known[0].offset = section.offset;
        all[at] = section;
    }
    for (size_t one = 0; one < count; one++)
        for (size_t other = 0; other < one; other++)
            if (station_overlap_(&all[one], &all[other]))
                return STATION_SECTION;
    if (known[1].kind == 0 || known[3].kind == 0 || known[3].offset % 64 != 0)
        return STATION_SECTION;
    return STATION_OK;
}

/* A type of a schema (docs/format.md), made of types before it. */
typedef struct station_type_ {
    const unsigned char *record;
    unsigned tag; /* 0 for a kind that a later version of the format defines */
    unsigned depth; /* one more than that of its deepest part */
    bool is_known; /* with all its parts: two such types are the same if their fingerprints are */
    uint64_t fingerprint;
} station_type_;

/* A schema: a private copy. */
typedef struct station_schema_ {
    unsigned char *bytes;
    size_t len;
    station_type_ *types;
    size_t count;
} station_schema_;

static inline void station_free_schema_(station_schema_ *schema)
{
    free(schema->types);
    free(schema->bytes);
    memset(schema, 0, sizeof *schema);
}

static inline station_error station_copy_schema_(
    const station_source_ *source, uint64_t offset, uint64_t len, station_schema_ *schema)
{
    memset(schema, 0, sizeof *schema);
    schema->bytes = (unsigned char *)malloc(len == 0 ? 1 : (size_t)len);
    if (schema->bytes == NULL)
        return STATION_SYSTEM;
    schema->len = (size_t)len;
    const station_error error = source->copy(source, offset, schema->bytes, schema->len);
    if (error != STATION_OK)
        station_free_schema_(schema);
    return error;
}

/* The parts of a record in order: the fields of a struct, or the variants of an enum. Each has a number,
 * its offset or its value; a field then the index of its type; and a name after its length. */
typedef struct station_parts_ {
    const unsigned char *at;
    uint64_t left;
    size_t name; /* the offset of the name */
} station_parts_;

static inline station_parts_ station_parts_of_(const station_type_ *type)
{
    station_parts_ parts = { type->record + 24, station_le_(type->record + 20, 4), type->tag == 8 ? 12u : 8u };
    return parts;
}

static inline void station_next_part_(station_parts_ *parts)
{
    parts->at += parts->name + 2 + station_le_(parts->at + parts->name, 2);
    parts->left--;
}

static inline bool station_same_name_(const station_parts_ *one, const station_parts_ *other)
{
    const unsigned char *left = one->at + one->name, *right = other->at + other->name;
    return memcmp(left, right, 2) == 0 && memcmp(left, right, 2 + (size_t)station_le_(left, 2)) == 0;
}

static inline uint64_t station_size_of_(const station_type_ *type)
{
    return station_le_(type->record + 8, 8);
}

/* Decodes a type from a record of `len` bytes, at least 24; false if it does not fit its tag. */
static inline bool station_read_type_(station_schema_ *schema, const unsigned char *record, size_t len)
{
    station_type_ *type = &schema->types[schema->count];
    const unsigned tag = record[16];
    const bool has_names = tag == 3 || tag == 8; /* an enum, a struct */
    const bool has_types = tag >= 6 && tag <= 8; /* an array, a slice, a struct */
    const uint64_t align = station_le_(record + 4, 4);
    uint64_t parts = has_names ? station_le_(record + 20, 4) : (has_types ? 1 : 0);
    uint64_t hash = station_hash_(STATION_HASH_, record + 4, 20);
    size_t at = 24;
    if (align == 0 || align > 4096 || (align & (align - 1)) != 0)
        return false;
    type->record = record;
    type->is_known = tag >= 1 && tag <= 9 && !(tag == 8 && record[17] > 7);
    type->tag = type->is_known ? tag : 0;
    type->depth = 1;
    for (; type->tag != 0 && parts > 0; parts--) {
        if (len - at < (has_names ? 8u : 0u) + (has_types ? 4u : 0u) + (has_names ? 2u : 0u))
            return false;
        if (has_names) {
            hash = station_hash_(hash, record + at, 8);
            at += 8;
        }
        if (has_types) {
            const uint64_t index = station_le_(record + at, 4);
            if (index >= schema->count || schema->types[index].depth >= 64)
                return false;
            const station_type_ *part = &schema->types[index];
            hash = station_hash_number_(hash, part->fingerprint);
            type->depth = part->depth >= type->depth ? part->depth + 1 : type->depth;
            type->is_known = type->is_known && part->is_known;
            at += 4;
        }
        if (has_names) {
            const size_t name = 2 + (size_t)station_le_(record + at, 2);
            if (name > 2 + 255 || len - at < name)
                return false;
            hash = station_hash_(hash, record + at, name);
            at += name;
        }
    }
    /* A text or an array ends in a number; the contents of a type of unknown kind are unknown. */
    if (type->tag != 0 && len - at != (tag == 5 || tag == 6 ? 8u : 0u))
        return false;
    type->fingerprint = station_hash_(hash, record + at, len - at);
    schema->count++;
    return true;
}

/* Decodes the types of a schema that was copied. */
static inline station_error station_read_types_(station_schema_ *schema)
{
    const uint64_t count = schema->len < 4 ? 0 : station_le_(schema->bytes, 4);
    size_t at = 4;
    if (schema->len > 4194304 || count < 1 || count > 65536 || (schema->len - 4) / 24 < count)
        return STATION_SCHEMA;
    schema->types = (station_type_ *)malloc((size_t)count * sizeof *schema->types);
    if (schema->types == NULL)
        return STATION_SYSTEM;
    while (schema->count < count) {
        const size_t rest = schema->len - at;
        const uint64_t len = rest < 24 ? 0 : station_le_(schema->bytes + at, 4);
        if (len < 24 || len > rest || !station_read_type_(schema, schema->bytes + at, (size_t)len))
            return STATION_SCHEMA;
        at += (size_t)len;
    }
    return at == schema->len ? STATION_OK : STATION_SCHEMA;
}

/* The type of the whole. */
static inline const station_type_ *station_root_of_(const station_schema_ *schema)
{
    return &schema->types[schema->count - 1];
}

static inline const station_type_ *station_type_at_(const station_schema_ *schema, const unsigned char *index)
{
    return &schema->types[station_le_(index, 4)];
}

/* Returns whether the length of the whole is known only at run time: it is a slice, or ends in one. */
static inline bool station_has_slice_(const station_schema_ *schema)
{
    const station_type_ *root = station_root_of_(schema);
    if (root->tag != 8)
        return root->tag == 7;
    station_parts_ fields = station_parts_of_(root);
    while (fields.left > 1)
        station_next_part_(&fields);
    return fields.left == 1 && station_type_at_(schema, fields.at + 8)->tag == 7;
}

/* A comparison of two layouts by the rules of docs/format.md, for two values, one of which may be
 * longer. */
typedef struct station_pair_ {
    const station_schema_ *longer, *shorter;
    uint64_t end; /* of the shorter value */
    uint32_t steps; /* left: a hostile schema could ask for any number */
} station_pair_;

static inline bool station_step_(station_pair_ *both)
{
    if (both->steps == 0)
        return false;
    both->steps--;
    return true;
}

static inline bool station_types_go_together_(
    station_pair_ *both, const station_type_ *one, const station_type_ *other, uint64_t offset, bool may_grow);

/* Two enums of one integer type: shared variants are equal, and only one of them has extra variants. */
static inline bool station_variants_go_together_(station_pair_ *both, const station_type_ *one, const station_type_ *other)
{
    uint64_t shared = 0, left = station_parts_of_(one).left, right = station_parts_of_(other).left;
    for (station_parts_ a = station_parts_of_(one); a.left > 0; station_next_part_(&a)) {
        for (station_parts_ b = station_parts_of_(other); b.left > 0; station_next_part_(&b)) {
            const bool same = station_same_name_(&a, &b);
            if (!station_step_(both) || same != (station_le_(a.at, 8) == station_le_(b.at, 8)))
                return false;
            shared += same;
        }
    }
    return shared == left || shared == right;
}

/* Two structs at an offset: shared fields are equal, and fields of the longer value alone are after
 * the shorter one. Fields that take no room do not matter. */
static inline bool station_structs_go_together_(
    station_pair_ *both, const station_type_ *one, const station_type_ *other, uint64_t offset, bool may_grow)
{
    station_parts_ a = station_parts_of_(one), b = station_parts_of_(other);
    while (a.left > 0 || b.left > 0) {
        const station_type_ *left = a.left > 0 ? station_type_at_(both->longer, a.at + 8) : NULL;
        const station_type_ *right = b.left > 0 ? station_type_at_(both->shorter, b.at + 8) : NULL;
        if (!station_step_(both))
            return false;
        if (left != NULL && right != NULL && memcmp(a.at, b.at, 8) == 0 && station_same_name_(&a, &b)) {
            if (!station_types_go_together_(both, left, right, offset + station_le_(a.at, 8), may_grow))
                return false;
            station_next_part_(&a);
            station_next_part_(&b);
        } else if (right != NULL && station_size_of_(right) == 0 && right->tag != 7) {
            station_next_part_(&b);
        } else if (left != NULL && left->tag != 7
            && (station_size_of_(left) == 0 || (may_grow && offset + station_le_(a.at, 8) >= both->end))) {
            station_next_part_(&a);
        } else {
            return false;
        }
    }
    return may_grow || station_size_of_(one) == station_size_of_(other);
}

/* Two arrays of equal length, or where the longer value has more elements after the shorter one. */
static inline bool station_arrays_go_together_(
    station_pair_ *both, const station_type_ *one, const station_type_ *other, uint64_t offset, bool may_grow)
{
    const uint64_t more = station_le_(one->record + 28, 8), len = station_le_(other->record + 28, 8);
    const station_type_ *left = station_type_at_(both->longer, one->record + 24);
    const station_type_ *right = station_type_at_(both->shorter, other->record + 24);
    if (more != len && !(may_grow && more > len && offset + station_size_of_(other) >= both->end))
        return false;
    return station_types_go_together_(both, left, right, 0, false);
}

static inline bool station_types_go_together_(
    station_pair_ *both, const station_type_ *one, const station_type_ *other, uint64_t offset, bool may_grow)
{
    if (one->is_known && other->is_known && one->fingerprint == other->fingerprint)
        return true;
    if (!station_step_(both) || one->tag != other->tag || one->record[17] != other->record[17])
        return false;
    switch (one->tag) {
    case 3:
        return station_variants_go_together_(both, one, other);
    case 6:
        return station_arrays_go_together_(both, one, other, offset, may_grow);
    case 7:
        return station_types_go_together_(both, station_type_at_(both->longer, one->record + 24),
            station_type_at_(both->shorter, other->record + 24), 0, false);
    case 8: /* one with a role, a live type, does not grow */
        return station_structs_go_together_(both, one, other, offset, may_grow && one->record[17] == 0);
    default:
        return false;
    }
}

/* Returns whether a value of the first layout can be used as one of the second. */
static inline bool station_begins_with_(const station_schema_ *longer, const station_schema_ *shorter)
{
    const station_type_ *one = station_root_of_(longer), *other = station_root_of_(shorter);
    const bool may_grow = !station_has_slice_(longer) && !station_has_slice_(shorter);
    station_pair_ both = { longer, shorter, station_size_of_(other), UINT32_C(1) << 24 };
    return station_size_of_(one) >= station_size_of_(other) && station_types_go_together_(&both, one, other, 0, may_grow);
}

/* A slot of the growth section: its place, and a copy of its head. */
typedef struct station_slot_ {
    unsigned char head[32];
    uint64_t offset, len;
} station_slot_;

static inline station_error station_slot_at_(const station_source_ *source, uint64_t offset, uint64_t len, station_slot_ *slot)
{
    slot->offset = offset;
    slot->len = len;
    return source->copy(source, offset, slot->head, sizeof slot->head);
}

/* Continues a hash over bytes that are not kept. */
static inline station_error station_hash_source_(
    const station_source_ *source, uint64_t offset, uint64_t len, uint64_t *hash)
{
    unsigned char bytes[4096];
    while (len > 0) {
        const size_t some = len < sizeof bytes ? (size_t)len : sizeof bytes;
        const station_error error = source->copy(source, offset, bytes, some);
        if (error != STATION_OK)
            return error;
        *hash = station_hash_(*hash, bytes, some);
        offset += some;
        len -= some;
    }
    return STATION_OK;
}

/* Copies the schema of a slot, if the slot was completely written; otherwise `later` stays empty. */
static inline station_error station_read_slot_(const station_source_ *source, const station_slot_ *slot, station_schema_ *later)
{
    static const unsigned char zeros[8] = { 0 };
    const uint64_t schema = station_le_(slot->head + 8, 8), notes = station_le_(slot->head + 16, 8);
    const uint64_t room = slot->len - 32, start = slot->offset + 32;
    if (station_le_(slot->head, 8) == 0 || schema > room || notes > room - schema)
        return STATION_OK;
    station_error error = station_copy_schema_(source, start, schema, later);
    if (error != STATION_OK)
        return error;
    uint64_t hash = station_hash_(STATION_HASH_, slot->head, 24);
    hash = station_hash_(hash, zeros, 8);
    hash = station_hash_(hash, later->bytes, later->len);
    error = station_hash_source_(source, start + schema, notes, &hash);
    if (error != STATION_OK || hash != station_le_(slot->head + 24, 8))
        station_free_schema_(later);
    return error;
}

/* Copies the schema that a region has grown to: that of the valid slot with the higher sequence. */
static inline station_error station_read_growth_(
    const station_source_ *source, const station_section_ *section, station_schema_ *later)
{
    if (section->len % 16 != 0 || section->len < 64 || section->len > 16777280)
        return STATION_SECTION;
    const uint64_t len = section->len / 2;
    station_slot_ first, second;
    station_error error = station_slot_at_(source, section->offset, len, &first);
    if (error == STATION_OK)
        error = station_slot_at_(source, section->offset + len, len, &second);
    if (error != STATION_OK)
        return error;
    const bool is_second = station_le_(second.head, 8) >= station_le_(first.head, 8);
    error = station_read_slot_(source, is_second ? &second : &first, later);
    if (error == STATION_OK && later->bytes == NULL)
        error = station_read_slot_(source, is_second ? &first : &second, later);
    return error;
}

/* Copies the schema that the region was created with. */
static inline station_error station_read_schema_(
    const station_source_ *source, const station_section_ *section, station_schema_ *made)
{
    if (section->len > 4194304)
        return STATION_TOO_LARGE;
    if ((section->flags & 4) == 0)
        return STATION_SECTION;
    const station_error error = station_copy_schema_(source, section->offset, section->len, made);
    if (error == STATION_OK && station_hash_(STATION_HASH_, made->bytes, made->len) != section->checksum)
        return STATION_DAMAGED;
    return error;
}

/* This header's schema. */
static const unsigned char station_own_[1044] = {
    20, 0, 0, 0, 24, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0,
    1, 12, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0,
    0, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 4, 0, 0, 0,
    4, 0, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0,
    4, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
    2, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 73, 0, 0, 0, 1, 0, 0, 0,
    1, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 4, 0, 73, 100, 108, 101, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0,
    77, 101, 97, 115, 117, 114, 105, 110, 103, 2, 0, 0, 0, 0, 0, 0, 0, 6, 0, 70,
    97, 105, 108, 101, 100, 24, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0,
    0, 1, 11, 0, 0, 0, 0, 0, 0, 75, 0, 0, 0, 8, 0, 0, 0, 24, 0, 0,
    0, 0, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 1, 0, 120, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 121, 16, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 7, 0, 104, 101, 97,
    100, 105, 110, 103, 43, 0, 0, 0, 64, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0,
    8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0,
    5, 0, 118, 97, 108, 117, 101, 36, 0, 0, 0, 64, 0, 0, 0, 0, 1, 0, 0, 0,
    0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 0,
    0, 0, 0, 83, 0, 0, 0, 64, 0, 0, 0, 64, 1, 0, 0, 0, 0, 0, 0, 8,
    2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 8,
    0, 115, 101, 113, 117, 101, 110, 99, 101, 8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0,
    0, 4, 0, 108, 111, 99, 107, 64, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 5,
    0, 115, 108, 111, 116, 115, 24, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0,
    0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 1, 0, 0, 0, 32, 0,
    0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 32, 0,
    0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 4, 0, 0, 0, 36, 0, 0, 0, 0, 0,
    0, 0, 8, 6, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0,
    0, 0, 3, 0, 108, 101, 110, 4, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 5,
    0, 98, 121, 116, 101, 115, 43, 0, 0, 0, 64, 0, 0, 0, 64, 0, 0, 0, 0, 0,
    0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0,
    0, 0, 5, 0, 118, 97, 108, 117, 101, 36, 0, 0, 0, 64, 0, 0, 0, 0, 1, 0,
    0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 13, 0, 0, 0, 4, 0, 0,
    0, 0, 0, 0, 0, 83, 0, 0, 0, 64, 0, 0, 0, 64, 1, 0, 0, 0, 0, 0,
    0, 8, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
    0, 8, 0, 115, 101, 113, 117, 101, 110, 99, 101, 8, 0, 0, 0, 0, 0, 0, 0, 2,
    0, 0, 0, 4, 0, 108, 111, 99, 107, 64, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0,
    0, 5, 0, 115, 108, 111, 116, 115, 24, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0,
    0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 0, 67, 0, 0, 0, 8, 0, 0, 0,
    16, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 16, 0, 0, 0, 7, 0, 98, 97, 108, 97, 110, 99, 101, 8, 0, 0,
    0, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 98, 111, 111, 107, 105, 110, 103, 115, 61,
    0, 0, 0, 8, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 8, 1, 0, 0, 2,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 108, 111, 99,
    107, 8, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 5, 0, 118, 97, 108, 117, 101,
    164, 0, 0, 0, 64, 0, 0, 0, 64, 3, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0,
    7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 116, 101,
    109, 112, 101, 114, 97, 116, 117, 114, 101, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
    0, 4, 0, 104, 105, 116, 115, 16, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 7,
    0, 115, 97, 109, 112, 108, 101, 115, 80, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0,
    4, 0, 109, 111, 100, 101, 128, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 4, 0,
    112, 111, 115, 101, 192, 1, 0, 0, 0, 0, 0, 0, 15, 0, 0, 0, 5, 0, 108, 97,
    98, 101, 108, 0, 3, 0, 0, 0, 0, 0, 0, 18, 0, 0, 0, 7, 0, 97, 99, 99,
    111, 117, 110, 116,
};
#define STATION_ALIGN_ 64u
#define STATION_HAS_LOCKS_ true
#define STATION_HAS_HEAP_ false /* values of any length */
#define STATION_HAS_TAIL_ false /* a part whose length is known only at run time */

/* Returns whether this header, whose schema is `own`, can use a region of layout `found`. */
static inline station_error station_compare_(const unsigned char *head, const station_section_ known[7],
    const station_schema_ *found, const station_schema_ *own)
{
    const station_type_ *root = station_root_of_(found);
    const uint64_t offset = known[3].offset, room = known[3].len, size = station_size_of_(root);
    if (offset % station_le_(root->record + 4, 4) != 0)
        return STATION_SECTION;
    if (!station_has_slice_(found) && (station_le_(head + 80, 8) != 0 || room < size || (room > size && known[5].kind == 0)))
        return STATION_DATA_LENGTH;
    if (offset % STATION_ALIGN_ != 0 || room < station_size_of_(station_root_of_(own)) || (STATION_HAS_LOCKS_ && known[4].kind == 0)
        || (STATION_HAS_HEAP_ && known[6].kind == 0))
        return STATION_LAYOUT_DIFFERS;
    if (station_begins_with_(found, own))
        return STATION_OK;
    return station_begins_with_(own, found) ? STATION_NOT_GROWN : STATION_LAYOUT_DIFFERS;
}

/* The verdict on a region that was created with a layout other than this header's. If it has grown,
 * `later` counts; the program that grew it has checked that programs with the first layout can still use it. */
static inline station_error station_check_other_(const unsigned char *head, const station_section_ known[7],
    station_schema_ *made, station_schema_ *later)
{
    const bool has_grown = later->bytes != NULL;
    const station_source_ source = { station_copy_memory_, station_own_, -1, sizeof station_own_ };
    station_schema_ own;
    station_error error = station_copy_schema_(&source, 0, sizeof station_own_, &own);
    if (error == STATION_OK)
        error = station_read_types_(&own);
    if (error == STATION_OK)
        error = station_read_types_(made);
    if (error == STATION_OK && station_root_of_(made)->is_known && station_root_of_(made)->fingerprint != station_le_(head + 72, 8))
        error = STATION_FINGERPRINT;
    if (error == STATION_OK && has_grown)
        error = station_read_types_(later);
    if (error == STATION_OK)
        error = station_compare_(head, known, has_grown ? later : made, &own);
    station_free_schema_(&own);
    return error;
}

/* Returns whether this header can use the region's data: STATION_OK, STATION_NOT_GROWN, or the reason why not.
 * `*is_first` says whether the region was created with exactly this layout. */
static inline station_error station_check_layout_(const unsigned char *head, const station_source_ *source,
    const station_section_ known[7], bool *is_first)
{
    station_schema_ made, later;
    memset(&made, 0, sizeof made);
    memset(&later, 0, sizeof later);
    station_error error = station_read_schema_(source, &known[1], &made);
    if (error == STATION_OK && known[5].kind != 0)
        error = station_read_growth_(source, &known[5], &later);
    if (error == STATION_OK && head[12] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 2))
        error = STATION_BYTE_ORDER;
    *is_first = error == STATION_OK && made.len == sizeof station_own_ && memcmp(made.bytes, station_own_, made.len) == 0;
    if (*is_first && station_le_(head + 72, 8) != STATION_FINGERPRINT_VALUE)
        error = STATION_FINGERPRINT;
    else if (*is_first && known[3].offset % STATION_ALIGN_ != 0)
        error = STATION_SECTION;
    else if (error == STATION_OK && !*is_first)
        error = station_check_other_(head, known, &made, &later);
    station_free_schema_(&made);
    station_free_schema_(&later);
    return error;
}

/* Returns whether `found` bytes are the length of this header's value with `count` elements, or more if
 * `may_be_longer`. */
static inline station_error station_check_length_(uint64_t found, uint64_t count, bool may_be_longer)
{
    const uint64_t size = UINT64_C(832);
    if (count != 0)
        return STATION_DATA_LENGTH;
    return found == size || (found > size && may_be_longer) ? STATION_OK : STATION_DATA_LENGTH;
}

/* Returns whether there is room for the processes that use locks, if there are any; and a heap, if one is
 * needed. */
static inline station_error station_check_rooms_(const station_section_ known[7])
{
    const uint64_t room = known[4].len / 64;
    const station_section_ *heap = &known[6];
    if (heap->kind == 0 ? STATION_HAS_HEAP_ : known[4].kind == 0)
        return STATION_SECTION;
    if (heap->kind != 0 && (heap->offset % 4096 != 0 || heap->len % 4096 != 0 || heap->len < 8192
        || heap->len > UINT64_C(17716744192) || known[0].offset > heap->offset))
        return STATION_SECTION;
    if (known[4].kind == 0)
        return STATION_HAS_LOCKS_ ? STATION_SECTION : STATION_OK;
    if (known[4].offset % 64 != 0 || known[4].len % 64 != 0 || room < 1 || room > 1023)
        return STATION_SECTION;
    return STATION_OK;
}

/* The verdict on a region of any layout, of which a named object is used and not the value. */
static inline station_error station_check_any_layout_(
    const unsigned char *head, const station_source_ *source, const station_section_ known[7])
{
    station_schema_ made;
    memset(&made, 0, sizeof made);
    const station_error error = station_read_schema_(source, &known[1], &made);
    station_free_schema_(&made);
    if (error == STATION_OK && head[12] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 2))
        return STATION_BYTE_ORDER;
    return error;
}

/* Checks a header in the order of docs/format.md, except for the ready word, which is not part of the
 * copy: STATION_OK, STATION_NOT_GROWN, or the reason why it cannot be used. `boot_id` is that of the running
 * machine, or NULL to skip that check. With `for_object`, the region's own value is not looked at. */
static inline station_error station_check_header_(const station_source_ *source, bool to_write, bool for_object,
    const unsigned char *boot_id, station_place *place)
{
    static const unsigned char magic[8] = { 0x89, 'S', 'H', 'M', '\r', '\n', 0x1a, '\n' };
    unsigned char head[128];
    const size_t size = source->len < sizeof head ? (size_t)source->len : sizeof head;
    station_section_ known[7];
    bool newer = false, is_first = false;
    memset(place, 0, sizeof *place);
    station_error error = source->copy(source, 0, head, size);
    if (error != STATION_OK)
        return error;
    if (size < 8 || memcmp(head, magic, 8) != 0)
        return STATION_NOT_A_REGION;
    if (size < sizeof head)
        return STATION_TRUNCATED;
    error = station_check_preamble_(head, source->len);
    if (error == STATION_OK)
        error = station_check_directory_(head, source, known, &newer);
    if (error != STATION_OK)
        return error;
    const station_error verdict = for_object ? station_check_any_layout_(head, source, known)
                                         : station_check_layout_(head, source, known, &is_first);
    if (verdict != STATION_OK && verdict != STATION_NOT_GROWN)
        return verdict;
    if (to_write && (newer || station_le_(head + 48, 8) != 0))
        return STATION_READ_ONLY_FEATURE;
    static const unsigned char unknown[16] = {0}; /* the creator could not read it */
    if (boot_id != NULL && memcmp(head + 88, unknown, 16) != 0 && memcmp(head + 88, boot_id, 16) != 0)
        return STATION_REBOOTED;
    const bool may_be_longer = known[5].kind != 0 || !(is_first || STATION_HAS_TAIL_);
    if (for_object)
        error = known[6].kind == 0 ? STATION_NO_OBJECT : STATION_OK;
    else
        error = station_check_length_(known[3].len, station_le_(head + 80, 8), may_be_longer);
    if (error == STATION_OK)
        error = station_check_rooms_(known);
    if (error != STATION_OK)
        return error;
    place->offset = (size_t)known[3].offset;
    place->len = (size_t)station_le_(head + 80, 8);
    place->total = (size_t)station_le_(head + 64, 8);
    place->participants = (size_t)known[4].offset;
    place->participant_count = (size_t)known[4].len / 64;
    place->heap = (size_t)known[6].offset;
    place->heap_pages = known[6].kind == 0 ? 0 : (size_t)station_heap_pages_(known[6].len);
    return verdict;
}

/* The verdict on a header, after checking the ready word through the mapping, where nothing else of the
 * header is read. */
static inline station_error station_check_ready_(const void *file, station_error verdict)
{
    static const unsigned char ready[8] = { 0x89, 'R', 'E', 'A', 'D', 'Y', '\r', '\n' };
    if (verdict != STATION_OK && verdict != STATION_NOT_GROWN)
        return verdict;
    /* The creator's last store: pairs with its Release. */
    const unsigned char *word = (const unsigned char *)file + 120;
    const uint64_t state = __atomic_load_n((const uint64_t *)(const void *)word, __ATOMIC_ACQUIRE);
    return memcmp(&state, ready, 8) == 0 ? verdict : STATION_NOT_READY;
}

/** Returns the heap of a region from the mapping of its file and the place that station_check reported. */
static inline station_heap station_heap_of(const void *file, const station_place *place)
{
    const station_heap heap = { file, place->heap, place->heap_pages };
    return heap;
}

/** Checks that the `len` bytes at `file`, the mapping of a whole file, are a region that this header
 * may read or, if `to_write`, write, because its layout is that of the header or has grown from it; reports
 * where the value is. The checks are those of docs/format.md, in its order, except for the machine's last
 * start; they are made on copies. The bytes after the header are not examined. Allocates at most a small
 * multiple of the size of the region's schema, and frees it. */
static inline station_error station_check(const void *file, size_t len, bool to_write, station_place *place)
{
    const station_source_ source = { station_copy_memory_, (const unsigned char *)file, -1, len };
    station_place found;
    const station_error error = station_check_ready_(file, station_check_header_(&source, to_write, false, NULL, &found));
    if (error == STATION_OK)
        *place = found;
    return error;
}

/* A named object in a heap, where its words say that it is: offsets in the file. */
typedef struct station_object_ {
    uint64_t at, pages, value, size, len;
    uint64_t schema, schema_len;
} station_object_;

static inline uint64_t station_word_at_(const void *file, uint64_t offset)
{
    const unsigned char *word = (const unsigned char *)file + offset;
    return __atomic_load_n((const uint64_t *)(const void *)word, __ATOMIC_RELAXED);
}

/* Reads the words of the object that begins with a page of the heap; false if they are nonsense. Each is read
 * once, and what they refer to lies in the object's pages, which lie in the heap. */
static inline bool station_read_object_(const void *file, const station_place *place, uint64_t page, station_object_ *found)
{
    const uint64_t left = place->heap_pages - page;
    found->at = place->heap + 4096 + (place->heap_pages * 32 + 1023) / 1024 * 1024 + page * 1024;
    found->pages = station_word_at_(file, found->at);
    const uint64_t value = station_word_at_(file, found->at + 16), align = station_word_at_(file, found->at + 56);
    const uint64_t lens = station_word_at_(file, found->at + 40), notes_len = lens >> 32;
    found->size = station_word_at_(file, found->at + 24);
    found->len = station_word_at_(file, found->at + 32);
    found->schema_len = lens & 0xffffffffu;
    if (found->pages == 0 || found->pages > left || found->schema_len > 4194304
        || notes_len > 4194304)
        return false;
    const uint64_t marks = 8 * (8 + 32), schema = marks + (place->participant_count + 1) / 2 * 8;
    const uint64_t head = schema + (found->schema_len + 7) / 8 * 8 + (notes_len + 7) / 8 * 8;
    const uint64_t end = found->pages * 1024;
    found->schema = found->at + schema;
    found->value = found->at + value;
    return value >= head && value <= end && found->size <= end - value && align != 0 && (align & (align - 1)) == 0
        && found->value % align == 0 && found->value % 8 == 0;
}

/* Returns whether an object has this name, and its state meanwhile. */
static inline bool station_is_named_(
    const void *file, const station_object_ *object, const char *name, size_t len, uint64_t *state)
{
    *state = station_word_at_(file, object->at + 8);
    /* Pairs with the exchange that gave the object its name. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if ((*state & 0xffffffffu) != UINT32_C(1) << 31 || station_word_at_(file, object->at + 48) != len)
        return false;
    for (size_t done = 0; done < len; done += 8) {
        uint64_t expected = 0;
        memcpy(&expected, name + done, len - done < 8 ? len - done : 8);
        if (station_word_at_(file, object->at + 64 + done) != expected)
            return false;
    }
    /* Pairs with the Release fence of a process that takes the object again. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return station_word_at_(file, object->at + 8) == *state;
}

/* Compares the schema of an object with this header's. There is no room to grow in an object. */
static inline station_error station_compare_object_(const void *file, const station_object_ *object)
{
    const station_source_ source = { station_copy_memory_, station_own_, -1, sizeof station_own_ };
    station_schema_ own, found;
    memset(&own, 0, sizeof own);
    memset(&found, 0, sizeof found);
    found.len = (size_t)object->schema_len;
    found.bytes = (unsigned char *)malloc(found.len + 8);
    if (found.bytes == NULL)
        return STATION_SYSTEM;
    for (size_t done = 0; done < found.len; done += 8) {
        const uint64_t word = station_word_at_(file, object->schema + done);
        memcpy(found.bytes + done, &word, 8);
    }
    station_error error = STATION_OK;
    if (found.len != sizeof station_own_ || memcmp(found.bytes, station_own_, found.len) != 0) {
        error = station_copy_schema_(&source, 0, sizeof station_own_, &own);
        if (error == STATION_OK)
            error = station_read_types_(&own);
        if (error == STATION_OK)
            error = station_read_types_(&found);
        if (error == STATION_OK && !station_begins_with_(&found, &own))
            error = STATION_LAYOUT_DIFFERS;
    }
    station_free_schema_(&own);
    station_free_schema_(&found);
    return error;
}

/* Returns whether this header can use an object: by its schema, its size and where it lies. Locks need no more
 * than the heap does, which has room for the processes that use them. */
static inline station_error station_check_object_(const void *file, const station_object_ *object)
{
    const station_error error = STATION_HAS_HEAP_ ? STATION_LAYOUT_DIFFERS : station_compare_object_(file, object);
    if (error != STATION_OK)
        return error;
    if (object->value % STATION_ALIGN_ != 0)
        return STATION_SECTION;
    return station_check_length_(object->size, object->len, true);
}

/* Finds the object of a name in a region that was checked, as docs/format.md tells readers; `place` becomes that
 * of its value. */
static inline station_error station_find_object_(const void *file, const char *name, station_place *place)
{
    const size_t len = strlen(name);
    if (len < 1 || len > 255 || strpbrk(name, "/@") != NULL)
        return STATION_BAD_NAME;
    const uint64_t used = station_word_at_(file, place->heap + 24);
    /* Pairs with the Release store after an object was made. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    station_object_ object;
    uint64_t state;
    uint64_t page = place->heap_pages - (used < place->heap_pages ? used : place->heap_pages);
    for (; page < place->heap_pages; page += object.pages) {
        if (!station_read_object_(file, place, page, &object))
            return STATION_NO_OBJECT;
        if (!station_is_named_(file, &object, name, len, &state))
            continue;
        const station_error error = station_check_object_(file, &object);
        if (error != STATION_OK)
            return error;
        place->offset = (size_t)object.value;
        place->len = (size_t)object.len;
        place->object = (size_t)object.at + 8;
        place->state = state;
        return STATION_OK;
    }
    return STATION_NO_OBJECT;
}

/* The state of the object of a place; NULL if it is not that of an object. */
static inline const uint64_t *station_state_of_(const void *file, const station_place *place)
{
    const unsigned char *state = (const unsigned char *)file + place->object;
    return place->object == 0 ? NULL : (const uint64_t *)(const void *)state;
}

/** As `station_check`, for the object of this name in the heap of a region of any layout. */
static inline station_error station_check_named(
    const void *file, size_t len, const char *name, bool to_write, station_place *place)
{
    const station_source_ source = { station_copy_memory_, (const unsigned char *)file, -1, len };
    station_place found;
    station_error error = station_check_ready_(file, station_check_header_(&source, to_write, true, NULL, &found));
    if (error == STATION_OK)
        error = station_find_object_(file, name, &found);
    if (error == STATION_OK)
        *place = found;
    return error;
}

static inline float station_load_f32_(const float *at)
{
    float value;
    __atomic_load(at, &value, __ATOMIC_ACQUIRE);
    return value;
}

static inline double station_load_f64_(const double *at)
{
    double value;
    __atomic_load(at, &value, __ATOMIC_ACQUIRE);
    return value;
}

static inline void station_store_f32_(float *at, float value)
{
    __atomic_store(at, &value, __ATOMIC_RELEASE);
}

static inline void station_store_f64_(double *at, double value)
{
    __atomic_store(at, &value, __ATOMIC_RELEASE);
}

/* Copies bytes out, each by its own atomic load: they may come from different writes. */
static inline void station_load_bytes_(const void *from, void *to, size_t len)
{
    for (size_t at = 0; at < len; at++)
        ((unsigned char *)to)[at] = __atomic_load_n((const unsigned char *)from + at, __ATOMIC_RELAXED);
    /* Pairs with the Release fence of the writer. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static inline void station_store_bytes_(void *to, const void *from, size_t len)
{
    /* Pairs with the Acquire fence of the reader. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (size_t at = 0; at < len; at++)
        __atomic_store_n((unsigned char *)to + at, ((const unsigned char *)from)[at], __ATOMIC_RELAXED);
}

/* Copies the bytes out, never more than there is room for; returns their number. */
static inline size_t station_load_counted_(const uint32_t *from, const unsigned char *bytes, size_t capacity, void *out)
{
    const size_t found = __atomic_load_n(from, __ATOMIC_ACQUIRE);
    const size_t len = found < capacity ? found : capacity;
    station_load_bytes_(bytes, out, len);
    return len;
}

/* As above, with a NUL after them. */
static inline size_t station_load_string_(const uint32_t *from, const unsigned char *bytes, size_t capacity, char *out)
{
    const size_t len = station_load_counted_(from, bytes, capacity, out);
    out[len] = '\0';
    return len;
}

/* Copies the newest version of a Latest, or item of a Ring, out, word by word, unless a writer overtook
 * it each time: the ring of docs/format.md. */
static inline station_error station_newest_(const uint64_t *sequence, const void *slots, size_t stride,
    uint64_t count, void *out, size_t size)
{
    for (int attempt = 0; attempt < 64; attempt++) {
        const uint64_t before = __atomic_load_n(sequence, __ATOMIC_RELAXED);
        /* Pairs with the Release store that published this version. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        const unsigned char *slot = (const unsigned char *)slots + (size_t)(before % count) * stride;
        for (size_t at = 0; at < size; at += 8) {
            const uint64_t *from = (const uint64_t *)(const void *)(slot + at);
            const uint64_t word = __atomic_load_n(from, __ATOMIC_RELAXED);
            memcpy((unsigned char *)out + at, &word, size - at < 8 ? size - at : 8);
        }
        /* Pairs with the Release fence of the writer. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n(sequence, __ATOMIC_RELAXED) - before < count - 1)
            return STATION_OK;
    }
    return STATION_CONTENDED;
}

/* Returns the number of the newest version. */
static inline uint64_t station_version_(const uint64_t *sequence)
{
    const uint64_t version = __atomic_load_n(sequence, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return version;
}

#ifndef STATION_NO_OPEN
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#if !defined(O_NOFOLLOW) || !defined(O_CLOEXEC)
#error "define _POSIX_C_SOURCE as 200809L before the first #include; or define STATION_NO_OPEN and map regions yourself"
#endif

/** Options for opening a region. All zeros are the same as `station_open`. */
typedef struct station_options {
    bool allow_owner; /* also open files of the user `owner`, who can change and truncate them */
    bool after_reboot; /* open a region that was created before the machine last started */
    uid_t owner;
} station_options;

/* Copies from a file, which may have changed since it was opened. */
static inline station_error station_copy_file_(const station_source_ *source, uint64_t offset, void *to, size_t len)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t some = pread(source->file, (unsigned char *)to + done, len - done, (off_t)(offset + done));
        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0)
            return some < 0 ? STATION_SYSTEM : STATION_TRUNCATED;
        done += (size_t)some;
    }
    return STATION_OK;
}

/* Reads a small file of /proc into `text`, of `room` bytes, with a NUL after it; false if it is missing
 * (/proc is not mounted, or was mounted with subset=pid) or too long. */
static inline bool station_read_text_(const char *path, char *text, size_t room)
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
static inline bool station_boot_id_(unsigned char boot_id[16])
{
    static const char digits[] = "0123456789abcdef";
    char text[64];
    size_t count = 0;
    if (!station_read_text_("/proc/sys/kernel/random/boot_id", text, sizeof text))
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
static inline bool station_is_own_(uid_t owner)
{
    char text[64], *at = text;
    unsigned long overflow = 65534;
    if (owner != geteuid())
        return false;
    if (station_read_text_("/proc/sys/kernel/overflowuid", text, sizeof text))
        overflow = strtoul(text, NULL, 10);
    if (owner != overflow)
        return true;
    /* All users are mapped, each to itself, if the map is the one line "0 0 4294967295". */
    if (!station_read_text_("/proc/self/uid_map", text, sizeof text))
        /* A kernel without user namespaces has /proc/self, but no map in it. */
        return access("/proc/self/stat", F_OK) == 0 && access("/proc/self/uid_map", F_OK) != 0;
    const unsigned long inside = strtoul(at, &at, 10), outside = strtoul(at, &at, 10);
    const unsigned long count = strtoul(at, &at, 10);
    return inside == 0 && outside == 0 && count == 4294967295ul && strcmp(at, "\n") == 0;
}

/* Returns whether a file is in memory only, on a tmpfs, ramfs or hugetlbfs: it cannot be older than the
 * machine's last start, whatever boot id a container shows. Lengths of mappings are multiples of `*page`. */
static inline bool station_is_in_memory_(int file, size_t *page)
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
#define STATION_PATH_ROOM_ 4096

/* Returns the path that the first `len` bytes of a name mean: a plain name is a file in /dev/shm, a name with
 * a slash is a path. NULL if it cannot be a file, or is "/name", which shm_open(3) and open(2) take for
 * different files. */
static inline const char *station_path_(const char *name, size_t len, char path[STATION_PATH_ROOM_])
{
    if (len > STATION_PATH_ROOM_ - 10)
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
static inline const char *station_object_of_(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1, *mark = strchr(last, '@');
    return mark == NULL || mark == last || mark[1] == '\0' ? NULL : mark + 1;
}
#endif

#ifndef STATION_NO_OPEN
#include <sys/syscall.h>
#include <time.h>

#ifndef MAP_ANONYMOUS
#error "waiting needs more than POSIX: define _DEFAULT_SOURCE before the first #include, or include this header first; or define STATION_NO_OPEN and map regions yourself"
#endif
#endif

#ifndef STATION_NO_OPEN
#include <signal.h>
#include <stdio.h>

/* A process that uses the locks of a region (docs/format.md). In the region, each word is atomic. */
typedef struct station_participant_ {
    uint32_t state, generation, pid, time_namespace;
    uint64_t start_time, pid_namespace, name[4];
} station_participant_;

STATION_ASSERT_(sizeof(station_participant_) == 64, "layout");

/* A lock that a thread holds. An entry belongs to the thread, which alone uses the rest of it. */
typedef struct station_held_ {
    uintptr_t thread; /* 0: free */
    const uint32_t *word;
    uint32_t seat; /* of a reader, counted from 1; 0 for every other holder */
} station_held_;

/* What belongs to this process and not to a child that it forks: there, all of it reads as zeros. */
typedef struct station_process_ {
    uint32_t has_file; /* the open file description is this process's alone */
    uint32_t owner; /* its owner bits, from its first lock on; then `self` is known */
    uint32_t is_attaching; /* a thread is at it */
    uint32_t used; /* entries of `held` that were ever used */
    station_participant_ self;
    station_held_ held[1000];
} station_process_;

/** The locks of a region: the part that this process takes in them. All of its threads may use it. Open
 * a region once in each process: a thread that locks through two of these is not noticed to wait for itself. */
typedef struct station_locks {
    station_participant_ *participants; /* in the region */
    uint32_t count;
    int file;
    dev_t device;
    ino_t inode;
    station_process_ *own;
} station_locks;

/* The byte of a slot, as an argument of fcntl(2). */
static inline struct flock station_byte_(short kind, uint32_t slot)
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
static inline bool station_has_file_(const station_locks *locks)
{
    struct stat facts;
    return fstat(locks->file, &facts) == 0 && facts.st_dev == locks->device && facts.st_ino == locks->inode;
}

/* F_OFD_SETLK is 37 and F_OFD_GETLK 36; strict C hides their names. The kernel unlocks when the last descriptor
 * of the open file description is closed. 1: locked; 0: another process has the byte locked; -1: see errno. */
static inline int station_lock_byte_(const station_locks *locks, uint32_t slot)
{
    struct flock byte = station_byte_(F_WRLCK, slot);
    errno = EBADF;
    if (!station_has_file_(locks))
        return -1;
    if (fcntl(locks->file, 37, &byte) == 0)
        return 1;
    return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

static inline void station_unlock_byte_(const station_locks *locks, uint32_t slot)
{
    struct flock byte = station_byte_(F_UNLCK, slot);
    if (station_has_file_(locks))
        fcntl(locks->file, 37, &byte);
}

/* Whether another process has the byte write-locked; -1 if that cannot be known. */
static inline int station_is_byte_locked_(const station_locks *locks, uint32_t slot)
{
    struct flock byte = station_byte_(F_RDLCK, slot);
    if (!station_has_file_(locks) || fcntl(locks->file, 36, &byte) != 0)
        return -1;
    return byte.l_type != F_UNLCK;
}

/* Field 22, the start time, and field 20, the number of threads, of a /proc/PID/stat; and whether the main
 * thread has ended. */
static inline bool station_read_stat_(const char *path, uint64_t *start_time, uint64_t *threads, bool *has_ended)
{
    char text[2048];
    if (!station_read_text_(path, text, sizeof text))
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
static inline void station_identify_(station_participant_ *self)
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
        && station_read_stat_("/proc/self/stat", &self->start_time, &threads, &has_ended))
        self->pid_namespace = facts.st_ino;
    if (station_read_text_("/proc/self/comm", name, sizeof name))
        name[strcspn(name, "\n")] = '\0';
    memcpy(self->name, name, sizeof self->name);
}

/* Whether numbers and start times mean the same to both processes. */
static inline bool station_are_comparable_(const station_participant_ *one, const station_participant_ *other)
{
    return one->pid_namespace != 0 && one->pid_namespace == other->pid_namespace
        && one->time_namespace == other->time_namespace;
}

static inline bool station_are_same_(const station_participant_ *one, const station_participant_ *other)
{
    return station_are_comparable_(one, other) && one->pid == other->pid && one->start_time == other->start_time;
}

/* Copies the process out that has a slot; false if there is none. */
static inline bool station_occupant_(const station_locks *locks, uint32_t slot, station_participant_ *found)
{
    const station_participant_ *entry = &locks->participants[slot];
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
static inline void station_vacate_(const station_locks *locks, uint32_t slot)
{
    __atomic_store_n(&locks->participants[slot].state, 0, __ATOMIC_RELEASE);
}

/* Empties the slots that name this process, which has none yet: its own from before an exec, and those of
 * the original of a copied file. Others cannot tell them from a process that closed its descriptors. */
static inline void station_clear_former_self_(const station_locks *locks)
{
    station_participant_ self, found;
    bool is_known = false;
    for (uint32_t slot = 0; slot < locks->count; slot++) {
        if (!station_occupant_(locks, slot, &found) || found.pid != (uint32_t)getpid())
            continue;
        if (!is_known)
            station_identify_(&self);
        is_known = true;
        if (!station_are_same_(&found, &self) || station_lock_byte_(locks, slot) != 1)
            continue;
        /* Again with the byte: another process may have freed the slot and taken it. */
        if (station_occupant_(locks, slot, &found) && station_are_same_(&found, &self))
            station_vacate_(locks, slot);
        station_unlock_byte_(locks, slot);
    }
}

/* Prepares for the first lock, in a region that was just opened; on failure, undoes the opening. */
static inline station_error station_begin_locks_(
    station_locks *locks, int file, const struct stat *facts, const station_place *place, void *map, size_t len)
{
    void *own = mmap(NULL, sizeof(station_process_), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* 18 is MADV_WIPEONFORK. */
    if (own == MAP_FAILED || madvise(own, sizeof(station_process_), 18) != 0) {
        const int reason = errno;
        if (own != MAP_FAILED)
            munmap(own, sizeof(station_process_));
        munmap(map, len);
        close(file);
        errno = reason;
        return STATION_SYSTEM;
    }
    locks->participants = (station_participant_ *)(void *)((unsigned char *)map + place->participants);
    locks->count = (uint32_t)place->participant_count;
    locks->file = file;
    locks->device = facts->st_dev;
    locks->inode = facts->st_ino;
    locks->own = (station_process_ *)own;
    locks->own->has_file = 1;
    station_clear_former_self_(locks);
    return STATION_OK;
}

/* Gives the slot back, if this process has one and it is still its own. */
static inline void station_leave_slot_(const station_locks *locks)
{
    const station_process_ *own = locks->own;
    const uint32_t slot = (own->owner >> 20) - 1;
    station_participant_ found;
    if (own->owner == 0 || station_lock_byte_(locks, slot) != 1)
        return;
    if (station_occupant_(locks, slot, &found) && found.generation == (own->owner & 0xfffffu)
        && station_are_same_(&found, &own->self))
        station_vacate_(locks, slot);
    /* Explicitly: a forked child shares the open file description, and would keep the byte. */
    station_unlock_byte_(locks, slot);
}

/* Out of line, so that compilers do not warn of a region that is closed only if it was opened. */
__attribute__((noinline, unused)) static void station_end_locks_(station_locks *locks)
{
    station_leave_slot_(locks);
    if (station_has_file_(locks))
        close(locks->file);
    munmap(locks->own, sizeof(station_process_));
    locks->own = NULL;
}
#endif

#ifndef STATION_NO_OPEN
/** A region that is open for reading and writing. */
typedef struct station_region {
    station *value;
    size_t len; /* elements of the part whose length is known only at run time; 0 without one */
    void *file;
    size_t file_len;
    dev_t device; /* with the inode, identifies the file */
    ino_t inode;
    const uint64_t *object; /* the state of a named object; NULL if this is the region's own value */
    uint64_t state;
    station_heap heap; /* for the functions that read values of any length */
    station_locks locks; /* for the functions that take locks */
} station_region;

/** A region that is open for reading: mapped PROT_READ. */
typedef struct station_reader {
    const station *value;
    size_t len;
    void *file;
    size_t file_len;
    dev_t device;
    ino_t inode;
    const uint64_t *object;
    uint64_t state;
    station_heap heap;
} station_reader;

/* Checks a file's metadata and a private copy of its header, read with pread; then maps the file, and finds
 * the object of that name, unless it is NULL. */
static inline station_error station_map_(int file, const char *object, const station_options *options, bool to_write,
    struct stat *facts, station_place *place, void **map, size_t *len)
{
    unsigned char boot_id[16];
    size_t page = 1;
    if (fstat(file, facts) != 0)
        return STATION_SYSTEM;
    if (!S_ISREG(facts->st_mode))
        return STATION_NOT_REGULAR_FILE;
    if (!(options->allow_owner && facts->st_uid == options->owner) && !station_is_own_(facts->st_uid))
        return STATION_FOREIGN_OWNER;
    const bool any_boot = station_is_in_memory_(file, &page) || options->after_reboot || !station_boot_id_(boot_id);
    const station_source_ source = { station_copy_file_, NULL, file, (uint64_t)facts->st_size };
    const station_error verdict
        = station_check_header_(&source, to_write, object != NULL, any_boot ? NULL : boot_id, place);
    if (verdict != STATION_OK && verdict != STATION_NOT_GROWN)
        return verdict;
    *len = (place->total + page - 1) / page * page;
    *map = mmap(NULL, *len, to_write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, file, 0);
    if (*map == MAP_FAILED)
        return STATION_SYSTEM;
    /* Mapping past the end of a truncated file succeeds; touching it raises SIGBUS. */
    const bool is_whole = fstat(file, facts) == 0 && (uint64_t)facts->st_size >= place->total;
    station_error error = is_whole ? station_check_ready_(*map, verdict) : STATION_TRUNCATED;
    if (error == STATION_OK && object != NULL)
        error = station_find_object_(*map, object, place);
    if (error != STATION_OK) {
        const int reason = errno;
        munmap(*map, *len);
        errno = reason;
    }
    return error;
}

static inline station_error station_open_(const char *name, const station_options *options, bool to_write,
    int *file, struct stat *facts, station_place *place, void **map, size_t *len)
{
    char buffer[STATION_PATH_ROOM_];
    const char *path = station_path_(name, strlen(name), buffer), *object = NULL;
    /* Follows no symbolic link, does not wait at a FIFO, does not acquire a controlling terminal. */
    const int flags = (to_write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    *file = path == NULL ? -1 : open(path, flags);
    /* A region whose name has an @ comes before an object. */
    if (path == NULL || (*file < 0 && errno == ENOENT))
        object = station_object_of_(name);
    if (object != NULL) {
        path = station_path_(name, (size_t)(object - 1 - name), buffer);
        *file = path == NULL ? -1 : open(path, flags);
    }
    if (path == NULL)
        return STATION_BAD_NAME;
    if (*file < 0)
        return STATION_SYSTEM;
    const station_error error = station_map_(*file, object, options, to_write, facts, place, map, len);
    if (error != STATION_OK) {
        const int reason = errno;
        close(*file);
        errno = reason;
    }
    return error;
}

/** As `station_open`, with options. */
static inline station_error station_open_with(const char *name, const station_options *options, station_region *opened)
{
    struct stat facts;
    station_place place;
    void *map;
    size_t len;
    int file;
    station_error error = station_open_(name, options, true, &file, &facts, &place, &map, &len);
    if (error == STATION_OK)
        error = station_begin_locks_(&opened->locks, file, &facts, &place, map, len);
    if (error == STATION_OK) {
        opened->value = (station *)(void *)((unsigned char *)map + place.offset);
        opened->len = place.len;
        opened->file = map;
        opened->file_len = len;
        opened->device = facts.st_dev;
        opened->inode = facts.st_ino;
        opened->object = station_state_of_(map, &place);
        opened->state = place.state;
        opened->heap = station_heap_of(map, &place);
    }
    return error;
}

/** As `station_open_read_only`, with options. */
static inline station_error station_open_read_only_with(
    const char *name, const station_options *options, station_reader *opened)
{
    struct stat facts;
    station_place place;
    void *map;
    size_t len;
    int file;
    const station_error error = station_open_(name, options, false, &file, &facts, &place, &map, &len);
    if (error == STATION_OK) {
        close(file);
        opened->value = (const station *)(const void *)((const unsigned char *)map + place.offset);
        opened->len = place.len;
        opened->file = map;
        opened->file_len = len;
        opened->device = facts.st_dev;
        opened->inode = facts.st_ino;
        opened->object = station_state_of_(map, &place);
        opened->state = place.state;
        opened->heap = station_heap_of(map, &place);
    }
    return error;
}

/** Opens a region for reading and writing. A plain name means a file in /dev/shm, a name with a
 * slash is a path. `board@hits` means the object with the name `hits` in the heap of the region `board`,
 * unless a file has that name. The process does not hold the object: if its name is removed, and no other
 * process holds it, its memory can become another object of the same type. */
static inline station_error station_open(const char *name, station_region *opened)
{
    station_options options;
    memset(&options, 0, sizeof options);
    return station_open_with(name, &options, opened);
}

/** Opens a region for reading only. */
static inline station_error station_open_read_only(const char *name, station_reader *opened)
{
    station_options options;
    memset(&options, 0, sizeof options);
    return station_open_read_only_with(name, &options, opened);
}

static inline bool station_is_at_(const char *name, dev_t device, ino_t inode, const uint64_t *object, uint64_t state)
{
    char buffer[STATION_PATH_ROOM_];
    struct stat facts;
    const char *end = object == NULL ? NULL : station_object_of_(name);
    const char *path = station_path_(name, end == NULL ? strlen(name) : (size_t)(end - 1 - name), buffer);
    if (object != NULL && __atomic_load_n(object, __ATOMIC_RELAXED) != state)
        return false;
    return path != NULL && lstat(path, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode;
}

/** Returns whether the name still means this region, or this object. If not, the region was replaced or its
 * file or the object removed, and writes reach only processes that also opened it before: open the name again. */
static inline bool station_is_current(const station_region *opened, const char *name)
{
    return station_is_at_(name, opened->device, opened->inode, opened->object, opened->state);
}

/** As `station_is_current`, for a region opened for reading only. */
static inline bool station_is_current_reader(const station_reader *opened, const char *name)
{
    return station_is_at_(name, opened->device, opened->inode, opened->object, opened->state);
}

/** Closes a region; no pointer into it may be used any more. Locks that this process took through it and
 * still holds are marked, as if it had died. */
static inline void station_close(station_region *opened)
{
    station_end_locks_(&opened->locks);
    munmap(opened->file, opened->file_len);
    opened->value = NULL;
}

/** As `station_close`, for a region opened for reading only. */
static inline void station_close_reader(station_reader *opened)
{
    munmap(opened->file, opened->file_len);
    opened->value = NULL;
}
#endif

#ifndef STATION_NO_OPEN
/* Times are in nanoseconds of the clock that only runs forwards; UINT64_MAX is never. */
static inline uint64_t station_now_(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The time at which a wait of that length ends. */
static inline uint64_t station_deadline_(uint64_t nanoseconds)
{
    const uint64_t now = nanoseconds == UINT64_MAX ? 0 : station_now_();
    return nanoseconds > UINT64_MAX - now ? UINT64_MAX : now + nanoseconds;
}

/* The time left. */
static inline uint64_t station_left_(uint64_t deadline)
{
    const uint64_t now = deadline == UINT64_MAX ? 0 : station_now_();
    return deadline > now ? deadline - now : 0;
}

/* Sleeps while the word has this value, until woken, or for so many nanoseconds; true if nothing happened.
 * Operation 0 is FUTEX_WAIT and 1 is FUTEX_WAKE, both without the private flag. */
static inline bool station_sleep_(uint32_t *word, uint32_t value, uint64_t nap)
{
    struct timespec time;
    time.tv_sec = (time_t)(nap / 1000000000u);
    time.tv_nsec = (long)(nap % 1000000000u);
    return syscall(SYS_futex, word, 0, value, &time, NULL, 0) != 0 && errno != EAGAIN;
}

/* Wakes that many sleepers; returns whether there were any. */
static inline bool station_wake_(uint32_t *word, int count)
{
    return syscall(SYS_futex, word, 1, count, NULL, NULL, 0) > 0;
}

/* Counts a notification (docs/locks.md, Event), and wakes one sleeper or all, if there are any. */
static inline void station_notify_(uint32_t *word, bool all)
{
    /* Release pairs with the Acquire of whoever sees the count. */
    uint32_t seen = __atomic_fetch_add(word, 2, __ATOMIC_RELEASE);
    if ((seen & 1) == 0)
        return;
    /* The flag stays up while others may sleep: the next notification has to wake one of them. */
    if (!all && station_wake_(word, 1))
        return;
    seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(word, &seen, seen & ~UINT32_C(1), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    /* All, even to notify one: those whose notifiers found the flag down must be woken as well. */
    station_wake_(word, INT32_MAX);
}

/* A ticket: the count, as a function of the header returns it, without the flag. */
static inline uint32_t station_ticket_(const uint32_t *word)
{
    const uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return seen >> 1;
}

/* Waits for another count than the ticket's; false if the deadline came before that. */
static inline bool station_wait_count_(uint32_t *word, uint32_t ticket, uint64_t deadline)
{
    for (;;) {
        uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if (seen >> 1 != ticket)
            return true;
        const uint64_t left = station_left_(deadline);
        if (left == 0)
            return false;
        const uint32_t flagged = seen | 1;
        /* A notifier that dies before it wakes leaves sleepers asleep: none sleeps for longer than a second. */
        if (seen == flagged
            || __atomic_compare_exchange_n(word, &seen, flagged, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            station_sleep_(word, flagged, left < 1000000000u ? left : 1000000000u);
    }
}

/* Sleeps once, for at most so long and not past the deadline, unless the count is another than the ticket's; true if
 * nothing happened. */
static inline bool station_nap_count_(uint32_t *word, uint32_t ticket, uint64_t nap, uint64_t deadline)
{
    const uint64_t left = station_left_(deadline);
    return !station_wait_count_(word, ticket, station_deadline_(nap < left ? nap : left));
}

/* Examines a line of /proc/PID/maps: with an address, whether it is inside, and then copies the device and the
 * inode; without, whether it is a shared, writable mapping of that file. */
static inline bool station_is_mapping_(const char *line, uintptr_t address, char device[32], char inode[32])
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
static inline int station_find_mapping_(const char *path, uintptr_t address, char device[32], char inode[32])
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
            answer = station_is_mapping_(line, address, device, inode) ? 1 : 0;
        }
    }
    close(maps);
    return answer;
}

/* Whether the process that had a number and start time is alive: 1, 0, or -1 if that cannot be known. */
static inline int station_life_(uint32_t pid, uint64_t started)
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
    if (!station_read_stat_(path, &start_time, &threads, &has_ended))
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
static inline bool station_is_unmapped_(const station_locks *locks, uint32_t pid)
{
    char path[40], device[32] = { 0 }, inode[32] = { 0 };
    snprintf(path, sizeof path, "/proc/%lu/maps", (unsigned long)pid);
    return station_find_mapping_("/proc/thread-self/maps", (uintptr_t)locks->participants, device, inode) == 1
        && strcmp(inode, "0") != 0 && station_find_mapping_(path, 0, device, inode) == 0;
}

/* Whether a participant is alive: 1, 0, or -1 if that cannot be known. `slot` is its slot, or -1 if its byte
 * says nothing. Unless `closely`, a running process that has its byte is alive. */
static inline int station_liveness_(const station_locks *locks, const station_participant_ *found, int64_t slot, bool closely)
{
    const int life = station_are_comparable_(found, &locks->own->self) ? station_life_(found->pid, found->start_time) : -1;
    if (life == 0)
        return 0; /* even if its byte is locked: by a child that it forked */
    const int byte = slot < 0 ? -1 : station_is_byte_locked_(locks, (uint32_t)slot);
    if (life < 0)
        return byte;
    if (!closely && byte == 1)
        return 1;
    return station_is_unmapped_(locks, found->pid) ? 0 : 1;
}

/* Whether the process with these owner bits is certainly dead. */
static inline bool station_is_dead_(const station_locks *locks, uint32_t owner, bool closely)
{
    const uint32_t slot = (owner >> 20 & 1023u) - 1;
    station_participant_ found;
    if (slot > 1022u || owner == locks->own->owner)
        return false;
    /* Slots are reused only after a death, and no process has a slot past the last. */
    if (slot >= locks->count || !station_occupant_(locks, slot, &found) || found.generation != (owner & 0xfffffu))
        return true;
    /* This process before an exec, or as a participant of the original of a copied file. */
    if (station_are_same_(&found, &locks->own->self))
        return station_is_byte_locked_(locks, slot) == 0;
    return station_liveness_(locks, &found, slot, closely) == 0;
}

/* Opens the file again if the open file description is not this process's alone, as in a forked child: byte
 * locks belong to the description. */
static inline station_error station_own_file_(station_locks *locks)
{
    char path[40];
    struct stat facts;
    if (locks->own->has_file)
        return STATION_OK;
    errno = EBADF;
    if (!station_has_file_(locks))
        return STATION_SYSTEM;
    snprintf(path, sizeof path, "/proc/self/fd/%d", locks->file);
    const int fresh = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fresh < 0)
        return STATION_SYSTEM;
    if (fstat(fresh, &facts) != 0 || facts.st_dev != locks->device || facts.st_ino != locks->inode) {
        close(fresh);
        errno = ESTALE;
        return STATION_SYSTEM;
    }
    close(locks->file);
    locks->file = fresh;
    locks->own->has_file = 1;
    return STATION_OK;
}

/* Puts this process into a slot whose byte it has locked; returns its owner bits. If it is killed half-way,
 * the slot belongs to no process. */
static inline uint32_t station_occupy_(const station_locks *locks, uint32_t slot)
{
    station_participant_ *entry = &locks->participants[slot];
    const station_participant_ *self = &locks->own->self;
    station_vacate_(locks, slot);
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
static inline station_error station_take_slot_(station_locks *locks)
{
    bool is_obstructed = false;
    station_participant_ found;
    const station_error error = station_own_file_(locks);
    if (error != STATION_OK)
        return error;
    station_identify_(&locks->own->self);
    for (uint32_t slot = 0; slot < locks->count; slot++) {
        const int taken = station_lock_byte_(locks, slot);
        if (taken < 0)
            return STATION_SYSTEM;
        if (taken == 0) {
            /* A read lock is in the way, but it is not a participant's. */
            is_obstructed = is_obstructed || station_is_byte_locked_(locks, slot) == 0;
        } else if (station_occupant_(locks, slot, &found) && station_liveness_(locks, &found, -1, true) == 1) {
            /* A process that closed all its descriptors. */
            station_unlock_byte_(locks, slot);
        } else {
            /* Release: a thread that sees the owner sees `self`. */
            __atomic_store_n(&locks->own->owner, station_occupy_(locks, slot), __ATOMIC_RELEASE);
            return STATION_OK;
        }
    }
    return is_obstructed ? STATION_OBSTRUCTED : STATION_TOO_MANY_PARTICIPANTS;
}

/* The owner bits of this process in the words of locks; its first lock attaches it. */
static inline station_error station_me_(station_locks *locks, uint32_t *me)
{
    station_process_ *own = locks->own;
    station_error error = STATION_OK;
    *me = __atomic_load_n(&own->owner, __ATOMIC_ACQUIRE);
    if (*me != 0)
        return STATION_OK;
    while (__atomic_exchange_n(&own->is_attaching, 1, __ATOMIC_ACQUIRE) != 0)
        station_sleep_(&own->is_attaching, 1, 1000000);
    if (own->owner == 0)
        error = station_take_slot_(locks);
    *me = own->owner;
    __atomic_store_n(&own->is_attaching, 0, __ATOMIC_RELEASE);
    return error;
}

/* A number that no other thread of this process has: the address of its errno. */
static inline uintptr_t station_thread_(void)
{
    return (uintptr_t)&errno;
}

/* The entry of a lock that this thread holds, or NULL. */
static inline station_held_ *station_find_held_(const station_locks *locks, const uint32_t *word)
{
    station_process_ *own = locks->own;
    const uintptr_t thread = station_thread_();
    const uint32_t used = __atomic_load_n(&own->used, __ATOMIC_RELAXED);
    for (uint32_t at = 0; at < used; at++) {
        station_held_ *held = &own->held[at];
        if (__atomic_load_n(&held->thread, __ATOMIC_RELAXED) == thread && held->word == word)
            return held;
    }
    return NULL;
}

/* Notes that this thread holds a lock; false if there is no room for one more. */
static inline bool station_note_held_(const station_locks *locks, const uint32_t *word, uint32_t seat)
{
    station_process_ *own = locks->own;
    const uint32_t room = (uint32_t)(sizeof own->held / sizeof *own->held);
    for (uint32_t at = 0; at < room; at++) {
        station_held_ *held = &own->held[at];
        uintptr_t none = 0;
        if (!__atomic_compare_exchange_n(
                &held->thread, &none, station_thread_(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
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

static inline void station_forget_held_(station_held_ *held)
{
    __atomic_store_n(&held->thread, 0, __ATOMIC_RELEASE);
}

/* The seat that a thread tries first: processes differ in their slot, and threads in the address of their
 * errno. */
static inline uint32_t station_first_seat_(const station_locks *locks)
{
    const uint32_t place = (uint32_t)(station_thread_() >> 12) * 0x9e3779b9u;
    return (place >> 16) + (__atomic_load_n(&locks->own->owner, __ATOMIC_RELAXED) >> 20);
}

/* The word of a lock (docs/locks.md): who has it, and two flags. */
#define STATION_SLEEPERS_ (UINT32_C(1) << 31)
#define STATION_POISONED_ (UINT32_C(1) << 30)
#define STATION_OWNER_ (STATION_POISONED_ - 1)

/* A thread that waits for a lock. */
typedef struct station_waiter_ {
    const station_locks *locks;
    uint32_t me; /* the owner bits of its process */
    uint64_t deadline;
    uint64_t only_nap; /* not 0: the time is up after one nap, not longer than this, even before the deadline */
    bool has_napped, was_quiet; /* whether that nap is over, and whether nothing happened in it */
    bool has_looked; /* an owner was checked before */
} station_waiter_;

static inline station_waiter_ station_waiter_until_(const station_locks *locks, uint32_t me, uint64_t nanoseconds)
{
    station_waiter_ waiter = { locks, me, 0, 0, false, false, false };
    waiter.deadline = station_deadline_(nanoseconds);
    return waiter;
}

static inline uint64_t station_time_left_(const station_waiter_ *waiter)
{
    return waiter->only_nap != 0 && waiter->has_napped ? 0 : station_left_(waiter->deadline);
}

static inline bool station_nap_(station_waiter_ *waiter, uint32_t *word, uint32_t value, uint64_t nap)
{
    const uint64_t left = station_left_(waiter->deadline), longest = waiter->only_nap != 0 ? waiter->only_nap : nap;
    waiter->was_quiet = station_sleep_(word, value, longest < left ? longest : left);
    waiter->has_napped = true;
    return waiter->was_quiet;
}

/* Before the first nap, most owners are about to unlock: the first check is a quick one. */
static inline bool station_owner_is_dead_(station_waiter_ *waiter, uint32_t owner)
{
    const bool closely = waiter->has_looked || station_left_(waiter->deadline) == 0;
    waiter->has_looked = true;
    return station_is_dead_(waiter->locks, owner, closely);
}

/* Writes a name, or another name. Acquire pairs with the Release of unlocking; Release with the load of a
 * waiter, so that whoever reads a name finds its process among the participants. */
static inline bool station_rename_(uint32_t *word, uint32_t seen, uint32_t name)
{
    return __atomic_compare_exchange_n(word, &seen, name, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Takes a lock that was seen free: OK, or OWNER_DIED if it is marked, which keeps the mark; BUSY if it has
 * changed. `me` may have the sleepers' flag. */
static inline station_error station_take_free_(uint32_t *word, uint32_t seen, uint32_t me)
{
    if (!station_rename_(word, seen, me | seen))
        return STATION_BUSY;
    return (seen & STATION_POISONED_) == 0 ? STATION_OK : STATION_OWNER_DIED;
}

/* Takes a lock if it is free. */
static inline station_error station_try_word_(uint32_t *word, uint32_t me)
{
    if (station_rename_(word, 0, me))
        return STATION_OK;
    const uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    return (seen & STATION_OWNER_) == 0 ? station_take_free_(word, seen, me) : STATION_BUSY;
}

/* Takes a lock of a dead owner, which marks it. */
static inline bool station_take_over_(uint32_t *word, uint32_t seen, uint32_t me)
{
    return station_rename_(word, seen, me | (seen & STATION_SLEEPERS_) | STATION_POISONED_);
}

/* Takes a lock that is free, or whose owner is dead, without waiting. */
static inline station_error station_take_unless_alive_(station_waiter_ *waiter, uint32_t *word, uint32_t me)
{
    for (;;) {
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if ((seen & STATION_OWNER_) == 0) {
            const station_error taken = station_take_free_(word, seen, me);
            if (taken != STATION_BUSY)
                return taken;
        } else if (!station_owner_is_dead_(waiter, seen & STATION_OWNER_)) {
            return STATION_BUSY;
        } else if (station_take_over_(word, seen, me)) {
            return STATION_OWNER_DIED;
        }
    }
}

/* Raises the sleepers' flag of a lock that was seen held. */
static inline bool station_announce_(uint32_t *word, uint32_t seen)
{
    return (seen & STATION_SLEEPERS_) != 0 || __atomic_compare_exchange_n(word, &seen, seen | STATION_SLEEPERS_, false,
        __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Looks, naps, and checks the owner after each nap in which nothing happened. */
static inline station_error station_lock_patiently_(station_waiter_ *waiter, uint32_t *word)
{
    uint64_t nap = 1000000;
    uint32_t slept = 0;
    bool is_suspicious = true;
    for (;;) {
        /* Acquire pairs with the Release of the name that it reads. */
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if ((seen & STATION_OWNER_) == 0) {
            /* Others may sleep as well: after a nap, the flag stays up. */
            const station_error taken = station_take_free_(word, seen, waiter->me | slept);
            if (taken != STATION_BUSY)
                return taken;
            continue;
        }
        const bool is_over = station_time_left_(waiter) == 0;
        if ((is_suspicious || is_over) && station_owner_is_dead_(waiter, seen & STATION_OWNER_)) {
            if (station_take_over_(word, seen, waiter->me | slept))
                return STATION_OWNER_DIED;
            continue;
        }
        is_suspicious = false;
        if (is_over && slept == 0)
            return STATION_BUSY;
        if (!station_announce_(word, seen))
            continue;
        /* This thread may have been woken in the place of another, for which the flag stays up. */
        if (is_over)
            return STATION_BUSY;
        is_suspicious = station_nap_(waiter, word, seen | STATION_SLEEPERS_, nap);
        slept = STATION_SLEEPERS_;
        nap = nap < 25000000 ? nap * 2 : 50000000;
    }
}

/* Locks: OK, OWNER_DIED if it is marked, and held all the same; BUSY if the time is up. */
static inline station_error station_lock_word_(station_waiter_ *waiter, uint32_t *word)
{
    if (station_rename_(word, 0, waiter->me))
        return STATION_OK;
    for (int look = 0; look < 100; look++) {
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
        if ((seen & STATION_OWNER_) == 0) {
            const station_error taken = station_take_free_(word, seen, waiter->me);
            if (taken != STATION_BUSY)
                return taken;
        }
    }
    return station_lock_patiently_(waiter, word);
}

/* Frees a lock, keeps a mark, and wakes no sleeper; false if it was no longer this process's. */
static inline bool station_free_word_(uint32_t *word, uint32_t me, uint32_t *seen)
{
    *seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while ((*seen & STATION_OWNER_) == me) {
        /* Release pairs with the Acquire of the next owner. */
        if (__atomic_compare_exchange_n(
                word, seen, *seen & STATION_POISONED_, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

/* Unlocks, and wakes a sleeper; LOST if it was no longer this process's. */
static inline station_error station_unlock_word_(uint32_t *word, uint32_t me)
{
    uint32_t seen;
    if (!station_free_word_(word, me, &seen))
        return STATION_LOST;
    if ((seen & STATION_SLEEPERS_) != 0)
        station_wake_(word, 1);
    return STATION_OK;
}

/* Clears the mark of a lock that this process holds. */
static inline station_error station_clear_mark_(uint32_t *word, uint32_t me)
{
    uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    while ((seen & STATION_OWNER_) == me) {
        if (__atomic_compare_exchange_n(
                word, &seen, seen & ~STATION_POISONED_, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return STATION_OK;
    }
    return STATION_LOST;
}

/* The end of a function that locks: notes that this thread holds it. If it is marked, and `owner_died` is
 * NULL, unlocks it again, marked as before. */
static inline station_error station_locked_(
    station_locks *locks, uint32_t me, uint32_t *word, station_error found, bool *owner_died)
{
    const bool is_marked = found == STATION_OWNER_DIED;
    if (found != STATION_OK && !is_marked)
        return found;
    if (is_marked && owner_died == NULL) {
        station_unlock_word_(word, me);
        return found;
    }
    if (!station_note_held_(locks, word, 0)) {
        station_unlock_word_(word, me);
        errno = ENOLCK;
        return STATION_SYSTEM;
    }
    if (owner_died != NULL)
        *owner_died = is_marked;
    return STATION_OK;
}

/* Locks, waiting for so long. */
static inline station_error station_lock_mutex_(
    station_locks *locks, uint32_t *word, uint64_t nanoseconds, bool *owner_died)
{
    uint32_t me;
    station_error error = station_me_(locks, &me);
    if (error != STATION_OK)
        return error;
    if (!station_rename_(word, 0, me)) {
        if (station_find_held_(locks, word) != NULL)
            return STATION_WOULD_DEADLOCK;
        station_waiter_ waiter = station_waiter_until_(locks, me, nanoseconds);
        error = station_lock_word_(&waiter, word);
    }
    return station_locked_(locks, me, word, error, owner_died);
}

/* Locks if the lock is free. */
static inline station_error station_try_lock_mutex_(station_locks *locks, uint32_t *word)
{
    uint32_t me;
    station_error error = station_me_(locks, &me);
    if (error == STATION_OK)
        error = station_try_word_(word, me);
    if (error == STATION_BUSY && station_find_held_(locks, word) != NULL)
        return STATION_WOULD_DEADLOCK;
    return error == STATION_OK || error == STATION_OWNER_DIED ? station_locked_(locks, me, word, error, NULL) : error;
}

static inline station_error station_unlock_mutex_(station_locks *locks, uint32_t *word)
{
    station_held_ *held = station_find_held_(locks, word);
    if (held == NULL)
        return STATION_NOT_HELD;
    station_forget_held_(held);
    return station_unlock_word_(word, locks->own->owner);
}

static inline station_error station_mark_mutex_consistent_(station_locks *locks, uint32_t *word)
{
    return station_find_held_(locks, word) == NULL ? STATION_NOT_HELD : station_clear_mark_(word, locks->own->owner);
}

/* Whether this thread holds the lock. */
static inline bool station_holds_mutex_(const station_locks *locks, const uint32_t *word)
{
    return station_find_held_(locks, word) != NULL;
}

/* Writes the next version of a Latest, or item of a Ring, word by word, and publishes it: the ring of
 * docs/format.md. The lock of the writers keeps others away; what a dead one left needs no repair. `pushed` is
 * the event of a Ring. */
static inline station_error station_store_version_(station_locks *locks, uint32_t *lock, uint64_t *sequence, void *slots,
    size_t stride, uint64_t count, uint32_t *pushed, const void *value, size_t size)
{
    bool owner_died;
    const station_error error = station_lock_mutex_(locks, lock, UINT64_MAX, &owner_died);
    if (error != STATION_OK)
        return error;
    if (owner_died)
        station_mark_mutex_consistent_(locks, lock);
    const uint64_t next = __atomic_load_n(sequence, __ATOMIC_RELAXED) + 1;
    /* Pairs with the Acquire fence after a reader's copy: one that sees a word of this version sees that the
     * version before was published. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    unsigned char *slot = (unsigned char *)slots + (size_t)(next % count) * stride;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t word = 0;
        memcpy(&word, (const unsigned char *)value + at, size - at < 8 ? size - at : 8);
        __atomic_store_n((uint64_t *)(void *)(slot + at), word, __ATOMIC_RELAXED);
    }
    /* Pairs with the fence of a reader after its first look. */
    __atomic_store_n(sequence, next, __ATOMIC_RELEASE);
    if (pushed != NULL)
        station_notify_(pushed, true);
    return station_unlock_mutex_(locks, lock);
}
#endif

/* station_pose.x */
static inline double station_pose_get_x(const station_pose *self)
{
    return station_load_f64_(&self->x);
}

/* station_pose.y */
static inline double station_pose_get_y(const station_pose *self)
{
    return station_load_f64_(&self->y);
}

/* station_pose.heading */
static inline float station_pose_get_heading(const station_pose *self)
{
    return station_load_f32_(&self->heading);
}

/* station_account.balance */
static inline int64_t station_account_get_balance_unlocked(const station_account *self)
{
    return __atomic_load_n(&self->balance, __ATOMIC_ACQUIRE);
}

static inline int64_t station_account_get_balance_locked(const station_account *self)
{
    return __atomic_load_n(&self->balance, __ATOMIC_ACQUIRE);
}

static inline void station_account_set_balance_locked(station_account *self, int64_t value)
{
    __atomic_store_n(&self->balance, value, __ATOMIC_RELEASE);
}

static inline int64_t station_account_fetch_add_balance_locked(station_account *self, int64_t value)
{
    return __atomic_fetch_add(&self->balance, value, __ATOMIC_ACQ_REL);
}

/* station_account.bookings */
static inline uint64_t station_account_get_bookings_unlocked(const station_account *self)
{
    return __atomic_load_n(&self->bookings, __ATOMIC_ACQUIRE);
}

static inline uint64_t station_account_get_bookings_locked(const station_account *self)
{
    return __atomic_load_n(&self->bookings, __ATOMIC_ACQUIRE);
}

static inline void station_account_set_bookings_locked(station_account *self, uint64_t value)
{
    __atomic_store_n(&self->bookings, value, __ATOMIC_RELEASE);
}

static inline uint64_t station_account_fetch_add_bookings_locked(station_account *self, uint64_t value)
{
    return __atomic_fetch_add(&self->bookings, value, __ATOMIC_ACQ_REL);
}

/* station.temperature */
static inline double station_get_temperature(const station *self)
{
    return station_load_f64_(&self->temperature);
}

static inline void station_set_temperature(station *self, double value)
{
    station_store_f64_(&self->temperature, value);
}

/* station.hits */
static inline uint64_t station_get_hits(const station *self)
{
    return __atomic_load_n(&self->hits, __ATOMIC_ACQUIRE);
}

static inline void station_set_hits(station *self, uint64_t value)
{
    __atomic_store_n(&self->hits, value, __ATOMIC_RELEASE);
}

static inline uint64_t station_fetch_add_hits(station *self, uint64_t value)
{
    return __atomic_fetch_add(&self->hits, value, __ATOMIC_ACQ_REL);
}

/* station.samples */
static inline station_error station_get_samples(const station *self, size_t i, uint32_t *value)
{
    if (i >= 16)
        return STATION_OUT_OF_BOUNDS;
    *value = __atomic_load_n(&self->samples[i], __ATOMIC_ACQUIRE);
    return STATION_OK;
}

static inline station_error station_set_samples(station *self, size_t i, uint32_t value)
{
    if (i >= 16)
        return STATION_OUT_OF_BOUNDS;
    __atomic_store_n(&self->samples[i], value, __ATOMIC_RELEASE);
    return STATION_OK;
}

static inline station_error station_fetch_add_samples(station *self, size_t i, uint32_t value, uint32_t *before)
{
    if (i >= 16)
        return STATION_OUT_OF_BOUNDS;
    *before = __atomic_fetch_add(&self->samples[i], value, __ATOMIC_ACQ_REL);
    return STATION_OK;
}

/* station.mode */
static inline station_error station_get_mode(const station *self, station_mode *value)
{
    const station_mode raw = __atomic_load_n(&self->mode, __ATOMIC_ACQUIRE);
    if (!(station_mode_name(raw) != NULL))
        return STATION_INVALID_VALUE;
    *value = raw;
    return STATION_OK;
}

static inline station_error station_set_mode(station *self, station_mode value)
{
    if (!(station_mode_name(value) != NULL))
        return STATION_INVALID_VALUE;
    __atomic_store_n(&self->mode, value, __ATOMIC_RELEASE);
    return STATION_OK;
}

/* station.pose */
static inline uint64_t station_version_pose(const station *self)
{
    return station_version_(&self->pose.sequence);
}

static inline station_error station_load_pose(const station *self, station_pose *value)
{
    return station_newest_(&self->pose.sequence, self->pose.slots, 64, 4, value, 24);
}

#ifndef STATION_NO_OPEN
static inline station_error station_store_pose(station *self, station_locks *locks, const station_pose *value)
{
    station_pose copy;
    const unsigned char *from = (const unsigned char *)value;
    unsigned char *to = (unsigned char *)&copy;
    memset(&copy, 0, sizeof copy);
    memcpy(to + 0, from + 0, 20);
    return station_store_version_(locks, &self->pose.lock, &self->pose.sequence, self->pose.slots, 64, 4, NULL, &copy, 24);
}
#endif

/* station.label */
static inline uint64_t station_version_label(const station *self)
{
    return station_version_(&self->label.sequence);
}

static inline station_error station_load_label(const station *self, char out[33], size_t *len)
{
    struct {
        uint32_t len;
        uint8_t bytes[32];
    } copy;
    const station_error error = station_newest_(&self->label.sequence, self->label.slots, 64, 4, &copy, 36);
    if (error != STATION_OK)
        return error;
    *len = station_load_string_(&copy.len, copy.bytes, 32, out);
    return STATION_OK;
}

/* Not written here: see `shm set`, `shm push`. */

/* station.account */
#ifndef STATION_NO_OPEN
static inline station_error station_lock_account(station *self, station_locks *locks)
{
    return station_lock_mutex_(locks, &self->account.lock, UINT64_MAX, NULL);
}
#endif

#ifndef STATION_NO_OPEN
static inline station_error station_lock_timeout_account(station *self, station_locks *locks, uint64_t nanoseconds)
{
    return station_lock_mutex_(locks, &self->account.lock, nanoseconds, NULL);
}
#endif

#ifndef STATION_NO_OPEN
static inline station_error station_try_lock_account(station *self, station_locks *locks)
{
    return station_try_lock_mutex_(locks, &self->account.lock);
}
#endif

#ifndef STATION_NO_OPEN
static inline station_error station_lock_as_found_account(station *self, station_locks *locks, bool *owner_died)
{
    return station_lock_mutex_(locks, &self->account.lock, UINT64_MAX, owner_died);
}
#endif

#ifndef STATION_NO_OPEN
static inline station_error station_mark_consistent_account(station *self, station_locks *locks)
{
    return station_mark_mutex_consistent_(locks, &self->account.lock);
}
#endif

#ifndef STATION_NO_OPEN
static inline station_error station_unlock_account(station *self, station_locks *locks)
{
    return station_unlock_mutex_(locks, &self->account.lock);
}
#endif

static inline const station_account *station_const_at_account_unlocked(const station *self)
{
    return &self->account.value;
}

#ifndef STATION_NO_OPEN
static inline const station_account *station_const_at_account_locked(const station *self, station_locks *locks)
{
    if (!station_holds_mutex_(locks, &self->account.lock))
        return NULL;
    return &self->account.value;
}
#endif

#ifndef STATION_NO_OPEN
static inline station_account *station_at_account_locked(station *self, station_locks *locks)
{
    if (!station_holds_mutex_(locks, &self->account.lock))
        return NULL;
    return &self->account.value;
}
#endif


#endif

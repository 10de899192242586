/* The layout of `@TYPE@` in shared memory, for C11 and C++17.
 *
 * Written by `shm export --lang c`; do not edit. Regions whose layout has gained fields at the end can be
 * opened as well; the new fields are left alone: to use them, regenerate the header. Regions of any
 * other layout are refused.
 *
 *     @p@_open, @p@_open_read_only      open a region, or an object in one ("board@hits"), and check it;
 *                                       @p@_close
 *     .._open_with, .._open_read_only_with     the same with options: another owner, an earlier boot
 *     @p@_is_current                    returns whether its name still means this region
 *     @p@_get_X, @p@_set_X              one atomic load (Acquire), one atomic store (Release)
 *     @p@_fetch_add_X                   adds atomically, wrapping; returns the previous value
 *     @p@_load_X                        copies the newest version of a Latest, item of a Ring
 *     @p@_load_X(.., heap, ..)          copies a value of any length out; heap: &region.heap
 *     @p@_version_X, _changes_X, _count_X, _is_done_X      of a Latest or Ring, Watched, Event, Once
 *     @p@_at_X, @p@_const_at_X          points to a struct: an element (NULL out of bounds), or
 *                                       the value of a Mutex or Watched
 *     &value->X                         points to a struct that is a field
 *     .._unlocked                       reads the value of a Mutex or RwLock without its lock: only a hint
 *     .._locked                         reads or writes it while this thread holds the lock
 *     @p@_lock_X, _unlock_X             a Mutex, with &region.locks; _try_lock_X, _lock_timeout_X;
 *                                       _lock_as_found_X and _mark_consistent_X after @P@_OWNER_DIED
 *     @p@_read_X, _write_X, _unlock_X   an RwLock; _try_.., .._timeout_X, .._as_found_X as above
 *     @p@_acquire_X, _release_X         a permit of a Semaphore
 *     @p@_join_X, _wait_X, _leave_X     a Barrier
 *     @p@_store_X, _push_X              the next version of a Latest, the next item of a Ring
 *     @p@_notify_all_X, _notify_one_X   an Event
 *     @p@_wait_X, _wait_timeout_X       until _count_X (of an Event) or _changes_X (of a Watched) is another
 *
 * Functions that can fail return a `@p@_error`; after any error, a lock is not held. Read and write through these
 * only: a plain `->x` is not atomic. Owned values, maps and queues must be written elsewhere.
 * Numbers in a struct that was copied out of a Latest, Ring or Owned can be read directly.
 */
#ifndef @P@_SHM_H_
#define @P@_SHM_H_

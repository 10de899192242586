/* The layout of `@TYPE@` in shared memory, for C11 and C++17.
 *
 * Written by `shm export --lang c`; do not edit. Regions to whose layout fields were added at the end
 * are opened, too, and new fields not touched: to use them, write the header anew. Those of any other
 * layout are refused.
 *
 *     @p@_open, @p@_open_read_only      open a region and check it; @p@_close
 *     .._open_with, .._open_read_only_with     the same with options: another owner, another boot
 *     @p@_is_current                    whether its name still means this region, or it was replaced
 *     @p@_get_X, @p@_set_X              one atomic load (Acquire), one atomic store (Release)
 *     @p@_fetch_add_X                   adds in one step, wrapping around; what was there before
 *     @p@_load_X                        copies the newest version of a Latest, whole
 *     @p@_version_X, _changes_X, _count_X, _is_done_X      of a Latest, Watched, Event, Once
 *     @p@_at_X, @p@_const_at_X          where a struct is: an element (NULL out of bounds), or
 *                                       what is behind a Mutex or in a Watched
 *     &value->X                         where a struct is that is a field
 *     .._unlocked                       reads what a Mutex guards, without its lock: a hint, no more
 *
 * Functions that can fail return a `@p@_error`. Read and write through them alone: a plain `->x` is
 * no atomic. Locks are not taken here; what is behind one, or in a Latest or a Watched, is for others
 * to write. Numbers in a struct that was copied out of a Latest can be read as they are.
 */
#ifndef @P@_SHM_H_
#define @P@_SHM_H_

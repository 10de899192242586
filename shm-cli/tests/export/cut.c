/* Opens a region while its file is changed.
 *
 * usage: cut REGION once          prints a word; then the largest number of reads of one byte of the header,
 *                                 of opened files with the boot id, and of mappings of the region
 *        cut REGION cut TURN SIZE before the TURNth read of the header, or the mapping, if TURN is 0, the
 *                                 file is cut to SIZE bytes: a word
 *        cut REGION scribble      before the region is mapped, its header is overwritten, except for the
 *                                 ready word: a word, and the hits */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

static const char *region_name, *task;
static unsigned char looks[1 << 20];
static int most, reads, boots, mappings, turn;
static off_t cut_to;

static void cut(void)
{
    if (truncate(region_name, cut_to) != 0)
        exit(3);
}

static void scribble(void)
{
    const int file = (open)(region_name, O_WRONLY);
    unsigned char garbage[128];
    memset(garbage, 0xa5, sizeof garbage);
    /* Everything before the ready word; the directory after it. */
    if (pwrite(file, garbage, 120, 0) != 120 || pwrite(file, garbage, 128, 128) != 128 || close(file) != 0)
        exit(3);
}

static ssize_t traced_pread(int file, void *to, size_t len, off_t offset)
{
    for (size_t at = 0; at < len; at++) {
        unsigned char *count = &looks[(size_t)offset + at];
        *count = (unsigned char)(*count + 1);
        most = *count > most ? *count : most;
    }
    if (++reads == turn)
        cut();
    return pread(file, to, len, offset);
}

static void *traced_mmap(void *at, size_t len, int access, int flags, int file, off_t offset)
{
    if (file < 0)
        return mmap(at, len, access, flags, file, offset);
    mappings++;
    if (strcmp(task, "cut") == 0 && turn == 0)
        cut();
    if (strcmp(task, "scribble") == 0)
        scribble();
    return mmap(at, len, access, flags, file, offset);
}

static int traced_open(const char *path, int flags)
{
    boots += strcmp(path, "/proc/sys/kernel/random/boot_id") == 0;
    return (open)(path, flags);
}

#define pread traced_pread
#define mmap traced_mmap
#define open(path, flags) traced_open(path, flags)
#include "station.h"

int main(int count, char **arguments)
{
    station_region region;
    if (count < 3)
        return 2;
    region_name = arguments[1];
    task = arguments[2];
    turn = count > 3 ? (int)strtol(arguments[3], NULL, 10) : -1;
    cut_to = count > 4 ? (off_t)strtol(arguments[4], NULL, 10) : 0;
    const station_error error = station_open(region_name, &region);
    puts(error == STATION_OK ? "ok" : (error == STATION_TRUNCATED ? "Truncated" : station_error_text(error)));
    if (error == STATION_OK) {
        printf("%u\n", (unsigned)station_get_hits(region.value));
        station_close(&region);
    }
    if (strcmp(task, "once") == 0)
        printf("%d %d %d %d\n", most, boots, mappings, reads);
    return 0;
}

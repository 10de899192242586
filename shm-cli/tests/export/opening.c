/* Opens a region, and reports whether its name still means it.
 *
 * usage: opening REGION [owner NUMBER] [reboot], with commands on the standard input, one a line:
 *   open       opens the region for writing, or opens it again: a word of docs/format.md
 *   read       opens it for reading
 *   current    whether the name still means the open region: yes or no
 *   hits       adds 1 to its hits: the sum */
#include "station.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const WORDS[] = {
    "ok", "NotARegion", "Truncated", "FormatVersion", "Damaged", "Feature", "Invalid", "TooLarge",
    "UnknownSection", "Section", "Schema", "ByteOrder", "LayoutDiffers", "NotGrown", "Fingerprint",
    "FeatureToWrite", "DataLength", "NotReady", "BadName", "System", "NotRegularFile", "ForeignOwner", "Rebooted",
};

static station_region region;
static station_reader reader;

static const char *answer(const char *name, const station_options *options, const char *line)
{
    static char number[32];
    if (strcmp(line, "open\n") == 0 || strcmp(line, "read\n") == 0) {
        if (region.value != NULL)
            station_close(&region);
        if (reader.value != NULL)
            station_close_reader(&reader);
        if (line[0] == 'o')
            return WORDS[station_open_with(name, options, &region)];
        return WORDS[station_open_read_only_with(name, options, &reader)];
    }
    if (strcmp(line, "current\n") == 0) {
        const bool is_current = region.value != NULL ? station_is_current(&region, name) : station_is_current_reader(&reader, name);
        return is_current ? "yes" : "no";
    }
    if (strcmp(line, "hits\n") != 0)
        exit(2);
    station_fetch_add_hits(region.value, 1);
    snprintf(number, sizeof number, "%u", (unsigned)station_get_hits(region.value));
    return number;
}

int main(int count, char **arguments)
{
    char line[64];
    station_options options;
    memset(&options, 0, sizeof options);
    for (int i = 2; i < count; i++) {
        if (strcmp(arguments[i], "reboot") == 0) {
            options.after_reboot = true;
        } else if (strcmp(arguments[i], "owner") == 0 && i + 1 < count) {
            options.allow_owner = true;
            options.owner = (uid_t)strtoul(arguments[++i], NULL, 10);
        }
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        puts(answer(arguments[1], &options, line));
        fflush(stdout);
    }
    return 0;
}

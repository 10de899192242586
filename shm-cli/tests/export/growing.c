/* A program that keeps a station open while there are commands.
 *
 * usage: growing REGION, with commands on the standard input, one a line; an answer to each:
 *   open             opens the region, or opens it again: a word of docs/format.md, or "other"
 *   add NUMBER       adds to the hits: the sum
 *   mode             the name of the mode, or "invalid"
 *   humidity NUMBER  sets it: the previous value; only if compiled with HAS_HUMIDITY */
#include "station.h"

#include <stdio.h>
#include <stdlib.h>

static station_error reopen(const char *name, station_region *region)
{
    if (region->value != NULL)
        station_close(region);
    return station_open(name, region);
}

static void answer(const char *name, const char *line, station_region *region)
{
    station_mode mode;
    unsigned number;
    if (strcmp(line, "open\n") == 0) {
        const station_error error = reopen(name, region);
        puts(error == STATION_OK ? "ok" : (error == STATION_NOT_GROWN ? "NotGrown" : "other"));
    } else if (sscanf(line, "add %u", &number) == 1) {
        station_fetch_add_hits(region->value, number);
        printf("%u\n", (unsigned)station_get_hits(region->value));
    } else if (strcmp(line, "mode\n") == 0) {
        const station_error error = station_get_mode(region->value, &mode);
        puts(error == STATION_OK ? station_mode_name(mode) : "invalid");
#ifdef HAS_HUMIDITY
    } else if (sscanf(line, "humidity %u", &number) == 1) {
        printf("%u\n", (unsigned)station_get_humidity(region->value));
        station_set_humidity(region->value, (float)number);
#endif
    } else {
        exit(2);
    }
    fflush(stdout);
}

int main(int count, char **arguments)
{
    char line[64];
    station_region region;
    region.value = NULL;
    if (count != 2)
        return 2;
    while (fgets(line, sizeof line, stdin) != NULL)
        answer(arguments[1], line, &region);
    return 0;
}

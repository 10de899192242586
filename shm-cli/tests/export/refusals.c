/* Prints the verdicts of the exported checks.
 *
 * usage: refusals check FILE SIZE           of each of the images of SIZE bytes that FILE is made of
 *        refusals check-to-read FILE SIZE   the same, for reading only
 *        refusals open REGION..             of each region
 * Prints a word of docs/format.md for each. */
#include "station.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const WORDS[] = {
    "ok", "NotARegion", "Truncated", "FormatVersion", "Damaged", "Feature", "Invalid", "TooLarge",
    "UnknownSection", "Section", "Schema", "ByteOrder", "LayoutDiffers", "NotGrown", "Fingerprint",
    "FeatureToWrite", "DataLength", "NotReady", "BadName", "System", "NotRegularFile", "ForeignOwner", "Rebooted",
};

static void check_images(const char *path, size_t size, bool to_write)
{
    void *image = NULL; /* of exactly that size: a sanitizer sees reads past its end */
    FILE *file = fopen(path, "rb");
    station_place place;
    if (posix_memalign(&image, 64, size) != 0 || file == NULL)
        exit(2);
    while (fread(image, 1, size, file) == size)
        puts(WORDS[station_check(image, size, to_write, &place)]);
    fclose(file);
    free(image);
}

int main(int count, char **arguments)
{
    station_region region;
    station_reader reader;
    if (strncmp(arguments[1], "check", 5) == 0) {
        const bool to_write = strcmp(arguments[1], "check") == 0;
        check_images(arguments[2], (size_t)strtoul(arguments[3], NULL, 10), to_write);
        return 0;
    }
    for (int i = 2; i < count; i++) {
        const station_error error = station_open(arguments[i], &region);
        const station_error to_read = station_open_read_only(arguments[i], &reader);
        puts(error == to_read ? WORDS[error] : "differs");
        if (strlen(station_error_text(error)) < 5)
            return 1;
    }
    return 0;
}

/* Reads and writes an object whose length is known at run time. */
#include "samples.h"

#include <stdio.h>

#define CHECK(fact)                                                    \
    do {                                                               \
        if (!(fact)) {                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #fact);         \
            exit(1);                                                   \
        }                                                              \
    } while (0)

int main(int count, char **arguments)
{
    samples_region region;
    float found = 0;
    CHECK(count == 2);
    CHECK(samples_open(arguments[1], &region) == SAMPLES_OK && region.len == 3);
    CHECK(samples_get_value(region.value, region.len, 1, &found) == SAMPLES_OK && found > 1.4f && found < 1.6f);
    CHECK(samples_get_value(region.value, region.len, 3, &found) == SAMPLES_OUT_OF_BOUNDS);
    CHECK(samples_set_value(region.value, region.len, 2, 9.0f) == SAMPLES_OK);
    samples_close(&region);
    return 0;
}

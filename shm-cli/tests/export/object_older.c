/* A program with a header that has fewer fields. */
#include "counter.h"

#include <stdio.h>

int main(int count, char **arguments)
{
    counter_region region;
    const counter_error error = count == 2 ? counter_open(arguments[1], &region) : COUNTER_BAD_NAME;
    if (error != COUNTER_OK || counter_get_hits(region.value) != 3) {
        fprintf(stderr, "%s\n", counter_error_text(error));
        return 1;
    }
    counter_close(&region);
    return 0;
}

/* A driver in C: it fills a struct whose layout it got from Rust. Nothing is typed twice, and no offset is worked out. */
#include "motor.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    motor_region region;
    const motor_error error = motor_open(argc > 1 ? argv[1] : "motor", &region);
    if (error != MOTOR_OK) {
        fprintf(stderr, "driver: %s\n", motor_error_text(error));
        return 1;
    }
    for (int step = 1; step <= 1000; step++) {
        const motor_reading reading = { .speed = 0.5 * step, .current = 0.001 * step };
        /* one version: a reader sees both numbers of the same step */
        if (motor_store_reading(region.value, &region.locks, &reading) != MOTOR_OK)
            return 1;
        motor_fetch_add_steps(region.value, 1);
    }
    /* wakes whoever waits for it */
    motor_set_state(region.value, MOTOR_STATE_DONE);
    motor_close(&region);
    return 0;
}

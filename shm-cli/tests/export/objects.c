/* Finds named objects in the heap of a region. */
#include "counter.h"

#include <stdio.h>

#define CHECK(fact)                                                    \
    do {                                                               \
        if (!(fact)) {                                                 \
            fprintf(stderr, "line %d: %s\n", __LINE__, #fact);         \
            exit(1);                                                   \
        }                                                              \
    } while (0)

static const char *name_of(counter_error error)
{
    switch (error) {
    case COUNTER_OK: return "OK";
    case COUNTER_NO_OBJECT: return "NO_OBJECT";
    case COUNTER_LAYOUT_DIFFERS: return "LAYOUT_DIFFERS";
    case COUNTER_BAD_NAME: return "BAD_NAME";
    case COUNTER_SYSTEM: return "SYSTEM";
    case COUNTER_SCHEMA: return "SCHEMA";
    case COUNTER_SECTION: return "SECTION";
    case COUNTER_DATA_LENGTH: return "DATA_LENGTH";
    case COUNTER_OWNER_DIED: return "OWNER_DIED";
    default: return counter_error_text(error);
    }
}

static void read_all(const counter *value)
{
    counter_pose pose;
    counter_mode mode = COUNTER_MODE_IDLE;
    char label[15];
    uint16_t bin = 0;
    CHECK(counter_get_hits(value) == 3 && counter_get_slowest(value) > 7.4 && counter_get_slowest(value) < 7.6);
    CHECK(counter_get_mode(value, &mode) == COUNTER_OK && mode == COUNTER_MODE_MEASURING);
    CHECK(counter_get_label(value, label) == 10 && strcmp(label, "front door") == 0);
    CHECK(counter_load_pose(value, &pose) == COUNTER_OK && pose.y < -2.4 && pose.y > -2.6);
    CHECK(counter_get_total_unlocked(value) == -4);
    CHECK(counter_get_bins(value, 4, &bin) == COUNTER_OK && bin == 400);
    CHECK(counter_get_bins(value, 5, &bin) == COUNTER_OUT_OF_BOUNDS);
}

static void read_both_ways(const char *name)
{
    counter_reader reader;
    counter_region region;
    CHECK(counter_open_read_only(name, &reader) == COUNTER_OK);
    read_all(reader.value);
    CHECK(counter_is_current_reader(&reader, name));
    CHECK(counter_open(name, &region) == COUNTER_OK);
    read_all(region.value);
    CHECK(counter_is_current(&region, name) && region.len == 0);
    /* Both see the same memory. */
    counter_set_hits(region.value, 4);
    CHECK(counter_get_hits(reader.value) == 4);
    counter_set_hits(region.value, 3);
    counter_close(&region);
    counter_close_reader(&reader);
}

static void write_all(const char *name)
{
    counter_region region;
    counter_pose pose;
    CHECK(counter_open(name, &region) == COUNTER_OK);
    CHECK(counter_fetch_add_hits(region.value, 2) == 3);
    counter_set_slowest(region.value, 9.25);
    CHECK(counter_set_mode(region.value, COUNTER_MODE_FAILED) == COUNTER_OK);
    CHECK(counter_set_label(region.value, "back door") == COUNTER_OK);
    CHECK(counter_set_bins(region.value, 0, 7) == COUNTER_OK);
    CHECK(counter_lock_total(region.value, &region.locks) == COUNTER_OK);
    CHECK(counter_set_total_locked(region.value, &region.locks, 6) == COUNTER_OK);
    CHECK(counter_unlock_total(region.value, &region.locks) == COUNTER_OK);
    memset(&pose, 0, sizeof pose);
    pose.x = 8.0;
    CHECK(counter_store_pose(region.value, &region.locks, &pose) == COUNTER_OK);
    counter_close(&region);
}

static counter_error open_and_close(const char *name, bool to_write)
{
    counter_region region;
    counter_reader reader;
    const counter_error error = to_write ? counter_open(name, &region) : counter_open_read_only(name, &reader);
    if (error == COUNTER_OK && to_write)
        counter_close(&region);
    else if (error == COUNTER_OK)
        counter_close_reader(&reader);
    return error;
}

/* Obeys commands. */
static void stay(const char *name)
{
    counter_region region;
    char command[64];
    CHECK(counter_open(name, &region) == COUNTER_OK);
    while (fgets(command, sizeof command, stdin) != NULL) {
        if (strcmp(command, "current\n") == 0)
            puts(counter_is_current(&region, name) ? "yes" : "no");
        else
            puts(name_of(counter_lock_total(region.value, &region.locks)));
        fflush(stdout);
    }
    counter_close(&region);
}

static void race(const char *name)
{
    size_t found = 0, missing = 0, other = 0;
    for (uint32_t round = 0; round < 40000 || found == 0 || missing == 0 || other == 0; round++) {
        counter_reader reader;
        const counter_error error = counter_open_read_only(name, &reader);
        if (error == COUNTER_OK) {
            const uint64_t hits = counter_get_hits(reader.value);
            const double slowest = counter_get_slowest(reader.value);
            /* If it is no longer the object, its memory may be another one by now. */
            if (counter_is_current_reader(&reader, name)) {
                CHECK(hits >= 10 && hits == (uint64_t)slowest * 10);
                found++;
            }
            counter_close_reader(&reader);
        } else {
            CHECK(error == COUNTER_NO_OBJECT || error == COUNTER_LAYOUT_DIFFERS);
            missing += error == COUNTER_NO_OBJECT;
            other += error == COUNTER_LAYOUT_DIFFERS;
        }
    }
}

/* Finds an object in a copy of the file, which is as large as that and no larger. */
static counter_error look(const char *name, void *copy, size_t len)
{
    counter_place place;
    counter_error error;
    char path[300];
    snprintf(path, sizeof path, "/dev/shm/%s", name);
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && fread(copy, 1, len, file) == len);
    fclose(file);
    error = counter_check_named(copy, len, "requests", true, &place);
    if (error == COUNTER_OK) {
        const counter *value = (const counter *)(const void *)((const unsigned char *)copy + place.offset);
        uint16_t bin = 0;
        counter_pose pose;
        CHECK(place.offset % alignof(counter) == 0 && place.len == 0);
        (void)counter_load_pose(value, &pose);
        CHECK(counter_get_hits(value) != 1 && counter_get_bins(value, 4, &bin) == COUNTER_OK);
    }
    return error;
}

static void be_hostile(const char *name)
{
    struct stat facts;
    char path[300], command[64];
    snprintf(path, sizeof path, "/dev/shm/%s", name);
    CHECK(stat(path, &facts) == 0);
    const size_t len = (size_t)facts.st_size;
    void *copy = NULL;
    CHECK(posix_memalign(&copy, 4096, len) == 0);
    while (fgets(command, sizeof command, stdin) != NULL) {
        puts(name_of(look(name, copy, len)));
        fflush(stdout);
    }
    free(copy);
}

int main(int count, char **arguments)
{
    CHECK(count >= 3);
    const char *what = arguments[1], *name = arguments[2];
    if (strcmp(what, "read") == 0) {
        read_both_ways(name);
    } else if (strcmp(what, "write") == 0) {
        write_all(name);
    } else if (strcmp(what, "is-77") == 0) {
        counter_reader reader;
        CHECK(counter_open_read_only(name, &reader) == COUNTER_OK && counter_get_hits(reader.value) == 77);
        CHECK(counter_is_current_reader(&reader, name));
        counter_close_reader(&reader);
    } else if (strcmp(what, "accepted") == 0) {
        CHECK(open_and_close(name, true) == COUNTER_OK && open_and_close(name, false) == COUNTER_OK);
    } else if (strcmp(what, "stays") == 0) {
        stay(name);
    } else if (strcmp(what, "race") == 0) {
        race(name);
    } else if (strcmp(what, "hostile") == 0) {
        be_hostile(name);
    } else {
        const char *found = name_of(open_and_close(name, strcmp(what, "refused") == 0));
        CHECK(count == 4);
        if (strcmp(found, arguments[3]) != 0) {
            fprintf(stderr, "%s instead of %s\n", found, arguments[3]);
            return 1;
        }
    }
    return 0;
}

/* Reads and writes every field of a region that a Rust process has open, by the exported header.
 *
 * usage: everything read|write|read-only REGION */
#include "everything.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(fact)                                                                                \
    do {                                                                                           \
        if (!(fact)) {                                                                             \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #fact);                             \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)
#define OK(call) CHECK((call) == EVERYTHING_OK)

static void read_plain(const everything *all)
{
    CHECK(everything_get_u8(all) == 255);
    CHECK(everything_get_u16(all) == 65534);
    CHECK(everything_get_u32(all) == UINT32_MAX - 2);
    CHECK(everything_get_u64(all) == UINT64_MAX - 3);
    CHECK(everything_get_i8(all) == -128);
    CHECK(everything_get_i16(all) == -32767);
    CHECK(everything_get_i32(all) == INT32_MIN + 2);
    CHECK(everything_get_i64(all) == INT64_MIN + 3);
    CHECK(everything_get_f32(all) == 0.5f);
    CHECK(everything_get_f64(all) == -0.25);
    CHECK(everything_get_bool(all));
    CHECK(everything_get_class(all) == 11);
    CHECK(everything_get_from(all) == 12);
    CHECK(everything_get_open(all) == 13);
}

static void read_checked(const everything *all)
{
    uint32_t character;
    uint16_t non_zero;
    int64_t negative;
    everything_mode mode;
    everything_signed low;
    everything_unsigned high;
    OK(everything_get_char(all, &character));
    CHECK(character == 0xe4);
    OK(everything_get_non_zero(all, &non_zero));
    CHECK(non_zero == 0x1234);
    OK(everything_get_non_zero_i64(all, &negative));
    CHECK(negative == -5);
    CHECK(everything_get_maybe(all) == -7);
    OK(everything_get_mode(all, &mode));
    CHECK(mode == EVERYTHING_MODE_MEASURING);
    CHECK(strcmp(everything_mode_name(mode), "Measuring") == 0);
    CHECK(everything_mode_name(3) == NULL);
    OK(everything_get_signed(all, &low));
    CHECK(low == EVERYTHING_SIGNED_LOW);
    OK(everything_get_unsigned(all, &high));
    CHECK(high == EVERYTHING_UNSIGNED_HIGH);
}

static void read_ordered(const everything *all)
{
    char text[13];
    CHECK(everything_get_be_u16(all) == 0x0102);
    CHECK(everything_get_be_i32(all) == -3);
    CHECK(everything_get_be_u64(all) == UINT64_C(0x0102030405060708));
    CHECK(everything_get_be_f32(all) == 0.5f);
    CHECK(everything_get_be_f64(all) == -0.25);
    CHECK(everything_get_le_u32(all) == 0x01020304);
    CHECK(everything_get_le_i64(all) == INT64_MIN);
    CHECK(everything_get_le_f64(all) == 1e300);
    CHECK(everything_get_packed_u16(all) == 0x0102);
    CHECK(everything_get_packed_i32(all) == -4);
    CHECK(everything_get_packed_u64(all) == UINT64_MAX - 1);
    CHECK(everything_get_packed_f32(all) == -2.0f);
    CHECK(everything_get_packed_f64(all) == 1e-300);
    CHECK(everything_get_packed_u128(all) == ~(everything_u128)5);
    CHECK(everything_get_packed_i128(all) == -6);
    CHECK(everything_get_text(all, text) == 10);
    CHECK(strcmp(text, "north gate") == 0);
}

static void read_arrays(const everything *all)
{
    uint32_t number;
    float row;
    bool flag;
    everything_mode mode;
    uint32_t character;
    int16_t ordered;
    char name[5];
    size_t len;
    OK(everything_get_numbers(all, 3, &number));
    CHECK(number == UINT32_MAX);
    CHECK(everything_get_numbers(all, 4, &number) == EVERYTHING_OUT_OF_BOUNDS);
    OK(everything_get_rows(all, 1, 2, &row));
    CHECK(row == 6.0f);
    CHECK(everything_get_rows(all, 0, 3, &row) == EVERYTHING_OUT_OF_BOUNDS);
    OK(everything_get_bools(all, 2, &flag));
    CHECK(flag);
    OK(everything_get_modes(all, 0, &mode));
    CHECK(mode == EVERYTHING_MODE_FAILED);
    OK(everything_get_chars(all, 1, &character));
    CHECK(character == 0x10ffff);
    OK(everything_get_ordered(all, 1, &ordered));
    CHECK(ordered == 258);
    OK(everything_get_names(all, 1, name, &len));
    CHECK(len == 4 && strcmp(name, "cdef") == 0);
    CHECK(everything_point_get_x(&all->point) == 1.0);
    CHECK(everything_point_get_y(everything_const_at_points(all, 1)) == -3);
    CHECK(everything_const_at_points(all, 2) == NULL);
    CHECK(everything_pair_get__0(&all->pair) == 7);
    CHECK(everything_pair_get__1(&all->pair) == 0x0102);
}

static void read_latest(const everything *all)
{
    double number;
    bool flag;
    everything_mode mode;
    uint32_t character, big;
    everything_u128 wide;
    everything_i128 negative;
    everything_latest_wide_version wides;
    char text[33];
    unsigned char bytes[5];
    size_t len;
    everything_latest_array_version array;
    everything_latest_points_version points;
    everything_point track;
    OK(everything_load_latest_f64(all, &number));
    CHECK(number == 2.5 && everything_version_latest_f64(all) == 1);
    OK(everything_load_latest_bool(all, &flag));
    CHECK(flag);
    OK(everything_load_latest_mode(all, &mode));
    CHECK(mode == EVERYTHING_MODE_FAILED);
    OK(everything_load_latest_char(all, &character));
    CHECK(character == 0x20ac);
    OK(everything_load_latest_be(all, &big));
    CHECK(big == 0x01020304);
    OK(everything_load_latest_u128(all, &wide));
    CHECK(wide == ~(everything_u128)9);
    OK(everything_load_latest_wide(all, &wides));
    OK(everything_latest_wide_version_get_value(&wides, 0, &negative));
    CHECK(negative == -1);
    OK(everything_load_latest_text(all, text, &len));
    CHECK(len == 7 && strcmp(text, "gr\xc3\xbc\xc3\x9f" "e") == 0);
    OK(everything_load_latest_bytes(all, bytes, &len));
    CHECK(len == 3 && memcmp(bytes, "\1\0\2", 3) == 0);
    OK(everything_load_latest_array(all, &array));
    CHECK(array.value[2] == 3.0);
    OK(everything_load_latest_points(all, &points));
    CHECK(points.value[1].x == 5.0 && points.value[0].y == -4);
    OK(everything_load_tracks(all, 1, &track));
    CHECK(track.x == 6.0 && track.path[2][1] == 6);
    CHECK(everything_load_tracks(all, 2, &track) == EVERYTHING_OUT_OF_BOUNDS);
    OK(everything_load_ring_point(all, &track));
    CHECK(track.x == 9.0 && track.y == -9 && everything_version_ring_point(all) == 9);
    OK(everything_load_ring_f64(all, &number));
    CHECK(number == 9.5 && everything_version_ring_f64(all) == 1);
}

static void read_snapshot(const everything *all)
{
    everything_snapshot snapshot;
    everything_mode mode;
    char name[9];
    unsigned char data[4];
    OK(everything_load_latest_snapshot(all, &snapshot));
    CHECK(snapshot.point.x == -1.5 && snapshot.small == 9);
    OK(everything_snapshot_get_modes(&snapshot, 0, &mode));
    CHECK(mode == EVERYTHING_MODE_MEASURING);
    CHECK(everything_snapshot_get_name(&snapshot, name) == 7);
    CHECK(strcmp(name, "gr\xc3\xb6\xc3\x9f" "e") == 0);
    CHECK(everything_snapshot_get_data(&snapshot, data) == 3 && data[1] == 255);
    CHECK(everything_snapshot_get_wide(&snapshot) == ~(everything_u128)1);
    CHECK(everything_snapshot_get_negative(&snapshot) == -2);
}

static void read_others(const everything *all)
{
    const everything_account *account = everything_const_at_account_unlocked(all);
    const everything_point_guarded *guarded = everything_const_at_guarded_point_unlocked(all);
    everything_mode mode;
    uint16_t number;
    char text[9];
    CHECK(everything_account_get_balance_unlocked(account) == -100);
    CHECK(everything_account_get_bookings_unlocked(account) == 3);
    CHECK(everything_get_guarded_unlocked(all) == 44);
    CHECK(everything_get_guarded_text_unlocked(all, text) == 6 && strcmp(text, "inside") == 0);
    CHECK(everything_point_guarded_get_x_unlocked(guarded) == 7.0);
    CHECK(everything_get_beside_unlocked(all) == 66);
    guarded = everything_const_at_beside_points_unlocked(all, 1);
    CHECK(everything_point_guarded_get_y_unlocked(guarded) == -88);
    OK(everything_load_guarded_latest_unlocked(all, &number));
    CHECK(number == 55);
    CHECK(everything_count_event(all) == 2);
    CHECK(everything_changes_watched(all) == 1);
    OK(everything_get_watched(all, &mode));
    CHECK(mode == EVERYTHING_MODE_MEASURING);
    CHECK(everything_point_get_y(everything_const_at_watched_point(all)) == -8);
    OK(everything_get_watched_array(all, 1, &number));
    CHECK(number == 22);
    CHECK(everything_is_done_once(all));
    CHECK(everything_len_queue(all) == 1);
    CHECK(__atomic_load_n(&all->queue.tail, __ATOMIC_ACQUIRE) == 2);
    CHECK(__atomic_load_n(&all->queue.head, __ATOMIC_ACQUIRE) == 1);
    CHECK(sizeof(all->queue.slots) / sizeof(all->queue.slots[0]) == 5);
    uint64_t len;
    OK(everything_len_queues(all, 0, &len));
    CHECK(len == 0);
    OK(everything_len_queues(all, 1, &len));
    CHECK(len == 3);
    CHECK(everything_len_queues(all, 2, &len) == EVERYTHING_OUT_OF_BOUNDS);
}

static void write_plain(everything *all)
{
    everything_set_u8(all, 1);
    everything_set_u16(all, 2);
    everything_set_u32(all, 3);
    everything_set_u64(all, 0);
    CHECK(everything_fetch_add_u64(all, 5) == 0 && everything_fetch_add_u64(all, UINT64_MAX) == 5);
    everything_set_i8(all, -1);
    everything_set_i16(all, -2);
    everything_set_i32(all, -3);
    everything_set_i64(all, -4);
    everything_set_f32(all, 1.5f);
    everything_set_f64(all, 2.5);
    everything_set_bool(all, false);
    everything_set_class(all, 21);
    everything_set_from(all, 22);
    everything_set_open(all, 23);
    CHECK(everything_set_char(all, 0xd800) == EVERYTHING_INVALID_VALUE);
    CHECK(everything_set_char(all, 0x110000) == EVERYTHING_INVALID_VALUE);
    OK(everything_set_char(all, 0x10ffff));
    CHECK(everything_set_non_zero(all, 0) == EVERYTHING_INVALID_VALUE);
    OK(everything_set_non_zero(all, 5));
    OK(everything_set_non_zero_i64(all, 6));
    everything_set_maybe(all, 0);
    CHECK(everything_set_mode(all, 3) == EVERYTHING_INVALID_VALUE);
    OK(everything_set_mode(all, EVERYTHING_MODE_FAILED));
    OK(everything_set_signed(all, EVERYTHING_SIGNED_HIGH));
    OK(everything_set_unsigned(all, EVERYTHING_UNSIGNED_LOW));
}

static void write_ordered(everything *all)
{
    everything_set_be_u16(all, 0x0304);
    everything_set_be_i32(all, INT32_MIN);
    everything_set_be_u64(all, UINT64_C(0x1122334455667788));
    everything_set_be_f32(all, -8.0f);
    everything_set_be_f64(all, 1e-10);
    everything_set_le_u32(all, 5);
    everything_set_le_i64(all, -6);
    everything_set_le_f64(all, 7.5);
    everything_set_packed_u16(all, 0x0506);
    everything_set_packed_i32(all, INT32_MIN);
    everything_set_packed_u64(all, UINT64_C(0x1122334455667788));
    everything_set_packed_f32(all, 0.125f);
    everything_set_packed_f64(all, -1e10);
    everything_set_packed_u128(all, ((everything_u128)1 << 100) + 3);
    everything_set_packed_i128(all, (everything_i128)((everything_u128)1 << 127));
    CHECK(everything_set_text(all, "longer than 12") == EVERYTHING_TOO_LONG);
    OK(everything_set_text(all, "exactly 12 b"));
}

static void write_arrays(everything *all)
{
    uint32_t before;
    for (uint32_t i = 0; i < 4; i++)
        OK(everything_set_numbers(all, i, 8 - i));
    for (uint32_t i = 0; i < 4; i++)
        OK(everything_fetch_add_numbers(all, i, 1, &before));
    CHECK(before == 5);
    CHECK(everything_set_numbers(all, 4, 0) == EVERYTHING_OUT_OF_BOUNDS);
    OK(everything_set_rows(all, 1, 2, -1.5f));
    OK(everything_set_bools(all, 0, false));
    OK(everything_set_bools(all, 1, true));
    OK(everything_set_modes(all, 1, EVERYTHING_MODE_MEASURING));
    OK(everything_set_chars(all, 0, 'z'));
    OK(everything_set_ordered(all, 1, INT16_MIN));
    OK(everything_set_names(all, 1, "x"));
    everything_point_set_x(&all->point, 10.0);
    OK(everything_point_set_path(&all->point, 2, 1, 77));
    everything_point_set_y(everything_at_points(all, 1), -33);
    everything_pair_set__0(&all->pair, 8);
    everything_pair_set__1(&all->pair, 0x11223344);
}

static void read_all(const everything *all)
{
    read_plain(all);
    read_checked(all);
    read_ordered(all);
    read_arrays(all);
    read_latest(all);
    read_snapshot(all);
    read_others(all);
}

int main(int count, char **arguments)
{
    everything_region region;
    everything_reader reader;
    CHECK(count == 3);
    OK(everything_open_read_only(arguments[2], &reader));
    if (strcmp(arguments[1], "read") == 0) {
        read_all(reader.value);
    } else {
        OK(everything_open(arguments[2], &region));
        write_plain(region.value);
        write_ordered(region.value);
        write_arrays(region.value);
        everything_close(&region);
    }
    everything_close_reader(&reader);
    return 0;
}

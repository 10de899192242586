/* The driver of `Everything`. */
#include "everything.h"

#include "driver.h"

#define PREFIX(name) everything_##name
#include "opening.h"

#define GET(name) everything_get_##name
#define SET(name) everything_set_##name
#define LOAD(name) everything_load_##name
#define I64(name) NUMBER(#name, int64_t, INT64_MIN, INT64_MAX, GET(name)(all), SET(name)(to, v))
#define I32(name) NUMBER(#name, int32_t, INT32_MIN, INT32_MAX, GET(name)(all), SET(name)(to, v))
#define U64(name) NUMBER(#name, uint64_t, 0, UINT64_MAX, GET(name)(all), SET(name)(to, v))
#define U32(name) NUMBER(#name, uint32_t, 0, UINT32_MAX, GET(name)(all), SET(name)(to, v))
#define U16(name) NUMBER(#name, uint16_t, 0, UINT16_MAX, GET(name)(all), SET(name)(to, v))
#define F32(name) REAL(#name, float, GET(name)(all), SET(name)(to, v))
#define F64(name) REAL(#name, double, GET(name)(all), SET(name)(to, v))

/* Values with a lock or waiters can be read; no function writes them. */
#define READ(name, type, put, got) FIELD(name, type v; CALL(got); return put;, NO_WRITE)
#define LOOK(name, put) FIELD(name, return put;, NO_WRITE)

#define MODE(name, got, call) VARIANT(name, everything_mode, everything_mode_name, read_mode, got, call)
#define READ_VARIANT(kind)                                                                         \
    static bool read_##kind(const char *text, wide *n)                                             \
    {                                                                                              \
        static const everything_##kind TRIED[] = VALUES_##kind;                                    \
        for (size_t i = 0; i < sizeof TRIED / sizeof *TRIED; i++) {                                \
            *n = TRIED[i];                                                                         \
            if (strcmp(everything_##kind##_name(TRIED[i]), text) == 0)                             \
                return true;                                                                       \
        }                                                                                          \
        return read_integer(text, INT64_MIN, UINT64_MAX, n);                                       \
    }
#define VALUES_mode { EVERYTHING_MODE_IDLE, EVERYTHING_MODE_MEASURING, EVERYTHING_MODE_FAILED }
#define VALUES_signed { EVERYTHING_SIGNED_LOW, EVERYTHING_SIGNED_NONE, EVERYTHING_SIGNED_HIGH }
#define VALUES_unsigned { EVERYTHING_UNSIGNED_LOW, EVERYTHING_UNSIGNED_HIGH }
READ_VARIANT(mode)
READ_VARIANT(signed)
READ_VARIANT(unsigned)

static const wide MAX = (wide)(~(unsigned_wide)0 >> 1);

static bool read_maybe(const char *text, wide *n)
{
    *n = 0;
    return strcmp(text, "none") == 0 || (read_integer(text, INT32_MIN, INT32_MAX, n) && *n != 0);
}

static const char *plain(const everything *all, everything *to, const request *r)
{
    char text[sizeof line];
    size_t len;
    NUMBER("u8", uint8_t, 0, UINT8_MAX, GET(u8)(all), SET(u8)(to, v))
    U16(u16) U32(u32) U64(u64)
    NUMBER("i8", int8_t, INT8_MIN, INT8_MAX, GET(i8)(all), SET(i8)(to, v))
    NUMBER("i16", int16_t, INT16_MIN, INT16_MAX, GET(i16)(all), SET(i16)(to, v))
    I32(i32) I64(i64) F32(f32) F64(f64) U16(class)
    CHECKED_BOOL("bool", (v = GET(bool)(all), 0), (SET(bool)(to, v), 0))
    CHARACTER("char", GET(char)(all, &v), SET(char)(to, v))
    CHECKED("non_zero", uint16_t, 0, UINT16_MAX, GET(non_zero)(all, &v), SET(non_zero)(to, v))
    CHECKED("non_zero_i64", int64_t, INT64_MIN, INT64_MAX, GET(non_zero_i64)(all, &v), SET(non_zero_i64)(to, v))
    FIELD("maybe", const int32_t v = GET(maybe)(all); return v == 0 ? put_word("none") : put_integer(v);,
          SET_BY(read_maybe(r->value, &n), int32_t, SET(maybe)(to, v); return "= ok";))
    MODE("mode", GET(mode)(all, &v), SET(mode)(to, v))
    VARIANT("signed", everything_signed, everything_signed_name, read_signed, GET(signed)(all, &v), SET(signed)(to, v))
    VARIANT("unsigned", everything_unsigned, everything_unsigned_name, read_unsigned, GET(unsigned)(all, &v),
            SET(unsigned)(to, v))
    U16(be_u16) I32(be_i32) U64(be_u64) F32(be_f32) F64(be_f64) U32(le_u32) I64(le_i64) F64(le_f64)
    U16(packed_u16) I32(packed_i32) U64(packed_u64) F32(packed_f32) F64(packed_f64)
    FIELD("packed_u128", return put_unsigned(GET(packed_u128)(all));, unsigned_wide v; bool minus;
          if (!read_magnitude(r->value, &v, &minus) || minus) return DOES_NOT_FIT;
          SET(packed_u128)(to, v); return "= ok";)
    FIELD("packed_i128", return put_integer(GET(packed_i128)(all));, wide v;
          if (!read_integer(r->value, -MAX - 1, MAX, &v)) return DOES_NOT_FIT;
          SET(packed_i128)(to, v); return "= ok";)
    FIELD("text", len = GET(text)(all, text); return put_hex("text:", text, len);,
          if (!read_text(r->value, text, &len)) return DOES_NOT_FIT; return stored(SET(text)(to, text));)
    return NULL;
}

static const char *arrays(const everything *all, everything *to, const request *r)
{
    char text[sizeof line];
    size_t len;
    const size_t i = r->i[0], j = r->i[1];
    CHECKED("numbers[]", uint32_t, 0, UINT32_MAX, GET(numbers)(all, i, &v), SET(numbers)(to, i, v))
    CHECKED_REAL("rows[][]", float, GET(rows)(all, i, j, &v), SET(rows)(to, i, j, v))
    CHECKED_BOOL("bools[]", GET(bools)(all, i, &v), SET(bools)(to, i, v))
    MODE("modes[]", GET(modes)(all, i, &v), SET(modes)(to, i, v))
    CHARACTER("chars[]", GET(chars)(all, i, &v), SET(chars)(to, i, v))
    CHECKED("ordered[]", int16_t, INT16_MIN, INT16_MAX, GET(ordered)(all, i, &v), SET(ordered)(to, i, v))
    FIELD("names[]", CALL(GET(names)(all, i, text, &len)); return put_hex("text:", text, len);,
          if (!read_text(r->value, text, &len)) return DOES_NOT_FIT; return stored(SET(names)(to, i, text));)
    REAL("point.x", double, everything_point_get_x(&all->point), everything_point_set_x(&to->point, v))
    CHECKED("point.path[][]", uint16_t, 0, UINT16_MAX, everything_point_get_path(&all->point, i, j, &v),
            everything_point_set_path(&to->point, i, j, v))
    if (strcmp(r->key, "points[].y") == 0 && everything_const_at_points(all, i) == NULL)
        return WORDS[EVERYTHING_OUT_OF_BOUNDS];
    NUMBER("points[].y", int16_t, INT16_MIN, INT16_MAX, everything_point_get_y(everything_const_at_points(all, i)),
           everything_point_set_y(everything_at_points(to, i), v))
    NUMBER("pair.0", uint8_t, 0, UINT8_MAX, everything_pair_get__0(&all->pair), everything_pair_set__0(&to->pair, v))
    NUMBER("pair.1", uint64_t, 0, UINT64_MAX, everything_pair_get__1(&all->pair),
           everything_pair_set__1(&to->pair, v))
    return NULL;
}

static const char *snapshot(const everything *all, const request *r)
{
    everything_snapshot s;
    char text[9];
    unsigned char data[4];
    CALL(LOAD(latest_snapshot)(all, &s));
    LOOK("latest_snapshot.point.x", put_real(s.point.x))
    READ("latest_snapshot.modes[]", everything_mode, put_word(everything_mode_name(v)),
         everything_snapshot_get_modes(&s, r->i[0], &v))
    LOOK("latest_snapshot.name", put_hex("text:", text, everything_snapshot_get_name(&s, text)))
    LOOK("latest_snapshot.data", put_hex("bytes:", data, everything_snapshot_get_data(&s, data)))
    LOOK("latest_snapshot.wide", put_unsigned(everything_snapshot_get_wide(&s)))
    LOOK("latest_snapshot.negative", put_integer(everything_snapshot_get_negative(&s)))
    return NULL;
}

static const char *latest(const everything *all, const request *r)
{
    char text[33];
    unsigned char data[5];
    everything_latest_wide_version wides;
    everything_i128 negative;
    size_t len;
    READ("latest_f64", double, put_real(v), LOAD(latest_f64)(all, &v))
    READ("latest_bool", bool, put_word(v ? "true" : "false"), LOAD(latest_bool)(all, &v))
    READ("latest_mode", everything_mode, put_word(everything_mode_name(v)), LOAD(latest_mode)(all, &v))
    READ("latest_char", uint32_t, put_char(v), LOAD(latest_char)(all, &v))
    READ("latest_be", uint32_t, put_integer(v), LOAD(latest_be)(all, &v))
    READ("latest_u128", everything_u128, put_unsigned(v), LOAD(latest_u128)(all, &v))
    FIELD("latest_wide[]", CALL(LOAD(latest_wide)(all, &wides));
          CALL(everything_latest_wide_version_get_value(&wides, r->i[0], &negative)); return put_integer(negative);,
          NO_WRITE)
    FIELD("latest_text", CALL(LOAD(latest_text)(all, text, &len)); return put_hex("text:", text, len);, NO_WRITE)
    FIELD("latest_bytes", CALL(LOAD(latest_bytes)(all, data, &len)); return put_hex("bytes:", data, len);, NO_WRITE)
    READ("latest_array[]", everything_latest_array_version, put_real(v.value[r->i[0]]), LOAD(latest_array)(all, &v))
    READ("latest_points[].y", everything_latest_points_version, put_integer(v.value[r->i[0]].y),
         LOAD(latest_points)(all, &v))
    READ("tracks[].x", everything_point, put_real(v.x), LOAD(tracks)(all, r->i[0], &v))
    return strncmp(r->key, "latest_snapshot.", 16) == 0 ? snapshot(all, r) : NULL;
}

static const char *others(const everything *all, const request *r)
{
    const everything_account *account = everything_const_at_account_unlocked(all);
    const everything_point_guarded *guarded = everything_const_at_guarded_point_unlocked(all);
    char text[9];
    LOOK("account.balance", put_integer(everything_account_get_balance_unlocked(account)))
    LOOK("guarded", put_integer(everything_get_guarded_unlocked(all)))
    LOOK("guarded_text", put_hex("text:", text, everything_get_guarded_text_unlocked(all, text)))
    LOOK("guarded_point.x", put_real(everything_point_guarded_get_x_unlocked(guarded)))
    LOOK("beside", put_integer(everything_get_beside_unlocked(all)))
    LOOK("beside_points[].y", put_integer(everything_point_guarded_get_y_unlocked(
                                  everything_const_at_beside_points_unlocked(all, r->i[0]))))
    READ("watched", everything_mode, put_word(everything_mode_name(v)), GET(watched)(all, &v))
    LOOK("watched_point.y", put_integer(everything_point_get_y(everything_const_at_watched_point(all))))
    READ("watched_array[]", uint16_t, put_integer(v), GET(watched_array)(all, r->i[0], &v))
    return NULL;
}

static const char *whole(const everything *all)
{
    everything_latest_array_version version;
    char parts[3][18]; /* each an `f`, 16 digits and a NUL */
    CALL(LOAD(latest_array)(all, &version));
    for (size_t i = 0; i < 3; i++)
        memcpy(parts[i], put_real(version.value[i]) + 2, sizeof parts[i]);
    snprintf(answer, sizeof answer, "= %s %s %s", parts[0], parts[1], parts[2]);
    return answer;
}

static const char *field(const request *r)
{
    everything *to = region.value;
    const everything *all = to != NULL ? to : reader.value;
    if (is_verb(r, "whole") && strcmp(r->key, "latest_array") == 0)
        return whole(all);
    if (is_verb(r, "set") && to == NULL)
        NO_WRITE
    const char *said = plain(all, to, r);
    said = said != NULL ? said : arrays(all, to, r);
    said = said != NULL ? said : latest(all, r);
    said = said != NULL ? said : others(all, r);
    return said != NULL ? said : "! UnknownField";
}

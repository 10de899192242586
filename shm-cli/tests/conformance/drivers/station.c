/* The driver of `Station`; with HUMIDITY, of the newer one. */
#include "station.h"

#include "driver.h"

#define PREFIX(name) station_##name
#include "opening.h"

static bool read_mode(const char *text, wide *n)
{
    for (*n = 0; *n < 256; ++*n) {
        const char *name = station_mode_name((station_mode)*n);
        if (name != NULL && strcmp(name, text) == 0)
            return true;
    }
    return read_integer(text, 0, 255, n);
}

static const char *field(const request *r)
{
    station *to = region.value;
    const station *all = to != NULL ? to : reader.value;
    if (is_verb(r, "add") && strcmp(r->key, "hits") == 0) {
        for (unsigned long turn = 0; turn < r->times; turn++)
            station_fetch_add_hits(to, strtoull(r->value, NULL, 10));
        return "= ok";
    }
    if (is_verb(r, "set") && to == NULL)
        NO_WRITE
    NUMBER("hits", uint64_t, 0, UINT64_MAX, station_get_hits(all), station_set_hits(to, v))
    REAL("temperature", double, station_get_temperature(all), station_set_temperature(to, v))
    VARIANT("mode", station_mode, station_mode_name, read_mode, station_get_mode(all, &v), station_set_mode(to, v))
#ifdef HUMIDITY
    REAL("humidity", float, station_get_humidity(all), station_set_humidity(to, v))
#endif
    return "! UnknownField";
}

/* Opening and closing a region by a header whose names start with PREFIX; `all` and `to` are what is open. */
static PREFIX(region) region;
static PREFIX(reader) reader;

static const char *open_region(const char *name, bool to_write)
{
    if (region.value != NULL)
        PREFIX(close)(&region);
    if (reader.value != NULL)
        PREFIX(close_reader)(&reader);
    return WORDS[to_write ? (int)PREFIX(open)(name, &region) : (int)PREFIX(open_read_only)(name, &reader)];
}

static bool is_current(const char *name)
{
    return region.value != NULL ? PREFIX(is_current)(&region, name) : PREFIX(is_current_reader)(&reader, name);
}

/* A type of a schema (docs/format.md), made of types before it. */
typedef struct @p@_type_ {
    const unsigned char *record;
    unsigned tag; /* 0 for a kind that a later version of the format defines */
    unsigned depth; /* one more than that of its deepest part */
    bool is_known; /* with all its parts: two such types are the same if their fingerprints are */
    uint64_t fingerprint;
} @p@_type_;

/* A schema: a private copy. */
typedef struct @p@_schema_ {
    unsigned char *bytes;
    size_t len;
    @p@_type_ *types;
    size_t count;
} @p@_schema_;

static inline void @p@_free_schema_(@p@_schema_ *schema)
{
    free(schema->types);
    free(schema->bytes);
    memset(schema, 0, sizeof *schema);
}

static inline @p@_error @p@_copy_schema_(
    const @p@_source_ *source, uint64_t offset, uint64_t len, @p@_schema_ *schema)
{
    memset(schema, 0, sizeof *schema);
    schema->bytes = (unsigned char *)malloc(len == 0 ? 1 : (size_t)len);
    if (schema->bytes == NULL)
        return @P@_SYSTEM;
    schema->len = (size_t)len;
    const @p@_error error = source->copy(source, offset, schema->bytes, schema->len);
    if (error != @P@_OK)
        @p@_free_schema_(schema);
    return error;
}

/* The parts of a record in order: the fields of a struct, or the variants of an enum. Each has a number,
 * its offset or its value; a field then the index of its type; and a name after its length. */
typedef struct @p@_parts_ {
    const unsigned char *at;
    uint64_t left;
    size_t name; /* the offset of the name */
} @p@_parts_;

static inline @p@_parts_ @p@_parts_of_(const @p@_type_ *type)
{
    @p@_parts_ parts = { type->record + 24, @p@_le_(type->record + 20, 4), type->tag == 8 ? 12u : 8u };
    return parts;
}

static inline void @p@_next_part_(@p@_parts_ *parts)
{
    parts->at += parts->name + 2 + @p@_le_(parts->at + parts->name, 2);
    parts->left--;
}

static inline bool @p@_same_name_(const @p@_parts_ *one, const @p@_parts_ *other)
{
    const unsigned char *left = one->at + one->name, *right = other->at + other->name;
    return memcmp(left, right, 2) == 0 && memcmp(left, right, 2 + (size_t)@p@_le_(left, 2)) == 0;
}

static inline uint64_t @p@_size_of_(const @p@_type_ *type)
{
    return @p@_le_(type->record + 8, 8);
}

/* Decodes a type from a record of `len` bytes, at least 24; false if it does not fit its tag. */
static inline bool @p@_read_type_(@p@_schema_ *schema, const unsigned char *record, size_t len)
{
    @p@_type_ *type = &schema->types[schema->count];
    const unsigned tag = record[16];
    const bool has_names = tag == 3 || tag == 8; /* an enum, a struct */
    const bool has_types = tag >= 6 && tag <= 8; /* an array, a slice, a struct */
    const uint64_t align = @p@_le_(record + 4, 4);
    uint64_t parts = has_names ? @p@_le_(record + 20, 4) : (has_types ? 1 : 0);
    uint64_t hash = @p@_hash_(@P@_HASH_, record + 4, 20);
    size_t at = 24;
    if (align == 0 || align > @MAX_ALIGN@ || (align & (align - 1)) != 0)
        return false;
    type->record = record;
    type->is_known = tag >= 1 && tag <= 9 && !(tag == 8 && record[17] > 7);
    type->tag = type->is_known ? tag : 0;
    type->depth = 1;
    for (; type->tag != 0 && parts > 0; parts--) {
        if (len - at < (has_names ? 8u : 0u) + (has_types ? 4u : 0u) + (has_names ? 2u : 0u))
            return false;
        if (has_names) {
            hash = @p@_hash_(hash, record + at, 8);
            at += 8;
        }
        if (has_types) {
            const uint64_t index = @p@_le_(record + at, 4);
            if (index >= schema->count || schema->types[index].depth >= @MAX_DEPTH@)
                return false;
            const @p@_type_ *part = &schema->types[index];
            hash = @p@_hash_number_(hash, part->fingerprint);
            type->depth = part->depth >= type->depth ? part->depth + 1 : type->depth;
            type->is_known = type->is_known && part->is_known;
            at += 4;
        }
        if (has_names) {
            const size_t name = 2 + (size_t)@p@_le_(record + at, 2);
            if (name > 2 + @MAX_NAME_LEN@ || len - at < name)
                return false;
            hash = @p@_hash_(hash, record + at, name);
            at += name;
        }
    }
    /* A text or an array ends in a number; the contents of a type of unknown kind are unknown. */
    if (type->tag != 0 && len - at != (tag == 5 || tag == 6 ? 8u : 0u))
        return false;
    type->fingerprint = @p@_hash_(hash, record + at, len - at);
    schema->count++;
    return true;
}

/* Decodes the types of a schema that was copied. */
static inline @p@_error @p@_read_types_(@p@_schema_ *schema)
{
    const uint64_t count = schema->len < 4 ? 0 : @p@_le_(schema->bytes, 4);
    size_t at = 4;
    if (schema->len > @MAX_SCHEMA_LEN@ || count < 1 || count > @MAX_TYPES@ || (schema->len - 4) / 24 < count)
        return @P@_SCHEMA;
    schema->types = (@p@_type_ *)malloc((size_t)count * sizeof *schema->types);
    if (schema->types == NULL)
        return @P@_SYSTEM;
    while (schema->count < count) {
        const size_t rest = schema->len - at;
        const uint64_t len = rest < 24 ? 0 : @p@_le_(schema->bytes + at, 4);
        if (len < 24 || len > rest || !@p@_read_type_(schema, schema->bytes + at, (size_t)len))
            return @P@_SCHEMA;
        at += (size_t)len;
    }
    return at == schema->len ? @P@_OK : @P@_SCHEMA;
}

/* The type of the whole. */
static inline const @p@_type_ *@p@_root_of_(const @p@_schema_ *schema)
{
    return &schema->types[schema->count - 1];
}

static inline const @p@_type_ *@p@_type_at_(const @p@_schema_ *schema, const unsigned char *index)
{
    return &schema->types[@p@_le_(index, 4)];
}

/* Returns whether the length of the whole is known only at run time: it is a slice, or ends in one. */
static inline bool @p@_has_slice_(const @p@_schema_ *schema)
{
    const @p@_type_ *root = @p@_root_of_(schema);
    if (root->tag != 8)
        return root->tag == 7;
    @p@_parts_ fields = @p@_parts_of_(root);
    while (fields.left > 1)
        @p@_next_part_(&fields);
    return fields.left == 1 && @p@_type_at_(schema, fields.at + 8)->tag == 7;
}

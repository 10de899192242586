/* A comparison of two layouts by the rules of docs/format.md, for two values, one of which may be
 * longer. */
typedef struct @p@_pair_ {
    const @p@_schema_ *longer, *shorter;
    uint64_t end; /* of the shorter value */
    uint32_t steps; /* left: a hostile schema could ask for any number */
} @p@_pair_;

static inline bool @p@_step_(@p@_pair_ *both)
{
    if (both->steps == 0)
        return false;
    both->steps--;
    return true;
}

static inline bool @p@_types_go_together_(
    @p@_pair_ *both, const @p@_type_ *one, const @p@_type_ *other, uint64_t offset, bool may_grow);

/* Two enums of one integer type: shared variants are equal, and only one of them has extra variants. */
static inline bool @p@_variants_go_together_(@p@_pair_ *both, const @p@_type_ *one, const @p@_type_ *other)
{
    uint64_t shared = 0, left = @p@_parts_of_(one).left, right = @p@_parts_of_(other).left;
    for (@p@_parts_ a = @p@_parts_of_(one); a.left > 0; @p@_next_part_(&a)) {
        for (@p@_parts_ b = @p@_parts_of_(other); b.left > 0; @p@_next_part_(&b)) {
            const bool same = @p@_same_name_(&a, &b);
            if (!@p@_step_(both) || same != (@p@_le_(a.at, 8) == @p@_le_(b.at, 8)))
                return false;
            shared += same;
        }
    }
    return shared == left || shared == right;
}

/* Two structs at an offset: shared fields are equal, and fields of the longer value alone are after
 * the shorter one. Fields that take no room do not matter. */
static inline bool @p@_structs_go_together_(
    @p@_pair_ *both, const @p@_type_ *one, const @p@_type_ *other, uint64_t offset, bool may_grow)
{
    @p@_parts_ a = @p@_parts_of_(one), b = @p@_parts_of_(other);
    while (a.left > 0 || b.left > 0) {
        const @p@_type_ *left = a.left > 0 ? @p@_type_at_(both->longer, a.at + 8) : NULL;
        const @p@_type_ *right = b.left > 0 ? @p@_type_at_(both->shorter, b.at + 8) : NULL;
        if (!@p@_step_(both))
            return false;
        if (left != NULL && right != NULL && memcmp(a.at, b.at, 8) == 0 && @p@_same_name_(&a, &b)) {
            if (!@p@_types_go_together_(both, left, right, offset + @p@_le_(a.at, 8), may_grow))
                return false;
            @p@_next_part_(&a);
            @p@_next_part_(&b);
        } else if (right != NULL && @p@_size_of_(right) == 0 && right->tag != 7) {
            @p@_next_part_(&b);
        } else if (left != NULL && left->tag != 7
            && (@p@_size_of_(left) == 0 || (may_grow && offset + @p@_le_(a.at, 8) >= both->end))) {
            @p@_next_part_(&a);
        } else {
            return false;
        }
    }
    return may_grow || @p@_size_of_(one) == @p@_size_of_(other);
}

/* Two arrays of equal length, or where the longer value has more elements after the shorter one. */
static inline bool @p@_arrays_go_together_(
    @p@_pair_ *both, const @p@_type_ *one, const @p@_type_ *other, uint64_t offset, bool may_grow)
{
    const uint64_t more = @p@_le_(one->record + 28, 8), len = @p@_le_(other->record + 28, 8);
    const @p@_type_ *left = @p@_type_at_(both->longer, one->record + 24);
    const @p@_type_ *right = @p@_type_at_(both->shorter, other->record + 24);
    if (more != len && !(may_grow && more > len && offset + @p@_size_of_(other) >= both->end))
        return false;
    return @p@_types_go_together_(both, left, right, 0, false);
}

static inline bool @p@_types_go_together_(
    @p@_pair_ *both, const @p@_type_ *one, const @p@_type_ *other, uint64_t offset, bool may_grow)
{
    if (one->is_known && other->is_known && one->fingerprint == other->fingerprint)
        return true;
    if (!@p@_step_(both) || one->tag != other->tag || one->record[17] != other->record[17])
        return false;
    switch (one->tag) {
    case 3:
        return @p@_variants_go_together_(both, one, other);
    case 6:
        return @p@_arrays_go_together_(both, one, other, offset, may_grow);
    case 7:
        return @p@_types_go_together_(both, @p@_type_at_(both->longer, one->record + 24),
            @p@_type_at_(both->shorter, other->record + 24), 0, false);
    case 8: /* one with a role, a live type, does not grow */
        return @p@_structs_go_together_(both, one, other, offset, may_grow && one->record[17] == 0);
    default:
        return false;
    }
}

/* Returns whether a value of the first layout can be used as one of the second. */
static inline bool @p@_begins_with_(const @p@_schema_ *longer, const @p@_schema_ *shorter)
{
    const @p@_type_ *one = @p@_root_of_(longer), *other = @p@_root_of_(shorter);
    const bool may_grow = !@p@_has_slice_(longer) && !@p@_has_slice_(shorter);
    @p@_pair_ both = { longer, shorter, @p@_size_of_(other), UINT32_C(1) << 24 };
    return @p@_size_of_(one) >= @p@_size_of_(other) && @p@_types_go_together_(&both, one, other, 0, may_grow);
}

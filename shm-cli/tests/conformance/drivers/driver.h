/* The line protocol of the suite (way.rs) and its text form of values (canon.rs), for C and C++. A driver
 * includes the exported header first, then this, and defines `open_region`, `is_current` and `field`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

/* One request. The path is taken apart: the key has `[]` for each index. */
typedef struct request {
    const char *verb;
    char key[128];
    size_t i[4];
    const char *value;
    unsigned long times;
} request;

/* In the order of the errors of every exported header. */
static const char *const WORDS[] = {
    "= ok", "! NotARegion", "! Truncated", "! FormatVersion", "! Damaged", "! Feature", "! Invalid", "! TooLarge",
    "! UnknownSection", "! Section", "! Schema", "! ByteOrder", "! LayoutDiffers", "! NotGrown", "! Fingerprint",
    "! FeatureToWrite", "! DataLength", "! NotReady", "! BadName", "! System", "! NotRegularFile",
    "! ForeignOwner", "! Rebooted", "! NoObject", "! OutOfBounds", "! InvalidValue", "! TooLong", "! Contended",
    "! NoEntry",
};

static const char *const DOES_NOT_FIT = "! DoesNotFit";
static char line[4096], answer[4096];

static const char *open_region(const char *name, bool to_write);
static bool is_current(const char *name);
static const char *field(const request *r);

static inline bool is_verb(const request *r, const char *verb)
{
    return strcmp(r->verb, verb) == 0;
}

/* The result of storing a value. */
static inline const char *stored(int error)
{
    const char *word = WORDS[error];
    return strcmp(word, "! InvalidValue") == 0 || strcmp(word, "! TooLong") == 0 ? DOES_NOT_FIT : word;
}

static inline const char *put_unsigned(unsigned_wide value)
{
    char *at = answer + sizeof answer - 1;
    for (*at = 0; value != 0 || at == answer + sizeof answer - 1; value /= 10)
        *--at = (char)('0' + (int)(value % 10));
    *--at = ' ';
    *--at = '=';
    return at;
}

static inline const char *put_integer(wide value)
{
    char digits[64];
    if (value >= 0)
        return put_unsigned((unsigned_wide)value);
    snprintf(digits, sizeof digits, "%s", put_unsigned(-(unsigned_wide)value) + 2);
    snprintf(answer, sizeof answer, "= -%s", digits);
    return answer;
}

static inline const char *put_real(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    snprintf(answer, sizeof answer, "= f%016" PRIx64, bits);
    return answer;
}

static inline const char *put_word(const char *value)
{
    snprintf(answer, sizeof answer, "= %s", value);
    return answer;
}

static inline const char *put_hex(const char *form, const void *bytes, size_t len)
{
    int at = snprintf(answer, sizeof answer, "= %s", form);
    for (size_t i = 0; i < len; i++)
        at += snprintf(answer + at, sizeof answer - (size_t)at, "%02x", ((const unsigned char *)bytes)[i]);
    return answer;
}

static inline const char *put_char(uint32_t c)
{
    unsigned char utf8[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char FIRST[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = len; i-- > 1; c >>= 6)
        utf8[i] = (unsigned char)(0x80 | (c & 0x3f));
    utf8[0] = (unsigned char)(FIRST[len] | c);
    return put_hex("text:", utf8, len);
}

/* Reads a decimal number; the magnitude, and whether it has a minus. */
static inline bool read_magnitude(const char *text, unsigned_wide *value, bool *minus)
{
    *minus = *text == '-';
    text += *minus;
    *value = 0;
    if (*text == 0)
        return false;
    for (; *text != 0; text++) {
        const unsigned_wide digit = (unsigned_wide)(*text - '0');
        if (*text < '0' || *text > '9' || *value > (~(unsigned_wide)0 - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    return true;
}

static inline bool read_integer(const char *text, wide min, wide max, wide *value)
{
    unsigned_wide magnitude;
    bool minus;
    if (!read_magnitude(text, &magnitude, &minus) || magnitude > ((unsigned_wide)1 << 127) - !minus)
        return false;
    *value = (wide)(minus ? -magnitude : magnitude);
    return *value >= min && *value <= max;
}

static inline bool read_real(const char *text, double *value)
{
    if (*text != 'f' || strlen(text) != 17)
        return false;
    const uint64_t bits = strtoull(text + 1, NULL, 16);
    memcpy(value, &bits, sizeof *value);
    return true;
}

/* The bytes of a text, followed by a NUL. */
static inline bool read_text(const char *text, char *bytes, size_t *len)
{
    if (strncmp(text, "text:", 5) != 0)
        return false;
    text += 5;
    for (*len = 0; text[0] != 0 && text[1] != 0; text += 2) {
        const char pair[3] = { text[0], text[1], 0 };
        bytes[(*len)++] = (char)strtoul(pair, NULL, 16);
    }
    bytes[*len] = 0;
    return true;
}

static inline bool read_char(const char *text, wide *value)
{
    char bytes[sizeof line];
    size_t len;
    if (!read_text(text, bytes, &len) || len == 0)
        return false;
    const unsigned char first = (unsigned char)bytes[0];
    const size_t expected = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t c = expected == 1 ? first : first & (0x7fu >> expected);
    for (size_t i = 1; i < expected; i++)
        c = c << 6 | (bytes[i] & 0x3f);
    *value = c;
    return len == expected;
}

static inline bool read_bool(const char *text, wide *value)
{
    *value = strcmp(text, "true") == 0;
    return *value || strcmp(text, "false") == 0;
}

/* A field: its key, how it is read, and how it is stored. `v` is the value in both. */
#define FIELD(name, get, set)                                                                      \
    if (strcmp(r->key, name) == 0) {                                                               \
        if (is_verb(r, "get")) { get }                                                             \
        if (is_verb(r, "set")) { set }                                                             \
        return "! Unsupported";                                                                    \
    }
#define NO_WRITE return "! NotWritable";
/* A field that is of use only if a call succeeded. */
#define CALL(call)                                                                                 \
    do {                                                                                           \
        const int error_ = (call);                                                                 \
        if (error_ != 0)                                                                           \
            return WORDS[error_];                                                                  \
    } while (0)

#define SET_BY(reading, type, call)                                                                \
    wide n;                                                                                        \
    if (!(reading))                                                                                \
        return DOES_NOT_FIT;                                                                       \
    const type v = (type)n;                                                                        \
    call

/* With functions that cannot fail: */
#define NUMBER(name, type, min, max, got, call)                                                    \
    FIELD(name, return put_integer((wide)(got));,                                                  \
          SET_BY(read_integer(r->value, min, max, &n), type, call; return "= ok";))
#define REAL(name, type, got, call)                                                                \
    FIELD(name, return put_real((double)(got));, double d; if (!read_real(r->value, &d)) return DOES_NOT_FIT; \
          const type v = (type)d; call; return "= ok";)
/* With functions that can: */
#define CHECKED(name, type, min, max, got, call)                                                   \
    FIELD(name, type v; CALL(got); return put_integer((wide)v);,                                   \
          SET_BY(read_integer(r->value, min, max, &n), type, return stored(call);))
#define CHECKED_REAL(name, type, got, call)                                                        \
    FIELD(name, type v; CALL(got); return put_real((double)v);,                                    \
          double d; if (!read_real(r->value, &d)) return DOES_NOT_FIT; const type v = (type)d; return stored(call);)
#define CHECKED_BOOL(name, got, call)                                                              \
    FIELD(name, bool v; CALL(got); return put_word(v ? "true" : "false");,                         \
          SET_BY(read_bool(r->value, &n), bool, return stored(call);))
#define CHARACTER(name, got, call)                                                                 \
    FIELD(name, uint32_t v; CALL(got); return put_char(v);,                                        \
          SET_BY(read_char(r->value, &n), uint32_t, return stored(call);))
/* Variants by their names, which `names` gives; any number may be tried. */
#define VARIANT(name, type, names, reading, got, call)                                             \
    FIELD(name, type v; CALL(got); return put_word(names(v));,                                     \
          SET_BY(reading(r->value, &n), type, return stored(call);))

static inline const char *taken(request *r, char *text)
{
    char *path = strchr(text, ' '), *value, *times;
    size_t depth = 0, len = 0;
    r->verb = text;
    if (path == NULL)
        return "";
    *path++ = 0;
    if (is_verb(r, "open") || is_verb(r, "read"))
        return path;
    if ((value = strchr(path, ' ')) != NULL)
        *value++ = 0;
    r->value = value;
    if (value != NULL && is_verb(r, "add") && (times = strchr(value, ' ')) != NULL) {
        *times++ = 0;
        r->times = strtoul(times, NULL, 10);
    }
    for (char *at = path; *at != 0 && len < sizeof r->key - 3;) {
        r->key[len++] = *at;
        if (*at++ == '[') {
            if (depth < 4)
                r->i[depth++] = (size_t)strtoul(at, &at, 10);
        }
    }
    r->key[len] = 0;
    return path;
}

int main(void)
{
    static char name[sizeof line];
    while (fgets(line, sizeof line, stdin) != NULL) {
        request r;
        memset(&r, 0, sizeof r);
        line[strcspn(line, "\n")] = 0;
        const char *rest = taken(&r, line);
        if (is_verb(&r, "open") || is_verb(&r, "read")) {
            snprintf(name, sizeof name, "%s", rest);
            puts(open_region(name, is_verb(&r, "open")));
        } else if (is_verb(&r, "current")) {
            puts(is_current(name) ? "= yes" : "= no");
        } else {
            puts(field(&r));
        }
        fflush(stdout);
    }
    return 0;
}

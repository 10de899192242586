/* Returns whether the bytes, which may end in zeros, are UTF-8. */
static inline bool @p@_is_utf8_(const unsigned char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const unsigned char first = bytes[at];
        const size_t more = first < 0x80u ? 0 : first < 0xc2u ? 4 : first < 0xe0u ? 1 : first < 0xf0u ? 2 : first < 0xf5u ? 3 : 4;
        if (more == 4 || more > len - at - 1)
            return false;
        for (size_t next = 1; next <= more; next++)
            if ((bytes[at + next] & 0xc0u) != 0x80u)
                return false;
        /* Neither an overlong form, nor a surrogate, nor a number past the last character. */
        if ((first == 0xe0u && bytes[at + 1] < 0xa0u) || (first == 0xedu && bytes[at + 1] > 0x9fu)
            || (first == 0xf0u && bytes[at + 1] < 0x90u) || (first == 0xf4u && bytes[at + 1] > 0x8fu))
            return false;
        at += more + 1;
    }
    return true;
}

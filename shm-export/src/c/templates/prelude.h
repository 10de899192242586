#if defined(__STRICT_ANSI__) && !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE) && !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE 1
#endif

#include <float.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
#define @P@_ASSERT_(fact, text) static_assert(fact, text)
#else
#define @P@_ASSERT_(fact, text) _Static_assert(fact, text)
#endif

/* Not ISO C or C++: atomic access to plain objects, by the __atomic builtins of gcc and clang, which
 * follow the memory model of C11 and C++11 and are the same in both languages. */
#if !defined(__GNUC__) || !defined(__BYTE_ORDER__)
#error "this header needs gcc or clang"
#endif
#if __GCC_ATOMIC_CHAR_LOCK_FREE != 2 || __GCC_ATOMIC_SHORT_LOCK_FREE != 2 \
    || __GCC_ATOMIC_INT_LOCK_FREE != 2 || __GCC_ATOMIC_LLONG_LOCK_FREE != 2
#error "this header needs a processor whose atomics of 1, 2, 4 and 8 bytes take no lock"
#endif

@P@_ASSERT_(sizeof(void *) == 8, "regions are for 64-bit processors");
@P@_ASSERT_(sizeof(float) == 4 && FLT_MANT_DIG == 24, "f32 is IEEE 754");
@P@_ASSERT_(sizeof(double) == 8 && DBL_MANT_DIG == 53, "f64 is IEEE 754");

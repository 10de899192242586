#ifndef @P@_NO_OPEN
#include <sys/syscall.h>
#include <time.h>

#ifndef MAP_ANONYMOUS
#error "waiting needs more than POSIX: define _DEFAULT_SOURCE before the first #include, or include this header first; or define @P@_NO_OPEN and map regions yourself"
#endif
#endif

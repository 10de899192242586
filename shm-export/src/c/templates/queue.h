/* Returns the number of values in a queue, at most its capacity. */
static inline uint64_t @p@_load_queue_len_(const uint64_t *tail, const uint64_t *head, uint64_t capacity)
{
    const uint64_t popped = __atomic_load_n(head, __ATOMIC_ACQUIRE);
    const uint64_t found = __atomic_load_n(tail, __ATOMIC_ACQUIRE) - popped;
    return found < capacity ? found : capacity;
}

static inline float @p@_load_f32_(const float *at)
{
    float value;
    __atomic_load(at, &value, __ATOMIC_ACQUIRE);
    return value;
}

static inline double @p@_load_f64_(const double *at)
{
    double value;
    __atomic_load(at, &value, __ATOMIC_ACQUIRE);
    return value;
}

static inline void @p@_store_f32_(float *at, float value)
{
    __atomic_store(at, &value, __ATOMIC_RELEASE);
}

static inline void @p@_store_f64_(double *at, double value)
{
    __atomic_store(at, &value, __ATOMIC_RELEASE);
}

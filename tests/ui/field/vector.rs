use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Series(Vec<f64>, std::collections::VecDeque<u8>);

fn first(series: &SeriesView) -> f64 {
    series.0[0].get()
}

fn main() {}

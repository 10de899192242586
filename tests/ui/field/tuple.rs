use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Line {
    from: (f64, f64),
    nothing: (),
    all: [(u8, u8); 4],
}

fn main() {}

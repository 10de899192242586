use shm_core::SharedLayout;

struct Foreign {
    _value: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    foreign: Foreign,
    hits: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Last {
    hits: u64,
    maybe: Option<u32>,
}

fn main() {}

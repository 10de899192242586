//! A region full of zeros can be created for an enum with the value 0, however that is written.

use shm_core::{Region, SharedLayout};

const ZERO: u8 = 0;

macro_rules! zero {
    () => {
        b'a' - b'a'
    };
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Byte {
    One = 1,
    Zero = b'\0',
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Named {
    Zero = ZERO,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Computed {
    Max = u8::MAX,
    Zero = zero!(),
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i8)]
enum Counted {
    Below = -1,
    Zero,
}

#[derive(SharedLayout)]
#[repr(C)]
struct All {
    byte: Byte,
    named: [Named; 2],
    computed: Computed,
    counted: Counted,
}

fn main() {
    let all = Region::<All>::options().private().unwrap();
    assert_eq!(all.byte.get().unwrap(), Byte::Zero);
    assert_eq!(all.named[1].get().unwrap(), Named::Zero);
    assert_eq!(all.computed.get().unwrap(), Computed::Zero);
    assert_eq!(all.counted.get().unwrap(), Counted::Zero);
}

//! The old program.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it is for")]

include!("program.rs");

records! {
    appended: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, b: u64 }
    } |view| { view.a.set(1); view.b.set(2); };

    appended_with_room: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, b: u64 }
    } |view| { view.a.set(1); view.b.set(2); };

    in_padding: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, b: u32 }
    } |view| { view.a.set(1); view.b.set(2); };

    inserted: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, b: u64 }
    } |view| { view.a.set(1); view.b.set(2); };

    removed: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, b: u64, c: u64 }
    } |view| { view.a.set(1); view.b.set(2); view.c.set(3); };

    reordered: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, b: f64 }
    } |view| { view.a.set(1); view.b.set(2.5); };

    retyped: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, b: u64 }
    } |view| { view.a.set(1); view.b.set(2); };

    byte_order: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u32 }
    } |view| view.a.set(1);

    longer_array_at_the_end: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, samples: [u64; 2] }
    } |view| { view.a.set(1); view.samples[1].set(7); };

    longer_array_in_the_middle: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { samples: [u64; 2], a: u64 }
    } |view| view.a.set(1);

    longer_array_into_padding: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, samples: [u8; 2] }
    } |view| view.a.set(1);

    in_latest: {
        #[derive(SharedLayout, Clone, Copy)] #[repr(C)]
        struct Pose { x: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, pose: Latest<Pose> }
    } |view| view.a.set(1);

    in_mutex: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Account { balance: i64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, account: Mutex<Account> }
    } |view| view.a.set(1);

    in_array: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Point { x: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, points: [Point; 4] }
    } |view| view.a.set(1);

    nested_at_the_end: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Point { x: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, point: Point }
    } |view| { view.a.set(1); view.point.x.set(2.5); };

    nested_in_the_middle: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Point { x: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { point: Point, a: u64 }
    } |view| { view.a.set(1); view.point.x.set(2.5); };

    variant_added: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Busy }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, mode: Mode }
    } |view| { view.a.set(1); view.mode.set(Mode::Busy); };

    variant_renumbered: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Busy }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { mode: Mode }
    } |view| view.mode.set(Mode::Busy);

    variant_renamed: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Busy }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { mode: Mode }
    } |view| view.mode.set(Mode::Busy);

    variants_added_and_removed: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Busy }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { mode: Mode }
    } |view| view.mode.set(Mode::Busy);

    alignment_raised: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    alignment_raised_with_room: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 64)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    alignment_of_a_page: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 4096)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    renamed: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, temp: f64 }
    } |view| { view.a.set(1); view.temp.set(21.5); };

    renamed_with_alias: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, temp: f64 }
    } |view| { view.a.set(1); view.temp.set(21.5); };

    first_lock: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    no_zero: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    too_little_room: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 16)]
        struct Record { a: u64 }
    } |view| view.a.set(1);
}

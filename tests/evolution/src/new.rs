//! The new program: each struct has changed in one way.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it is for")]

include!("program.rs");

records! {
    appended: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, b: u64, c: f32 }
    } |view| { view.a.set(1); view.b.set(2); view.c.set(3.5); };

    appended_with_room: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, b: u64, c: f32 }
    } |view| { view.a.set(1); view.b.set(2); view.c.set(3.5); };

    in_padding: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, b: u32, c: u32 }
    } |view| { view.a.set(1); view.b.set(2); view.c.set(3); };

    inserted: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, c: u64, b: u64 }
    } |view| { view.a.set(1); view.b.set(2); view.c.set(3); };

    removed: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, c: u64 }
    } |view| { view.a.set(1); view.c.set(3); };

    reordered: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { b: f64, a: u64 }
    } |view| { view.a.set(1); view.b.set(2.5); };

    retyped: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, b: i64 }
    } |view| { view.a.set(1); view.b.set(-2); };

    byte_order: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: Be<u32> }
    } |view| view.a.set(1);

    longer_array_at_the_end: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, samples: [u64; 4] }
    } |view| { view.a.set(1); view.samples[1].set(7); view.samples[3].set(9); };

    longer_array_in_the_middle: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { samples: [u64; 4], a: u64 }
    } |view| view.a.set(1);

    longer_array_into_padding: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, samples: [u8; 4] }
    } |view| view.a.set(1);

    in_latest: {
        #[derive(SharedLayout, Clone, Copy)] #[repr(C)]
        struct Pose { x: f64, y: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, pose: Latest<Pose> }
    } |view| view.a.set(1);

    in_mutex: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Account { balance: i64, bookings: u64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, account: Mutex<Account> }
    } |view| view.a.set(1);

    in_array: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Point { x: f64, y: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, points: [Point; 4] }
    } |view| view.a.set(1);

    nested_at_the_end: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Point { x: f64, y: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, point: Point }
    } |view| { view.a.set(1); view.point.x.set(2.5); view.point.y.set(3.5); };

    nested_in_the_middle: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Point { x: f64, y: f64 }
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { point: Point, a: u64 }
    } |view| view.a.set(1);

    variant_added: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Busy, Failed }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, mode: Mode }
    } |view| { view.a.set(1); view.mode.set(Mode::Failed); };

    variant_renumbered: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Busy = 7 }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { mode: Mode }
    } |view| view.mode.set(Mode::Busy);

    variant_renamed: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Working }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { mode: Mode }
    } |view| view.mode.set(Mode::Working);

    variants_added_and_removed: {
        #[derive(SharedLayout, Clone, Copy, Debug)] #[repr(u8)]
        enum Mode { Idle, Failed = 2 }
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { mode: Mode }
    } |view| view.mode.set(Mode::Failed);

    alignment_raised: {
        #[derive(SharedLayout)] #[repr(C, align(64))]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    alignment_raised_with_room: {
        #[derive(SharedLayout)] #[repr(C, align(64))] #[shm(capacity = 64)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    alignment_of_a_page: {
        #[derive(SharedLayout)] #[repr(C, align(4096))] #[shm(capacity = 4096)]
        struct Record { a: u64 }
    } |view| view.a.set(1);

    renamed: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, temperature: f64 }
    } |view| { view.a.set(1); view.temperature.set(21.5); };

    renamed_with_alias: {
        #[derive(SharedLayout)] #[repr(C)]
        struct Record { a: u64, #[shm(alias = "temp")] temperature: f64 }
    } |view| { view.a.set(1); view.temperature.set(21.5); };

    first_lock: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 1024)]
        struct Record { a: u64, account: Mutex<i64> }
    } |view| { view.a.set(1); view.account.lock().expect("the last owner is alive").set(5); };

    no_zero: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 256)]
        struct Record { a: u64, id: std::num::NonZeroU32 }
    } |view| { view.a.set(1); view.id.set(std::num::NonZeroU32::MIN); };

    too_little_room: {
        #[derive(SharedLayout)] #[repr(C)] #[shm(capacity = 24)]
        struct Record { a: u64, b: u64, c: u64 }
    } |view| view.a.set(1);
}

//! The fast copy and the literal one have the same effect, byte for byte, and touch nothing else.
//!
//! `SHM_COPY_ROUNDS=500 cargo test --release -p shm-core --lib copy` tries more positions for each
//! length; `SHM_COPY_SEED` makes other random choices.

use super::*;

/// The longest copy, longer than the last threshold between code paths, and the room on both sides of
/// it.
const MOST: usize = 4096 + 256;
const ROOM: usize = 128;

/// Random numbers, the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        Self(number("SHM_COPY_SEED", 7) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// Memory whose start is aligned to a page, so that the distance between two offsets in their pages is
/// known: some code paths depend on it.
#[derive(Clone)]
#[repr(C, align(4096))]
struct Memory([u8; MOST + 2 * ROOM]);

impl Memory {
    fn random(random: &mut Random) -> Self {
        let mut memory = Self([0; MOST + 2 * ROOM]);
        memory.0.fill_with(|| random.next() as u8);
        memory
    }

    fn at(&self, offset: usize) -> *const u8 {
        self.0[offset..].as_ptr()
    }

    fn at_mut(&mut self, offset: usize) -> *mut u8 {
        self.0[offset..].as_mut_ptr()
    }
}

/// The source of a copy and the previous contents of its target: random bytes everywhere.
struct Bench {
    source: Memory,
    before: Memory,
    /// Written by the fast copy and by the literal one. Restored after each case.
    fast: Memory,
    slow: Memory,
}

/// The offset of a copy on both sides, and its length.
#[derive(Clone, Copy, Debug)]
struct Case {
    len: usize,
    shared: usize,
    private: usize,
}

impl Bench {
    fn new(random: &mut Random) -> Self {
        let before = Memory::random(random);
        Self { source: Memory::random(random), fast: before.clone(), slow: before.clone(), before }
    }

    /// Loads, stores and fills with both copies. All memory is compared, not only the copied range.
    fn check<T: Word + Copy>(&mut self, case: Case) {
        let Case { len, shared, private } = case;
        let (from, to) = (self.source.at(shared), private);
        // SAFETY: the ranges lie inside the memories, which only this test uses; the shared one is
        // aligned.
        unsafe { load::<T>(from, self.fast.at_mut(to), len) };
        // SAFETY: as above.
        unsafe { portable::load::<T>(from, self.slow.at_mut(to), len) };
        self.compare("load", size_of::<T>(), case);

        if size_of::<T>() == size_of::<u64>() {
            // SAFETY: as above.
            unsafe { peek(from, self.fast.at_mut(to), len) };
            // SAFETY: as above.
            unsafe { portable::load::<u64>(from, self.slow.at_mut(to), len) };
            self.compare("load", size_of::<T>(), case);
        }

        let (from, to) = (self.source.at(private), shared);
        // SAFETY: as above.
        unsafe { store::<T>(self.fast.at_mut(to), from, len) };
        // SAFETY: as above.
        unsafe { portable::store::<T>(self.slow.at_mut(to), from, len) };
        self.compare("store", size_of::<T>(), case);

        // SAFETY: any bytes are a valid `T`, and there are enough.
        let value = unsafe { from.cast::<T>().read_unaligned() };
        // SAFETY: as above.
        unsafe { fill::<T>(self.fast.at_mut(to), value, len) };
        // SAFETY: as above.
        unsafe { portable::fill::<T>(self.slow.at_mut(to), value, len) };
        self.compare("fill", size_of::<T>(), case);
    }

    fn compare(&mut self, what: &str, width: usize, case: Case) {
        assert!(self.fast.0 == self.slow.0, "{what} of elements of {width} bytes: {case:?}");
        let Case { len, shared, private } = case;
        // Both are equal by now, so one is enough: only the target range can have changed.
        let at = if what == "load" { private } else { shared };
        let changed = at..at + len;
        for memory in [&mut self.fast, &mut self.slow] {
            memory.0[changed.clone()].copy_from_slice(&self.before.0[changed.clone()]);
        }
        assert!(self.slow.0 == self.before.0, "{what} wrote outside its range: {case:?}");
    }
}

/// Every length, each at several random offsets.
fn every_length<T: Word + Copy>() {
    let mut random = Random::seeded();
    let mut bench = Bench::new(&mut random);
    let width = size_of::<T>();
    for _ in 0..number("SHM_COPY_ROUNDS", 2) {
        for len in (0..=MOST).step_by(width) {
            let shared = random.below(ROOM / width) * width;
            bench.check::<T>(Case { len, shared, private: random.below(ROOM) });
        }
    }
}

/// Every alignment of both sides that makes a difference, with lengths on both sides of every threshold.
fn every_alignment<T: Word + Copy>() {
    let mut random = Random::seeded();
    let mut bench = Bench::new(&mut random);
    let width = size_of::<T>();
    let thresholds = [0, 16, 32, 64, 128, 256, 512, 1024, 4096];
    let around = |at: usize| [at.saturating_sub(width), at, at + width, at + 3 * width];
    for len in thresholds.into_iter().flat_map(around) {
        for shared in (0..64).step_by(width) {
            for private in [0, 1, 2, 7, 8, 15, 16, 17, 24, 31, 32, 48, 63] {
                let case = Case { len, shared, private };
                bench.check::<T>(case);
            }
        }
    }
}

#[test]
fn both_copies_agree_on_bytes_at_every_length() {
    every_length::<u8>();
}

#[test]
fn both_copies_agree_on_bytes_at_every_alignment() {
    every_alignment::<u8>();
}

#[test]
fn both_copies_agree_on_elements_of_two_bytes_at_every_length() {
    every_length::<u16>();
}

#[test]
fn both_copies_agree_on_elements_of_two_bytes_at_every_alignment() {
    every_alignment::<u16>();
}

#[test]
fn both_copies_agree_on_elements_of_four_bytes_at_every_length() {
    every_length::<u32>();
}

#[test]
fn both_copies_agree_on_elements_of_four_bytes_at_every_alignment() {
    every_alignment::<u32>();
}

#[test]
fn both_copies_agree_on_elements_of_eight_bytes_at_every_length() {
    every_length::<u64>();
}

#[test]
fn both_copies_agree_on_elements_of_eight_bytes_at_every_alignment() {
    every_alignment::<u64>();
}

#[test]
fn signed_and_floating_elements_are_filled_by_their_bits() {
    let mut memory = Memory([0; MOST + 2 * ROOM]);
    // SAFETY: inside the memory, which only this test uses, and aligned.
    unsafe { fill::<i16>(memory.at_mut(2), -2, 200) };
    // SAFETY: as above.
    unsafe { fill::<f64>(memory.at_mut(208), -0.1, 200) };
    // SAFETY: as above.
    unsafe { fill::<bool>(memory.at_mut(512), true, 600) };
    assert_eq!(memory.0[..2], [0; 2]);
    assert!(memory.0[2..202].chunks(2).all(|bytes| bytes == (-2_i16).to_ne_bytes()));
    assert!(memory.0[208..408].chunks(8).all(|bytes| bytes == (-0.1_f64).to_ne_bytes()));
    assert!(memory.0[512..1112].iter().all(|byte| *byte == 1));
    assert_eq!(memory.0[1112], 0);
}

/// Without this the other tests could compare the literal copy with itself.
#[cfg(shm_assembly)]
#[test]
fn a_processor_with_avx_takes_the_fast_path() {
    let (from, mut to) = (Memory([7; MOST + 2 * ROOM]), Memory([0; MOST + 2 * ROOM]));
    // SAFETY: inside the memories, which only this test uses, and aligned.
    unsafe { load::<u8>(from.at(0), to.at_mut(0), MOST) };
    assert_eq!(x86_64::is_known_to_have_avx(), std::arch::is_x86_feature_detected!("avx"));
}

/// Without this the tests would not notice if `build.rs` left the assembly out, or kept it in where a
/// sanitizer must see each access:
/// `RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo test -p shm-core --lib copy --target x86_64-unknown-linux-gnu`.
#[cfg(all(target_arch = "x86_64", not(miri), not(feature = "portable")))]
#[test]
fn assembly_is_left_out_only_for_a_sanitizer() {
    let sanitized = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"]
        .into_iter()
        .any(|name| std::env::var(name).is_ok_and(|flags| flags.contains("sanitizer")));
    assert_eq!(cfg!(shm_assembly), !sanitized);
}

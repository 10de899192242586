//! Small things that programs write every day: printing fields, iterating, whole arrays, flags.

use shm_core::field::byteorder::{BE, U32};
use shm_core::{
    Bytes, CText, Field, Mutex, Overlay, ReadOnly, Region, SharedLayout, Text,
    field::Be,
    traits::{Access, CanWrite, PlainView},
};

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    poses: [Pose; 3],
    grid: [[u16; 2]; 2],
    letters: [char; 3],
    letter: char,
    port: Be<u16>,
    offset: U32<BE>,
    label: CText<8>,
    title: Mutex<Text<8>>,
    flag: bool,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u64,
    pixels: [u32],
}

fn station() -> Region<Station> {
    Region::options().private().unwrap()
}

fn shown(text: impl std::fmt::Display) -> String {
    text.to_string()
}

#[test]
fn a_field_is_printed_in_the_format_that_is_asked_for() {
    let station = station();
    station.temperature.set(21.46);
    station.flag.set(true);
    station.letter.set('é');
    station.port.set(8080);
    station.offset.set(0x0102);
    station.label.set("north").unwrap();
    assert_eq!(format!("{:.1}", station.temperature), "21.5");
    assert_eq!(format!("{:>5}|{:<5}|", station.letter, station.port), "    é|8080 |");
    assert_eq!(format!("{:04}", station.offset), "0258");
    assert_eq!(format!("[{:^7}]", station.label), "[ north ]");
    assert_eq!(shown(&station.flag), "true");
}

#[test]
fn handles_and_guards_print_what_they_lead_to() {
    let hits = Region::<u64>::options().private().unwrap();
    hits.set(7);
    assert_eq!(format!("{hits:03}"), "007");
    assert_eq!(shown(hits.read_only()), "7");
    let station = station();
    station.temperature.set(-1.0);
    assert_eq!(shown(station.project(|station| &station.temperature)), "-1");
    let title = station.title.lock().unwrap();
    title.set("gate").unwrap();
    assert_eq!(format!("{:>6}", *title), "  gate");
    assert_eq!(format!("{title}"), "gate");
}

#[test]
fn bytes_that_are_not_a_value_are_printed_as_such() {
    let station = station();
    station.letter.repr().set(0xd800);
    assert_eq!(shown(&station.letter), "<invalid 0xd800>");
}

#[test]
fn arrays_are_loaded_and_stored_whole_as_structs_are() {
    let station = station();
    let poses = [1.0, 2.0, 3.0].map(|x| Pose { x, y: -x });
    station.poses.store(&poses);
    assert_eq!(station.poses.load().unwrap(), poses);
    assert_eq!(station.poses[1].load().unwrap(), poses[1]);
    station.grid.store(&[[1, 2], [3, 4]]);
    assert_eq!(station.read_only().grid.load().unwrap(), [[1, 2], [3, 4]]);

    let table = Region::<[[u8; 4]]>::options().len(2).private().unwrap();
    table[1].store(b"ping");
    assert_eq!(&table[1].load().unwrap(), b"ping");
}

#[test]
fn an_array_with_a_bad_element_gives_an_error_and_not_a_value() {
    let station = station();
    station.letters.store(&['a', 'b', 'c']);
    station.letters[1].repr().set(0x11_0000);
    let error = station.letters.load().unwrap_err();
    assert!(error.to_string().contains("letters[1]"), "{error}");
}

#[test]
fn any_plain_view_loads_and_stores_its_value() {
    fn copy<V: PlainView<Mode: CanWrite>>(from: &V, to: &V) {
        to.store(&from.load().unwrap());
    }
    let (from, to) = (station(), station());
    from.poses.store(&[Pose { x: 1.0, y: 2.0 }; 3]);
    from.letter.set('x');
    copy(&from.poses, &to.poses);
    copy(&from.poses[0].x, &to.poses[0].y);
    copy(&from.letter, &to.letter);
    assert_eq!(to.poses[0].load().unwrap(), Pose { x: 1.0, y: 1.0 });
    assert_eq!(to.poses[2].y.get(), 2.0);
    assert_eq!(to.letter.get().unwrap(), 'x');
}

fn sum<'a, A: Access + 'a>(fields: impl IntoIterator<Item = &'a Field<u32, A>>) -> u32 {
    fields.into_iter().map(|field| field.get()).sum()
}

#[test]
fn regions_of_slices_and_arrays_are_iterated_by_a_for_loop() {
    let samples = Region::<[u32]>::options().len(3).private().unwrap();
    for (sample, value) in (&samples).into_iter().zip(1..) {
        sample.set(value);
    }
    let mut seen = Vec::new();
    for sample in &samples {
        seen.push(sample.get());
    }
    assert_eq!(seen, [1, 2, 3]);
    let reader: Region<[u32], ReadOnly> = samples.read_only();
    assert_eq!(sum(&reader), 6);

    let four = Region::<[u32; 4]>::options().private().unwrap();
    for sample in &four {
        sample.set(2);
    }
    assert_eq!(sum(&four), 8);
    assert_eq!(sum(&four.project(|four| &four[1..])), 6);
    assert_eq!(sum(&four.project(|four| four)), 8);

    let frame = Region::<Frame>::options().len(5).private().unwrap();
    for pixel in &frame.pixels {
        pixel.set(1);
    }
    assert_eq!(sum(&frame.pixels), 5);

    let numbers = [3_u32, 4];
    // SAFETY: the numbers outlive the overlays, and nothing writes them.
    let slice = unsafe { Overlay::<[u32]>::from_raw_read_only(numbers.as_ptr().cast(), 8) };
    assert_eq!(sum(&slice.unwrap()), 7);
    // SAFETY: as above.
    let array = unsafe { Overlay::<[u32; 2]>::from_raw_read_only(numbers.as_ptr().cast(), 8) };
    assert_eq!(sum(&array.unwrap()), 7);
}

#[test]
fn the_steps_of_a_bool_are_those_of_logic() {
    let flag = Region::<bool>::options().private().unwrap();
    for (before, value) in [(false, false), (false, true), (true, false), (true, true)] {
        let after = |step: fn(&Field<bool>, bool) -> bool| {
            flag.set(before);
            assert_eq!(step(&flag, value), before);
            flag.get()
        };
        assert_eq!(after(|flag, value| flag.fetch_and(value)), before & value);
        assert_eq!(after(|flag, value| flag.fetch_or(value)), before | value);
        assert_eq!(after(|flag, value| flag.fetch_xor(value)), before ^ value);
    }
}

/// C programs store other bytes than 1 as `true`; no operation may turn such a `true` into `false`, and
/// a flip must not leave it `true`.
#[test]
fn the_steps_of_a_bool_take_every_byte_but_zero_as_true() {
    let mut memory = 0_u8;
    let start = &raw mut memory;
    // SAFETY: the byte outlives both overlays, and is used only through them, with atomics.
    let byte = unsafe { Overlay::<u8>::from_raw(start, 1).unwrap() };
    // SAFETY: as above.
    let flag = unsafe { Overlay::<bool>::from_raw(start, 1).unwrap() };
    for foreign in [1, 2, 0x80, 0xff] {
        let after = |step: fn(&Field<bool>) -> bool| {
            byte.set(foreign);
            assert!(step(&flag));
            flag.get()
        };
        assert!(after(|flag| flag.fetch_and(true)));
        assert!(!after(|flag| flag.fetch_and(false)));
        assert!(after(|flag| flag.fetch_or(false)));
        assert!(after(|flag| flag.fetch_or(true)));
        assert!(after(|flag| flag.fetch_xor(false)));
        assert!(!after(|flag| flag.fetch_xor(true)));
        assert_eq!(byte.get(), 0);
    }
}

#[test]
fn no_flip_of_a_bool_is_lost() {
    const FLIPS: usize = 100_001;
    let flag = Region::<bool>::options().private().unwrap();
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| (0..FLIPS).for_each(|_| _ = flag.fetch_xor(true)));
        }
        (0..FLIPS).for_each(|_| _ = flag.fetch_xor(true));
    });
    assert!(flag.get(), "an odd number of flips, three times");
}

#[test]
fn text_and_bytes_are_made_from_common_types() {
    assert_eq!(Text::<8>::try_from("gate").unwrap(), "gate");
    assert_eq!("gate".parse::<CText<4>>().unwrap(), CText::try_from("gate").unwrap());
    assert_eq!(CText::<4>::try_from(b"gate".as_slice()).unwrap().to_str(), Ok("gate"));
    assert_eq!(Bytes::<2>::try_from(b"\0\x01").unwrap(), b"\0\x01");
    assert_eq!(Bytes::<5>::try_from("é").unwrap(), "é".as_bytes()[..]);
    let slice: &[u8] = &[1, 2];
    assert_eq!(Bytes::<2>::try_from(slice).unwrap(), slice[..]);
    assert!(Text::<3>::try_from("gate").is_err());
    assert!(CText::<8>::try_from("a\0b").is_err());
    assert!(Bytes::<1>::try_from(slice).is_err());
    assert!(Bytes::<1>::try_from(b"ab").is_err());
}

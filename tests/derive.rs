//! The output of `#[derive(SharedLayout)]`, as used by a program.

use std::cell::UnsafeCell;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Deref;

use shm_core::layout::Kind;
use shm_core::{
    Bulk, Event, Latest, Mutex, Once, ReadOnly, Region, SharedLayout, Text, View, Watched,
    field::Validated,
    traits::{Access, Plain, PlainView, Root, Shared, TailRoot, ValidZeroed},
};

/// A position.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
    heading: f32,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy = 5,
    Gone,
}

/// One weather station.
#[derive(SharedLayout, Debug, PartialEq)]
#[repr(C)]
struct Station {
    /// Outside, in the shade.
    ///
    /// Two metres up.
    #[shm(unit = "°C")]
    temperature: f64,
    hits: u64,
    samples: [u32; 4],
    pose: Pose,
    mode: Mode,
}

#[derive(SharedLayout, Debug, PartialEq)]
#[repr(C, align(64))]
struct Pair(u8, u32);

#[derive(SharedLayout, Debug, PartialEq)]
#[repr(C)]
struct Ring<T, const N: usize = 4>
where
    T: Debug,
{
    head: u32,
    items: [T; N],
    marker: PhantomData<T>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u64,
    height: u16,
    pixels: [u8],
}

#[test]
fn fields_are_read_and_written_by_name() {
    let station = Region::<Station>::options().private().unwrap();
    station.temperature.set(21.5);
    station.samples[3].set(7);
    station.pose.x.set(-1.0);
    station.hits.fetch_add(2);
    assert_eq!(station.temperature.get(), 21.5);
    assert_eq!(station.samples.load_vec().unwrap(), [0, 0, 0, 7]);
    assert_eq!((station.pose.x.get(), station.hits.get()), (-1.0, 2));
    assert_eq!(station.mode.get().unwrap(), Mode::Idle);
}

#[test]
fn a_view_has_the_size_and_alignment_of_its_struct() {
    fn agree<T: SharedLayout>() {
        assert_eq!(size_of::<Shared<T>>(), size_of::<T>());
        assert_eq!(align_of::<Shared<T>>(), align_of::<T>());
        assert_eq!(size_of::<Shared<T, ReadOnly>>(), size_of::<T>());
        assert_eq!((T::LAYOUT.size(), T::LAYOUT.align()), (size_of::<T>(), align_of::<T>()));
    }
    agree::<Station>();
    agree::<Pair>();
    agree::<Ring<u16, 3>>();
    agree::<Mode>();
    assert_eq!(align_of::<Shared<Pair>>(), 64);
}

#[test]
fn a_layout_says_what_was_written() {
    const SAMPLES: usize = Station::LAYOUT.offset_of("samples[1]");
    assert_eq!(SAMPLES, 20);
    assert_eq!(
        (Station::LAYOUT.name(), Station::LAYOUT.doc()),
        ("Station", "One weather station.")
    );
    let temperature = Station::LAYOUT.field("temperature").unwrap();
    assert_eq!(temperature.doc(), "Outside, in the shade.\n\nTwo metres up.");
    assert_eq!(temperature.unit(), "°C");
    assert_eq!(Pair::LAYOUT.field("1").unwrap().offset(), 4);
    let Kind::Enum { variants, .. } = Mode::LAYOUT.kind() else { panic!("not an enum") };
    let variants: Vec<_> = variants.iter().map(|v| (v.name, v.discriminant)).collect();
    assert_eq!(variants, [("Idle", 0), ("Busy", 5), ("Gone", 6)]);
}

#[test]
fn whole_values_go_in_and_out_field_by_field() {
    let value = Station {
        temperature: 1.0,
        hits: 2,
        samples: [3, 4, 5, 6],
        pose: Pose { x: 7.0, y: 8.0, heading: 9.0 },
        mode: Mode::Busy,
    };
    let station = Region::<Station>::options().private().unwrap();
    station.store(&value);
    assert_eq!(station.load().unwrap(), value);
    let mut other = Station { hits: 0, ..station.load().unwrap() };
    station.read_only().load_into(&mut other).unwrap();
    assert_eq!(other, value);
    assert_eq!(station.pose.load().unwrap(), value.pose);
}

#[test]
fn a_store_leaves_padding_alone() {
    #[repr(C, align(64))]
    struct Memory([u8; 64]);

    let memory = UnsafeCell::new(Memory([0xee; 64]));
    // SAFETY: the memory has the size and alignment of a `Pair`, and is not used while the view is.
    let pair = unsafe { &*memory.get().cast::<PairView>() };
    pair.store(&Pair(1, 2));
    assert_eq!(memory.into_inner().0[..9], [1, 0xee, 0xee, 0xee, 2, 0, 0, 0, 0xee]);
}

#[test]
fn a_struct_knows_whether_its_bytes_are_its_value() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Packed<T> {
        number: u64,
        words: [u32; 2],
        item: T,
        marker: PhantomData<T>,
    }

    fn facts<T: Plain>() -> (bool, bool) {
        (T::ANY_BYTES, T::NO_PADDING)
    }
    assert_eq!(facts::<Packed<f64>>(), (true, true));
    assert_eq!(facts::<[Packed<f64>; 3]>(), (true, true));
    assert_eq!(facts::<Packed<Packed<u64>>>(), (true, true));
    assert_eq!(facts::<Packed<u8>>(), (true, false), "seven bytes at the end are padding");
    assert_eq!(facts::<Packed<Packed<u8>>>(), (true, false));
    assert_eq!(facts::<Pair>(), (true, false));
    assert_eq!(facts::<Packed<[bool; 8]>>(), (false, true), "a byte may be neither 0 nor 1");
    assert_eq!(facts::<Packed<[char; 2]>>(), (false, true));
    assert_eq!(facts::<Mode>(), (false, true));
}

#[test]
fn slices_of_structs_are_copied_in_bulk() {
    let poses = Region::<[Pose; 3]>::options().private().unwrap();
    let pose = Pose { x: 1.0, y: 2.0, heading: 3.0 };
    poses[1..].fill(pose);
    assert_eq!(poses.load_vec().unwrap(), [Pose { x: 0.0, y: 0.0, heading: 0.0 }, pose, pose]);
}

#[test]
fn generic_code_works_on_generic_views() {
    fn sum<T, const N: usize>(ring: &View<Ring<T, N>, impl Access>) -> u64
    where
        T: Plain + Debug,
    {
        ring.head.get().into()
    }
    let ring = Region::<Ring<u16, 3>>::options().private().unwrap();
    ring.store(&Ring { head: 9, items: [1, 2, 3], marker: PhantomData });
    assert_eq!(ring.items[2].get(), 3);
    assert_eq!(ring.load().unwrap().items, [1, 2, 3]);
    assert_eq!(sum(&ring) + sum(ring.deref().read_only()), 18);
    assert_eq!(Ring::<u64>::LAYOUT.size(), 40);
}

#[test]
fn an_enum_is_validated_and_says_what_is_allowed() {
    let mode = Region::<Mode>::options().private().unwrap();
    mode.set(Mode::Gone);
    assert_eq!(mode.get().unwrap(), Mode::Gone);
    mode.repr().set(4);
    assert_eq!(mode.get().unwrap_err().allowed(), "0 (Idle), 5 (Busy), 6 (Gone)");
    assert_eq!(Mode::from_repr(5), Some(Mode::Busy));
}

#[test]
fn a_trailing_slice_starts_in_what_would_be_padding() {
    let tail = Frame::TAIL.unwrap();
    assert_eq!((tail.offset, tail.stride, tail.align), (10, 1, 8));
    assert_eq!(Frame::ROOT_LAYOUT.size(), 16);
    assert_eq!(Frame::ROOT_LAYOUT.field("pixels").unwrap().offset(), 10);
    let frame = Region::<Frame>::options().len(7).private().unwrap();
    assert_eq!((frame.pixels.len(), size_of_val(&*frame)), (7, 24));
    frame.width.set(3);
    frame.pixels[6].set(0xab);
    assert_eq!(frame.read_only().pixels[6].get(), 0xab);
}

#[test]
fn views_are_printed_like_their_structs() {
    assert_eq!(format!("{:?}", Region::<Pair>::options().private().unwrap()), "Pair(0, 0)");
    let frame = format!("{:?}", Region::<Frame>::options().len(2).private().unwrap());
    assert_eq!(frame, "Frame { width: 0, height: 0, pixels: [0, 0] }");
}

#[test]
fn zero_is_valid_if_it_is_valid_for_every_field() {
    fn zero<T: ValidZeroed + ?Sized>() {}
    fn plain_view<V: PlainView>() {}
    fn tail<T: TailRoot + ?Sized>() {}
    zero::<Station>();
    zero::<Ring<char, 2>>();
    zero::<Frame>();
    plain_view::<StationView<ReadOnly>>();
    tail::<Frame>();
}

/// A doc comment made by a macro.
macro_rules! said {
    () => {
        "by a macro"
    };
}

#[doc = concat!("Said ", said!(), ".")]
///   Indented.
#[doc = "\nLast. "]
#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Noted<T> {
    /**
     * Outside,
     *
     *   in the shade.
     */
    block: T,
    /** In one line. */
    line: u8,
    #[doc = include_str!("../LICENSE-MIT")]
    included: u16,
    #[doc = concat!(" ", "first", "\n second  ")]
    #[shm(unit = "m")]
    several: u32,
    #[r#doc = "raw"]
    raw: NotedEnum,
    /** First,
     * and then
     * the rest. */
    text: [u8; 4],
}

#[doc = concat!("An ", "enum.")]
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum NotedEnum {
    Idle,
}

#[test]
fn notes_are_the_text_of_a_doc_comment_however_it_is_written() {
    let layout = Noted::<u64>::LAYOUT;
    assert_eq!(layout.doc(), "Said by a macro.\n  Indented.\n\nLast.");
    let doc = |name| layout.field(name).unwrap().doc();
    assert_eq!(doc("block"), "Outside,\n\n  in the shade.");
    assert_eq!(doc("line"), "In one line.");
    let license = include_str!("../LICENSE-MIT");
    let clean: Vec<_> =
        license.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    assert_eq!(doc("included"), clean.join("\n").trim());
    assert_eq!((doc("several"), layout.field("several").unwrap().unit()), ("first\nsecond", "m"));
    assert_eq!(doc("raw"), "raw");
    assert_eq!(doc("text"), "First,\nand then\nthe rest.");
    assert_eq!(NotedEnum::LAYOUT.doc(), "An enum.");
    assert_eq!(NotedEnum::Idle as u8, 0);
}

/// Every live type.
#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Live<T> {
    latest: Latest<Pose>,
    of_text: Latest<Text<8>, 2>,
    mutex: Mutex<Pose>,
    nothing: Mutex<()>,
    watched: Watched<Mode>,
    event: Event,
    once: Once,
    nested: [Mutex<Watched<T>>; 2],
}

#[test]
fn a_struct_with_live_types_can_derive_debug() {
    fn is_debug<T: Debug>() {}
    is_debug::<Live<u32>>();
    let live = Region::<Live<u32>>::options().private().unwrap();
    let shown = format!("{:?}", &*live);
    assert!(shown.starts_with("Live { latest: Latest { value: Pose { x: 0.0"), "{shown}");
}

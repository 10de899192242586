//! [`HeapValue`]: the values that are stored whole in a block, and how they get in and out of it.

use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;

use zerocopy::IntoBytes;

use super::content::Unfit;
use super::decoder::Decoder;
use super::elements::{load_bytes, store_bytes};
use super::encoder::Encoder;
use super::part::Part;
use crate::protocol::{Hardware, Machine};
use crate::sync::{Draft, Value, load_value, words_of};

/// A value that an [`Owned`](super::Owned) or a [`Map`](super::Map) keeps: any plain value and, with
/// `#[derive(HeapValue)]`, an ordinary struct with text and elements of any length, which [`Part`] lists.
///
/// It is stored whole in one block, its contents included, and replaced whole: readers never see a title
/// of one value and the tags of another.
///
/// ```
/// use shm_core::heap::HeapValue;
/// use shm_core::{Map, Owned, Region, SharedLayout};
///
/// #[derive(HeapValue, Clone, Debug, PartialEq)]
/// struct Job {
///     /// As the user gave it.
///     title: String,
///     #[shm(unit = "s")]
///     timeout: f64,
///     steps: Vec<Step>,
/// }
///
/// #[derive(HeapValue, Clone, Debug, PartialEq)]
/// struct Step { command: Vec<String>, state: State }
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(u8)]
/// enum State { Waiting, Done }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { current: Owned<Job>, by_id: Map<u64, Job> }
///
/// let board = Region::<Board>::options().heap_max(1 << 20).private()?;
/// let step = Step { command: vec!["make".into(), "all".into()], state: State::Waiting };
/// let job = Job { title: "nightly build".into(), timeout: 0.5, steps: vec![step] };
/// board.current.set(&job)?;
/// board.by_id.insert(&7, &job)?;
///
/// board.by_id.update(&7, |job| {
///     if let Some(job) = job {
///         job.steps[0].state = State::Done;
///     }
/// })?;
/// assert_eq!(board.current.load()?.as_ref(), Some(&job));
/// assert_ne!(board.by_id.get(&7)?, Some(job));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The struct needs no `repr`: only its fixed part is in the region, in the order of its fields, and
/// [`docs/format.md`] has the bytes. `#[shm(unit = "..")]` on a field, doc comments and
/// `#[shm(crate = "..")]` mean what they mean for [`SharedLayout`](macro@crate::SharedLayout). A struct of plain
/// data only can derive either; with `SharedLayout` it can also be a field of a region by itself.
///
/// [`docs/format.md`]: https://docs.rs/crate/shm-core/latest/source/docs/format.md
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a heap",
    label = "neither plain data nor a struct with `#[derive(HeapValue)]`",
    note = "an `Owned` keeps `str`, `[T]` of plain values, one plain value, or one struct with `#[derive(HeapValue)]`, whose parts have any length",
    note = "locks, `Owned` and other live types cannot be inside it; put them beside it in the struct"
)]
pub trait HeapValue: Part<Value = Self> + Sized {
    #[doc(hidden)]
    #[inline]
    fn byte_len(&self) -> usize {
        Self::end(self, size_of::<Self::Head>())
    }

    #[doc(hidden)]
    #[inline]
    fn store(&self, words: &[AtomicU64]) {
        HeapValue::with_bytes(self, |bytes| store_bytes(words, bytes));
    }

    #[doc(hidden)]
    #[inline]
    fn with_bytes<R>(&self, work: impl FnOnce(&[u8]) -> R) -> R {
        let fixed = size_of::<Self::Head>();
        with_room(HeapValue::byte_len(self), |bytes| {
            Self::write(self, 0, &mut Encoder::new(bytes, fixed));
            work(bytes)
        })
    }

    #[doc(hidden)]
    #[inline]
    fn load(words: &[AtomicU64], len: usize, out: &mut Option<Self>) -> Result<(), Unfit> {
        with_room(len.min(size_of_val(words)), |bytes| {
            // SAFETY: there is room for that many bytes, and the words have them.
            unsafe { load_bytes(words, bytes.as_mut_ptr(), bytes.len()) };
            let Some(mut from) = Decoder::new(bytes, size_of::<Self::Head>()) else {
                return Err(Unfit::size(Self::LAYOUT.name(), len));
            };
            *out = Some(Self::read(0, &mut from).map_err(Unfit::Inside)?);
            Ok(())
        })
    }
}

/// Copies of values up to this size are made on the stack.
const STACK: usize = 512;

/// Calls `work` with that many bytes, which are zero.
#[inline]
fn with_room<R>(len: usize, work: impl FnOnce(&mut [u8]) -> R) -> R {
    match [0; STACK].get_mut(..len) {
        Some(bytes) => work(bytes),
        None => work(&mut vec![0; len]),
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> HeapValue for T {
    #[inline]
    fn byte_len(&self) -> usize {
        size_of::<T>()
    }

    #[inline]
    fn store(&self, words: &[AtomicU64]) {
        // So that the compiler knows the length: a block has room for the value.
        let Some(words) = words.get(..size_of::<T>().div_ceil(8)) else { return };
        if T::STORES_AS_WORDS {
            return Hardware::store_words(words_of(self), words);
        }
        Draft::with(|draft| {
            let mut image = draft.zero();
            self.encode(&mut image);
            Hardware::store_words(image.words(), words);
        });
    }

    #[inline]
    fn with_bytes<R>(&self, work: impl FnOnce(&[u8]) -> R) -> R {
        if T::STORES_AS_WORDS {
            return work(words_of(self).as_bytes());
        }
        Draft::with(|draft| {
            let mut image = draft.zero();
            self.encode(&mut image);
            work(&image.words().as_bytes()[..size_of::<T>()])
        })
    }

    #[inline(always)]
    fn load(words: &[AtomicU64], len: usize, out: &mut Option<T>) -> Result<(), Unfit> {
        let Some(words) = words.get(..size_of::<T>().div_ceil(8)).filter(|_| len == size_of::<T>())
        else {
            return Err(Unfit::size(T::VALUE_LAYOUT.name(), len));
        };
        let value = if T::LOADS_AS_WORDS {
            let mut value = MaybeUninit::uninit();
            load_value(words, &mut value);
            // SAFETY: all words were copied, of which any are a value.
            unsafe { value.assume_init() }
        } else {
            let decoded = Draft::<T>::with(|draft| {
                draft.fill(words);
                // SAFETY: all words of a value were copied.
                let image = unsafe { draft.filled() };
                T::decode(&image)
            });
            decoded.map_err(Unfit::Part)?
        };
        *out = Some(value);
        Ok(())
    }
}

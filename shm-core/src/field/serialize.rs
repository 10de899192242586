//! serde's traits for this crate's value types (feature `serde`).

use std::fmt;

use serde_core::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde_core::ser::{self, Serialize, Serializer};

use super::{Be, Bytes, CText, Le, Text};
use crate::scalar::ByteOrdered;

/// (De)serializes a number of [`byteorder`](crate::field::byteorder), whose types are zerocopy's and do not
/// implement serde's traits: `#[serde(with = "shm_core::field::as_number")]` on a field reads and writes the
/// number itself.
///
/// ```
/// use shm_core::field::byteorder::{BE, U32};
/// use shm_core::{field::Be, Region, SharedLayout, Text};
///
/// #[derive(SharedLayout, serde::Serialize, serde::Deserialize)]
/// #[repr(C)]
/// struct Header {
///     length: Be<u16>,
///     #[serde(with = "shm_core::field::as_number")]
///     checksum: U32<BE>,
/// }
///
/// let header = Region::<Header>::options().private()?;
/// header.store(&serde_json::from_str(r#"{"length": 20, "checksum": 7}"#)?);
/// assert_eq!(header.checksum.get(), 7);
/// assert_eq!(serde_json::to_string(&header.load()?)?, r#"{"length":20,"checksum":7}"#);
///
/// assert_eq!(serde_json::to_string(&Text::<8>::new("north")?)?, r#""north""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod as_number {
    use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::field::Packed;

    /// Serializes the number in the processor's byte order.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<V, S>(value: &V, serializer: S) -> Result<S::Ok, S::Error>
    where
        V: Packed<Native: Serialize>,
        S: Serializer,
    {
        value.native().serialize(serializer)
    }

    /// Deserializes a number.
    ///
    /// # Errors
    /// The deserializer's.
    pub fn deserialize<'de, V, D>(deserializer: D) -> Result<V, D::Error>
    where
        V: Packed<Native: Deserialize<'de>>,
        D: Deserializer<'de>,
    {
        V::Native::deserialize(deserializer).map(V::from_native)
    }
}

macro_rules! as_native {
    ($($ordered:ident)*) => {$(
        /// As the native number.
        impl<T: ByteOrdered + Serialize> Serialize for $ordered<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.get().serialize(serializer)
            }
        }

        impl<'de, T: ByteOrdered + Deserialize<'de>> Deserialize<'de> for $ordered<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                T::deserialize(deserializer).map(Self::new)
            }
        }
    )*};
}

as_native! { Be Le }

/// As a string.
impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// As a string; text that is not UTF-8 is an error, as it is for a `Path`.
impl<const N: usize> Serialize for CText<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.to_str().map_err(ser::Error::custom)?)
    }
}

/// As bytes, which formats such as JSON write as an array of numbers.
impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

macro_rules! from_string {
    ($($text:ident)*) => {$(
        impl<'de, const N: usize> Deserialize<'de> for $text<N> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader<const N: usize>;

                impl<const N: usize> Visitor<'_> for Reader<N> {
                    type Value = $text<N>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "text of at most {N} bytes")
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$text<N>, E> {
                        $text::new(text).map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Reader)
            }
        }
    )*};
}

from_string! { Text CText }

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<const N: usize>;

        impl<'de, const N: usize> Visitor<'de> for Reader<N> {
            type Value = Bytes<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {N} bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Bytes<N>, E> {
                Bytes::new(bytes).map_err(E::custom)
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Bytes<N>, S::Error> {
                let mut bytes = Bytes::default();
                while let Some(byte) = seq.next_element()? {
                    bytes.extend_from_slice(&[byte]).map_err(de::Error::custom)?;
                }
                Ok(bytes)
            }
        }

        deserializer.deserialize_bytes(Reader)
    }
}

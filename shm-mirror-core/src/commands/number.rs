//! [`Hex`]: numbers in JSON that have more bits than every reader of JSON keeps.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// A number of which JSON has all hexadecimal digits, as a string: 16 for a `u64`, 32 for a `u128`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hex<T>(pub T);

macro_rules! hex {
    ($($type:ty, $digits:literal;)*) => {$(
        impl fmt::Display for Hex<$type> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{:0", $digits, "x}"), self.0)
            }
        }

        impl Serialize for Hex<$type> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for Hex<$type> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                let expected = concat!($digits, " hexadecimal digits");
                let is_one = text.len() == $digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                let number = <$type>::from_str_radix(&text, 16).ok().filter(|_| is_one);
                number.map(Self).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &expected))
            }
        }
    )*};
}

hex! {
    u64, 16;
    u128, 32;
}

//! The uses of a type: the traits that its Rust form has, as facts.

use crate::schema::TypeTextFault;

/// The known facts about a type beyond its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) shape: Shape,
    /// Values of it can be copied in and out: nothing inside is live (`Plain`).
    pub(super) plain: bool,
    /// It may stand in a region by itself (`Placeable`).
    pub(super) placeable: bool,
}

/// How a type is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Part by part, each in one step (`SharedLayout`).
    Parts,
    /// Wider than any processor accesses in one step.
    Wide,
    /// An array of these.
    WideArray,
    /// A slice.
    Slice,
    /// A struct that ends in one.
    Tailed,
}

/// Why a type cannot be where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// The fault; follows the type in a sentence.
    pub(super) cause: &'static str,
    /// The advice.
    pub(super) help: &'static str,
}

impl Fault {
    pub(super) fn refused(self, found: String) -> TypeTextFault {
        TypeTextFault::Refused { found, fault: self.cause, help: self.help }
    }
}

const WIDE: Fault = Fault {
    cause: "is read and written by no processor in one step",
    help: "put it into a `Latest`, alone or in an array, or use two `u64`",
};
const RUN_TIME: Fault = Fault {
    cause: "has a length that is known at run time: only the whole, or its last field, can",
    help: "use an array, `[T; N]`",
};
const LIVE: Fault = Fault {
    cause: "is where processes meet, and a `Latest` holds copies of values",
    help: "put it beside the `Latest`, or around it",
};
const BARE: Fault = Fault {
    cause: "could be seen with a new length and the old content",
    help: "put it into a `Latest` or a `Mutex`, alone or in a struct",
};
const WIDE_ROWS: Fault =
    Fault { cause: "is an array of arrays of them", help: "use one array, `[u128; N]`" };
const AFTER_A_SLICE: Fault =
    Fault { cause: "comes after a slice", help: "a slice must be the last field" };

pub(super) const EMPTY: Fault = Fault {
    cause: "has no bytes, so it has no versions",
    help: "use an `Event`, or a type with a value",
};

pub(super) const NOTHING: Fault = Fault {
    cause: "has no bytes, so there is nothing to push",
    help: "use a counter, or a type with a value",
};
const IN_A_QUEUE: Fault = Fault {
    cause: "is where processes meet, and a `Queue` holds copies of values",
    help: "put it beside the `Queue`",
};

impl Facts {
    /// A number, and whatever else is whole in itself.
    pub(super) const LEAF: Self = Self { shape: Shape::Parts, plain: true, placeable: true };
    /// `u128` and `i128`.
    pub(super) const WIDE: Self = Self { shape: Shape::Wide, ..Self::LEAF };
    /// `Text<N>` and `Bytes<N>`, whose length and content must agree.
    pub(super) const COUNTED: Self = Self { placeable: false, ..Self::LEAF };
    /// What processes meet at.
    pub(super) const LIVE: Self = Self { plain: false, ..Self::LEAF };

    /// An array of these.
    pub(super) fn array(self) -> Result<Self, Fault> {
        match self.shape {
            Shape::Parts => Ok(self),
            Shape::Wide => Ok(Self { shape: Shape::WideArray, ..self }),
            Shape::WideArray => Err(WIDE_ROWS),
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
        }
    }

    /// A slice of these.
    pub(super) fn slice(self) -> Result<Self, Fault> {
        self.expect_parts()?;
        Ok(Self { shape: Shape::Slice, ..self })
    }

    /// A struct with one more field, which is the last so far.
    pub(super) fn with_field(self, field: Self) -> Result<Self, Fault> {
        let shape = match (self.shape, field.shape) {
            (Shape::Parts, Shape::Slice) => Shape::Tailed,
            (Shape::Parts, _) => {
                field.expect_parts()?;
                Shape::Parts
            }
            _ => return Err(AFTER_A_SLICE),
        };
        let (plain, placeable) = (self.plain && field.plain, self.placeable && field.placeable);
        Ok(Self { shape, plain, placeable })
    }

    /// A `Latest` of these.
    pub(super) fn latest(self) -> Result<Self, Fault> {
        match self.shape {
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
            _ if self.plain => Ok(Self::LIVE),
            _ => Err(LIVE),
        }
    }

    /// A `Queue` of these.
    pub(super) fn queue(self) -> Result<Self, Fault> {
        match self.shape {
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
            _ if self.plain => Ok(Self::LIVE),
            _ => Err(IN_A_QUEUE),
        }
    }

    /// A `Mutex` of these.
    pub(super) fn mutex(self) -> Result<Self, Fault> {
        self.expect_parts()?;
        Ok(Self::LIVE)
    }

    /// A `Watched` of these, which are read and written part by part.
    pub(super) fn watched(self) -> Result<Self, Fault> {
        self.expect_parts()?;
        Ok(Self { placeable: self.placeable, ..Self::LIVE })
    }

    /// Whether it can be a field of the whole.
    pub(super) fn expect_field(self) -> Result<(), Fault> {
        match self.shape {
            Shape::Slice => {}
            _ => self.expect_parts()?,
        }
        self.expect_placeable()
    }

    /// Whether a region can hold it.
    pub(super) fn expect_root(self) -> Result<(), Fault> {
        match self.shape {
            Shape::Wide | Shape::WideArray => Err(WIDE),
            _ => self.expect_placeable(),
        }
    }

    /// Whether it may stand in a region by itself.
    fn expect_placeable(self) -> Result<(), Fault> {
        if self.placeable { Ok(()) } else { Err(BARE) }
    }

    fn expect_parts(self) -> Result<(), Fault> {
        match self.shape {
            Shape::Parts => Ok(()),
            Shape::Wide | Shape::WideArray => Err(WIDE),
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
        }
    }
}

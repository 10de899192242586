//! Where a type can be used: the traits of its Rust form, as facts.

use crate::schema::TypeTextFault;

/// The known facts about a type beyond its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) shape: Shape,
    /// Whether values can be copied in and out: nothing inside is live (`Plain`).
    pub(super) plain: bool,
    /// Whether it can be in a region outside of a live type (`Placeable`).
    pub(super) placeable: bool,
    /// Whether a part of it has any length, so that it is stored whole, in the heap (`HeapValue`).
    pub(super) whole: bool,
    /// Whether code of the type folds rows of it.
    pub(super) own_fold: bool,
}

/// The way in which a type is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Part by part, each in one step (`SharedLayout`).
    Parts,
    /// Not at all: it is wider than any processor accesses in one step.
    Wide,
    /// An array of those.
    WideArray,
    /// Not by itself: it is a part of a value in the heap, or an array of those.
    Contents,
    /// A slice.
    Slice,
    /// A struct that ends in a slice.
    Tailed,
}

/// The reason why a type cannot be where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// The fault: the predicate of a sentence about the type.
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
    cause: "cannot be read or written in one step on any processor",
    help: "put it into a `Latest`, alone or in an array, or use two `u64`",
};
const RUN_TIME: Fault = Fault {
    cause: "has a run-time length: only the whole value, or its last field, can have one",
    help: "use an array, `[T; N]`",
};
const LIVE: Fault = Fault {
    cause: "is shared state, and a `Latest` or a `Ring` holds copies of values",
    help: "put it beside that, or around it",
};
const KEPT: Fault = Fault {
    cause: "is shared state, and an `Owned` or a `Map` holds plain values",
    help: "put it beside that",
};
const WHOLE: Fault = Fault {
    cause: "has any length, as only a value of an `Owned` or a `Map` can",
    help: "in a struct, use `Owned<str>`, `Owned<[T]>`, `Latest<Text<32>>`, `CText<32>`, `[T; N]`, or `[T]` \
           as the last field",
};
const NO_STRUCT: Fault = Fault {
    cause: "is a part of a value, and by itself has another type",
    help: "use `str` or `[T]`, or a struct around it",
};
const IN_PARTS: Fault = Fault {
    cause: "has a part of any length, as only a value of an `Owned` or a `Map` by itself can",
    help: "use a struct with a field `Vec<T>`",
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

pub(super) const NO_VALUE: Fault =
    Fault { cause: "has no bytes, so there is nothing to own", help: "use a type with a value" };
pub(super) const UNCOUNTED: Fault = Fault {
    cause: "has no bytes, so a `Vec` of it has none either",
    help: "use a number, how many there are",
};
pub(super) const NOTHING: Fault = Fault {
    cause: "has no bytes, so there is nothing to push",
    help: "use a counter, or a type with a value",
};
const IN_A_QUEUE: Fault = Fault {
    cause: "is where processes meet, and a `Queue` holds copies of values",
    help: "put it beside the `Queue`",
};

const IN_A_ROW: Fault = Fault {
    cause: "is shared state, and a row of a `PerProcess` holds plain values",
    help: "put it beside the `PerProcess`",
};
pub(super) const NO_ROW: Fault =
    Fault { cause: "has no bytes, so a row has nothing to count in", help: "use a counter" };

impl Facts {
    /// A number, and every other type without parts.
    pub(super) const LEAF: Self =
        Self { shape: Shape::Parts, plain: true, placeable: true, whole: false, own_fold: false };
    /// `u128` and `i128`.
    pub(super) const WIDE: Self = Self { shape: Shape::Wide, ..Self::LEAF };
    /// `Text<N>` and `Bytes<N>`, whose length and content must agree.
    pub(super) const COUNTED: Self = Self { placeable: false, ..Self::LEAF };
    /// `String` and `Vec<T>`, in a value in the heap.
    pub(super) const CONTENTS: Self = Self { shape: Shape::Contents, whole: true, ..Self::LEAF };
    /// A struct of which a part has any length.
    pub(super) const WHOLE: Self = Self { whole: true, ..Self::LEAF };
    /// A type through which processes synchronize.
    pub(super) const LIVE: Self = Self { plain: false, ..Self::LEAF };

    /// Makes an array of this type.
    pub(super) fn array(self) -> Result<Self, Fault> {
        match self.shape {
            Shape::Parts | Shape::Contents => Ok(self),
            Shape::Wide => Ok(Self { shape: Shape::WideArray, ..self }),
            Shape::WideArray => Err(WIDE_ROWS),
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
        }
    }

    /// Makes a slice of this type.
    pub(super) fn slice(self) -> Result<Self, Fault> {
        self.expect_fixed(if self.shape == Shape::Contents { WHOLE } else { IN_PARTS })?;
        self.expect_parts()?;
        Ok(Self { shape: Shape::Slice, ..self })
    }

    /// Makes a `Vec` of this type.
    pub(super) fn vector(self) -> Result<Self, Fault> {
        match self.shape {
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
            _ if self.plain => Ok(Self::CONTENTS),
            _ => Err(KEPT),
        }
    }

    /// Adds a field to a struct, after the others.
    pub(super) fn with_field(self, field: Self) -> Result<Self, Fault> {
        let shape = match (self.shape, field.shape) {
            (Shape::Parts, Shape::Slice) => Shape::Tailed,
            // It is never accessed in place.
            (Shape::Parts, Shape::Wide | Shape::WideArray) if self.whole => Shape::Parts,
            (Shape::Parts, Shape::Contents) => Shape::Parts,
            (Shape::Parts, _) => {
                field.expect_parts()?;
                Shape::Parts
            }
            _ => return Err(AFTER_A_SLICE),
        };
        let (plain, placeable) = (self.plain && field.plain, self.placeable && field.placeable);
        let (whole, own_fold) = (self.whole || field.whole, self.own_fold || field.own_fold);
        Ok(Self { shape, plain, placeable, whole, own_fold })
    }

    /// Makes a `Latest` or `Ring` of this type.
    pub(super) fn versioned(self) -> Result<Self, Fault> {
        self.expect_fixed(WHOLE)?;
        match self.shape {
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
            _ if self.plain => Ok(Self::LIVE),
            _ => Err(LIVE),
        }
    }

    /// Makes an `Owned` of this type, which may be a slice.
    pub(super) fn owned(self) -> Result<Self, Fault> {
        match self.shape {
            Shape::Tailed => Err(RUN_TIME),
            Shape::Contents => Err(NO_STRUCT),
            _ if self.plain => Ok(Self::LIVE),
            _ => Err(KEPT),
        }
    }

    /// Makes a `Queue` of this type.
    pub(super) fn queue(self) -> Result<Self, Fault> {
        self.expect_fixed(WHOLE)?;
        match self.shape {
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
            _ if self.plain => Ok(Self::LIVE),
            _ => Err(IN_A_QUEUE),
        }
    }

    /// Makes a `PerProcess` of this type, which is read and written part by part.
    pub(super) fn rows(self) -> Result<Self, Fault> {
        self.expect_parts()?;
        self.expect_placeable()?;
        if self.plain { Ok(Self::LIVE) } else { Err(IN_A_ROW) }
    }

    /// Makes a `Mutex` of this type.
    pub(super) fn mutex(self) -> Result<Self, Fault> {
        self.expect_fixed(WHOLE)?;
        self.expect_parts()?;
        Ok(Self::LIVE)
    }

    /// Makes a `Watched` of this type, which is read and written part by part.
    pub(super) fn watched(self) -> Result<Self, Fault> {
        self.expect_fixed(WHOLE)?;
        self.expect_parts()?;
        Ok(Self { placeable: self.placeable, ..Self::LIVE })
    }

    /// Checks that it can be a field of the whole value.
    pub(super) fn expect_field(self) -> Result<(), Fault> {
        match self.shape {
            Shape::Slice => {}
            _ => self.expect_parts()?,
        }
        self.expect_placeable()
    }

    /// Checks that a region can hold it.
    pub(super) fn expect_root(self) -> Result<(), Fault> {
        match self.shape {
            Shape::Wide | Shape::WideArray => Err(WIDE),
            _ => self.expect_placeable(),
        }
    }

    /// Checks that it can be in a region outside of a live type.
    fn expect_placeable(self) -> Result<(), Fault> {
        self.expect_fixed(WHOLE)?;
        if self.placeable { Ok(()) } else { Err(BARE) }
    }

    /// Checks that it has one length.
    fn expect_fixed(self, fault: Fault) -> Result<(), Fault> {
        if self.whole { Err(fault) } else { Ok(()) }
    }

    fn expect_parts(self) -> Result<(), Fault> {
        match self.shape {
            Shape::Parts => Ok(()),
            Shape::Wide | Shape::WideArray => Err(WIDE),
            Shape::Contents => Err(WHOLE),
            Shape::Slice | Shape::Tailed => Err(RUN_TIME),
        }
    }
}

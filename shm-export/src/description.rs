//! [`Description`]: the input of the exporters.

use shm_schema::layout::{Endian, Layout};
use shm_schema::schema::{Schema, SchemaError, Type, TypeKind, Unknown};

use crate::error::Error;
use crate::kinds;

/// A layout, with the names, comments and units that people gave it: the input of every exporter.
///
/// It comes from a type of this program, from a schema, or from a file that [`json::read`](crate::json::read)
/// reads. No region is needed:
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_export::{Description, c};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station {
///     /// Outside, in the shade.
///     temperature: f64,
///     hits: u64,
/// }
///
/// let header = c::header(&Description::of(Station::LAYOUT)?)?;
/// assert!(header.contains("double station_get_temperature(const station *self)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Description {
    /// The layout, with the names of types, doc comments and units.
    pub schema: Schema,
    /// The byte order of the data.
    pub byte_order: Endian,
    /// The room for the value in bytes, if regions are made with room to grow.
    pub capacity: Option<u64>,
    /// A name for the whole, instead of its type's.
    pub name: Option<String>,
}

impl Description {
    /// Describes a layout of this program: `Station::LAYOUT` or, of a root without a size of its own,
    /// `<[Station]>::ROOT_LAYOUT`.
    ///
    /// # Errors
    /// If it exceeds a limit of the format.
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        Ok(Self::new(Schema::of(layout)?))
    }

    /// Describes a schema, for data in this machine's byte order.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self { schema, byte_order: native(), capacity: None, name: None }
    }

    /// Gives the whole another name than its type's.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name that its type has, if that is a struct of the user's own.
    ///
    /// Other types, such as `f64` or `[Station]`, give no name to the whole.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        kinds::name(self.root()).filter(|_| self.root().is_plain_struct())
    }

    /// The name of the whole: the one that was given, that of its type, or `Region`.
    pub(crate) fn root_name(&self) -> &str {
        self.name.as_deref().or(self.type_name()).unwrap_or("Region")
    }

    /// The fingerprint of the layout.
    ///
    /// # Errors
    /// If a part of it is of a kind that only a later version of the format knows, or is a live type that
    /// does not have the parts of its role.
    pub(crate) fn fingerprint(&self) -> Result<u64, Error> {
        let made = |ty: Type<'_>| match ty.kind() {
            TypeKind::Unknown(Unknown { role: Some(role), .. }) => {
                Err(Error::Malformed { role: role.name().to_owned() })
            }
            _ => Ok(()),
        };
        self.schema.types().try_for_each(made)?;
        self.schema.fingerprint().ok_or(Error::UnknownKind)
    }

    /// The type of the whole.
    pub(crate) fn root(&self) -> Type<'_> {
        self.schema.root()
    }
}

/// The byte order of this machine.
pub(crate) fn native() -> Endian {
    if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little }
}

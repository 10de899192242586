//! [`TypeTexts`]: a schema builder that reads types as texts.

use super::names;
use super::parse::{Known, Types, whole_type};
use super::rules::Facts;
use crate::schema::{SchemaBuilder, SchemaError, TypeId};

/// A [`SchemaBuilder`] to which types can also be added as texts, with the syntax of
/// [`DynLayout`](super::DynLayout) and names for the types added before.
///
/// It serves readers of struct descriptions in other forms that contain type texts.
/// [`DynLayout::from_schema`](super::DynLayout::from_schema) checks whether a region can be created with
/// the result.
///
/// ```
/// use shm_core::dynamic::TypeTexts;
/// use shm_core::schema::{StructField, StructType};
///
/// let mut types = TypeTexts::new();
/// let number = types.parse("the number", "f64")?;
/// let pose = StructType::new("Pose").field(StructField::new("x", number).at(8));
/// let pose = types.builder().structure(pose);
/// types.name("Pose", pose);
/// let poses = types.parse("the whole", "[Latest<Pose>; 2]")?;
/// let schema = types.into_builder().finish(poses)?;
/// assert_eq!(schema.root().size(), 640);
///
/// let error = types_of_robots().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the robot, in `Latest<Robot>` at byte 7: there is no type `Robot`"
/// );
/// assert!(error.help().is_some_and(|help| help.starts_with("define it first, or use one such as")));
/// # fn types_of_robots() -> Result<shm_core::schema::TypeId, shm_core::schema::SchemaError> {
/// #     TypeTexts::new().parse("the robot", "Latest<Robot>")
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TypeTexts {
    types: Types,
}

impl TypeTexts {
    /// Returns a builder without types, and with only the names that every text can use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a name is predefined in every text: a scalar, a live type, a typecode.
    #[must_use]
    pub fn is_taken(name: &str) -> bool {
        names::is_taken(name)
    }

    /// Names a type for the texts that follow.
    pub fn name(&mut self, name: impl Into<String>, ty: TypeId) {
        let anything = Known { id: ty, facts: Facts::LEAF };
        self.types.named.insert(name.into(), anything);
    }

    /// Adds the type that a text describes. `place` names the text's subject, for the error.
    ///
    /// # Errors
    /// The position of the mistake in the text, what was found there and what was expected.
    pub fn parse(&mut self, place: &str, text: &str) -> Result<TypeId, SchemaError> {
        let known = whole_type(text, &mut self.types);
        known.map(|known| known.id).map_err(|fault| fault.in_text(place, text))
    }

    /// Returns the builder, to add types without a text.
    pub fn builder(&mut self) -> &mut SchemaBuilder {
        &mut self.types.schema
    }

    /// Returns the builder, to finish the schema.
    #[must_use]
    pub fn into_builder(self) -> SchemaBuilder {
        self.types.schema
    }
}

//! Rules about the type of a field that tokens alone can decide. Facts that only traits know (a foreign
//! type without the derive) are checked by bounds in the generated code.

use syn::{GenericArgument, Path, PathArguments, Type, TypePath};

use crate::errors::Errors;
use crate::model::Field;

/// Whether a slice is allowed here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Last,
    Other,
}

/// Applies all rules to all fields.
pub(crate) fn check_all(fields: &[Field<'_>], errors: &mut Errors) {
    let last = fields.len().saturating_sub(1);
    for (index, field) in fields.iter().enumerate() {
        let position = if index == last { Position::Last } else { Position::Other };
        let name = field.name(index);
        Check { index, name: &name, errors: &mut *errors }.check_type(field.ty, position);
    }
}

/// A field whose type is being checked.
struct Check<'a> {
    index: usize,
    name: &'a str,
    errors: &'a mut Errors,
}

impl Check<'_> {
    fn check_type(&mut self, ty: &Type, position: Position) {
        match ty {
            Type::Array(array) => self.check_type(&array.elem, Position::Other),
            Type::Group(group) => self.check_type(&group.elem, position),
            Type::Paren(paren) => self.check_type(&paren.elem, position),
            Type::Slice(slice) => {
                self.check_slice_is_last(ty, position);
                self.check_type(&slice.elem, Position::Other);
            }
            Type::Ptr(_) | Type::Reference(_) => self.check_not_an_address(ty),
            Type::BareFn(_) => self.check_not_a_function(ty),
            Type::TraitObject(_) => self.check_not_dyn(ty),
            Type::Tuple(_) => self.check_not_a_tuple(ty),
            Type::Path(path) => self.check_path(path),
            _ => {}
        }
    }

    fn refuse(&mut self, ty: impl quote::ToTokens, cause: &str, help: &str) {
        self.errors.field(self.index, ty, &format!("field `{}` {cause}", self.name), help);
    }

    fn check_not_an_address(&mut self, ty: &Type) {
        self.refuse(
            ty,
            "holds an address",
            "an address means nothing in another process; store the value itself, or an index; where a foreign struct has a pointer that is never followed here, use `u64`",
        );
    }

    fn check_not_a_function(&mut self, ty: &Type) {
        self.refuse(
            ty,
            "holds the address of a function",
            "another process has different code at that address; store a fieldless enum that says which function to call",
        );
    }

    fn check_not_dyn(&mut self, ty: &Type) {
        self.refuse(
            ty,
            "is a trait object, which holds the address of its functions",
            "store a fieldless enum that says which type it is, and the data in a struct",
        );
    }

    fn check_not_a_tuple(&mut self, ty: &Type) {
        self.refuse(
            ty,
            "is a tuple, whose layout is not fixed",
            "use a `#[repr(C)]` struct with `#[derive(SharedLayout)]`; it may be a tuple struct",
        );
    }

    fn check_slice_is_last(&mut self, ty: &Type, position: Position) {
        if position == Position::Other {
            self.refuse(
                ty,
                "is a slice in the middle",
                "only the last field of a struct can have a run-time length; use an array, `[T; N]`",
            );
        }
    }

    fn check_path(&mut self, ty: &TypePath) {
        let Some(name) = std_name(ty) else { return };
        match &*name {
            "usize" | "isize" => self.check_not_pointer_sized(ty, &name),
            "u128" | "i128" => self.check_not_128_bits(ty, &name),
            "String" | "str" => self.check_not_a_string(ty, &name),
            "Vec" | "VecDeque" => self.check_not_a_vector(ty, &name),
            "Box" | "Rc" | "Arc" => self.check_not_a_box(ty, &name),
            _ => {}
        }
    }

    fn check_not_pointer_sized(&mut self, ty: &TypePath, name: &str) {
        let fixed = if name == "usize" { "u64` or `u32" } else { "i64` or `i32" };
        let cause = format!("is a `{name}`, whose size depends on the machine");
        self.refuse(ty, &cause, &format!("use `{fixed}`"));
    }

    fn check_not_128_bits(&mut self, ty: &TypePath, name: &str) {
        let half = if name == "u128" { "u64" } else { "i64" };
        let cause = format!("is a `{name}`, which no processor reads or writes in one step");
        self.refuse(ty, &cause, &format!("use two `{half}`, or `[{half}; 2]`"));
    }

    fn check_not_a_string(&mut self, ty: &TypePath, name: &str) {
        let cause = format!("is a `{name}`, whose text is in this process's heap");
        let cause = if name == "str" { "is a `str`, which has no fixed length" } else { &cause };
        self.refuse(ty, cause, "use `CText<N>` or `[u8; N]`, which hold the text itself");
    }

    fn check_not_a_vector(&mut self, ty: &TypePath, name: &str) {
        self.refuse(
            ty,
            &format!("is a `{name}`, whose elements are in this process's heap"),
            "use an array, `[T; N]`, or a slice, `[T]`, as the last field",
        );
    }

    fn check_not_a_box(&mut self, ty: &TypePath, name: &str) {
        let inner = first_type_argument(&ty.path)
            .map_or_else(|| "T".to_owned(), |inner| quote::quote!(#inner).to_string());
        self.refuse(
            ty,
            &format!("is `{name}<..>`, whose content is in this process's heap"),
            &format!("store the value itself: `{inner}`"),
        );
    }
}

/// Returns the last name of a path, if it is the only one or the path starts in the standard library.
/// `self::Vec` is a type of the user's own.
fn std_name(ty: &TypePath) -> Option<String> {
    let first = ty.path.segments.first()?;
    let from_std = ["std", "alloc", "core"].iter().any(|root| first.ident == root);
    let alone = ty.path.segments.len() == 1 && ty.path.leading_colon.is_none();
    let named = ty.qself.is_none() && (alone || from_std);
    named.then(|| ty.path.segments.last().map(|segment| segment.ident.to_string()))?
}

fn first_type_argument(path: &Path) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

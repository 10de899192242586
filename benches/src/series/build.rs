//! The cost of a derive in a build: the time that Cargo takes for the same structs with different
//! derives, with all their dependencies compiled before.

use super::generated::{Derive, Step, Workshop};
use super::{Better, Measured, Plan, Work};
use crate::outcome::Failure;

const fn plan(
    key: &'static str,
    title: &'static str,
    x: &'static str,
    work: fn(&Workshop) -> Result<Vec<Measured>, Failure>,
) -> Plan {
    Plan {
        key,
        title,
        x,
        y: "s",
        better: Better::Lower,
        base: Some(Derive::Nothing.title()),
        note: "Seconds of one call of Cargo, including its start, without incremental compilation. \
               The derives do different things: SharedLayout generates a second struct, proofs and \
               access to every field.",
        work: Work::Cargo(work),
    }
}

pub(crate) const CHECK_FIELDS: Plan =
    plan("check-fields", "`cargo check` of one struct, by its fields", "fields", |workshop| {
        measure(workshop, Step::Check, &FIELDS)
    });

pub(crate) const BUILD_FIELDS: Plan =
    plan("build-fields", "`cargo build` of one struct, by its fields", "fields", |workshop| {
        measure(workshop, Step::Build, &FIELDS)
    });

pub(crate) const CHECK_STRUCTS: Plan = plan(
    "check-structs",
    "`cargo check` of structs of 10 fields, by their number",
    "structs",
    |workshop| measure(workshop, Step::Check, &STRUCTS),
);

pub(crate) const BUILD_STRUCTS: Plan = plan(
    "build-structs",
    "`cargo build` of structs of 10 fields, by their number",
    "structs",
    |workshop| measure(workshop, Step::Build, &STRUCTS),
);

pub(crate) const CLEAN_BUILD: Plan = Plan {
    base: Some(Derive::Serde.title()),
    note: "Seconds of `cargo build` in an empty target directory, without the network: the crate with the \
           derive and its own dependencies are compiled as well.",
    ..plan(
        "clean-build",
        "A clean build of structs of 10 fields, with all dependencies",
        "structs",
        |workshop| {
            let mut points = Vec::new();
            for shape in &[many(1), many(100)] {
                for derive in Derive::ALL {
                    let seconds = workshop.time_clean(derive, shape.structs, shape.fields)?;
                    points.push(Measured::new(derive.title(), shape.x, seconds));
                }
            }
            Ok(points)
        },
    )
};

/// Structs, and fields of each.
struct Shape {
    structs: usize,
    fields: usize,
    x: f64,
}

const fn one(fields: usize) -> Shape {
    Shape { structs: 1, fields, x: fields as f64 }
}

const fn many(structs: usize) -> Shape {
    Shape { structs, fields: 10, x: structs as f64 }
}

const FIELDS: [Shape; 4] = [one(10), one(100), one(300), one(1000)];
const STRUCTS: [Shape; 3] = [many(1), many(10), many(100)];

fn measure(workshop: &Workshop, step: Step, shapes: &[Shape]) -> Result<Vec<Measured>, Failure> {
    let mut points = Vec::new();
    for shape in shapes {
        for derive in Derive::ALL {
            let seconds = workshop.time(derive, step, shape.structs, shape.fields)?;
            points.push(Measured::new(derive.title(), shape.x, seconds));
        }
    }
    Ok(points)
}

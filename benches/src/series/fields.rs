//! The influence of a struct's number of fields on access and opening: a program is generated, with a
//! struct of each size.

use std::fmt::Write;

use super::generated::{Derive, Workshop, one_struct};
use super::{Better, Measured, Plan, Work};
use crate::outcome::Failure;

pub(crate) const PLAN: Plan = Plan {
    key: "fields",
    title: "Access and opening, by the number of fields",
    x: "fields",
    y: "ns",
    better: Better::Lower,
    base: None,
    note: "Opening reads the file's schema and compares it with the program's, byte for byte, so it grows with \
           the number of fields; access does not.",
    work: Work::Cargo(measure),
};

const COUNTS: [usize; 5] = [10, 30, 100, 300, 1000];

fn measure(workshop: &Workshop) -> Result<Vec<Measured>, Failure> {
    let printed = workshop.run("generated-fields", &program())?;
    printed
        .lines()
        .map(|line| {
            let mut words = line.rsplitn(3, ' ');
            let mut number = || words.next().and_then(|word| word.parse().ok());
            let (y, x) = (number(), number());
            match (words.next(), x, y) {
                (Some(line), Some(x), Some(y)) => Ok(Measured::new(line, x, y)),
                _ => Err(format!("the generated program printed {line:?}").into()),
            }
        })
        .collect()
}

/// The program: its argument is a folder for regions.
fn program() -> String {
    let mut source = PRELUDE.to_owned();
    let mut calls = String::new();
    for count in COUNTS {
        source.push_str(&one_struct(Derive::SharedLayout, &format!("S{count}"), count));
        // The last field that is a u64; every fourth is, starting with the second.
        let last = (count - 2) / 4 * 4 + 1;
        let _ = writeln!(calls, "    measure!(S{count}, {count}, field1, field{last}, &folder);");
    }
    let _ = write!(
        source,
        "fn main() {{\n    let folder = std::env::args().nth(1).unwrap();\n{calls}}}\n"
    );
    source
}

/// Times each operation as `nanoseconds_each` does.
const PRELUDE: &str = r#"use std::hint::black_box;
use std::time::Instant;
use shm_core::Region;

fn each(mut work: impl FnMut()) -> f64 {
    let mut timed = |times: u64| {
        let start = Instant::now();
        for _ in 0..times {
            work();
        }
        start.elapsed().as_nanos() as f64
    };
    let mut times = 1;
    while timed(times) < 2e6 {
        times *= 2;
    }
    let mut all: Vec<f64> = (0..5).map(|_| timed(times) / times as f64).collect();
    all.sort_by(f64::total_cmp);
    all[2]
}

macro_rules! measure {
    ($type:ident, $count:literal, $first:ident, $last:ident, $folder:expr) => {
        let path = format!("{}/{}", $folder, stringify!($type));
        drop(Region::<$type>::options().create_or_replace(&path).unwrap());
        let opened = each(|| {
            black_box(Region::<$type>::open(&path).unwrap().$first.get());
        });
        println!("open {} {opened}", $count);
        let region = Region::<$type>::open(&path).unwrap();
        println!("get the first {} {}", $count, each(|| { black_box(region.$first.get()); }));
        println!("get the last {} {}", $count, each(|| { black_box(region.$last.get()); }));
        println!("set the last {} {}", $count, each(|| region.$last.set(black_box(7))));
        shm_core::region::unlink(&path).unwrap();
    };
}

"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_field_that_is_read_exists_and_is_a_number() {
        let program = program();
        for (count, last) in [(10, 9), (100, 97), (1000, 997)] {
            assert!(
                program.contains(&format!("measure!(S{count}, {count}, field1, field{last}, "))
            );
            assert!(program.contains(&format!("pub field{last}: u64,")), "field{last}");
        }
    }
}

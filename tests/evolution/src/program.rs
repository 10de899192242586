// The program that is built twice: it makes and opens regions of the struct that its build has for a case.

use std::error::Error;
use std::process::ExitCode;

use shm_core::{traits::{Placeable, Root}, Region, View};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [verb, case, path] = &arguments[..] else {
        eprintln!("usage: create|open|open-read-only CASE PATH");
        return ExitCode::from(2);
    };
    match records::run(case, verb, path) {
        Ok(shown) => {
            println!("{shown}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the verb on a region of `T`, and shows its contents.
fn act<T: Root + Placeable>(
    verb: &str,
    path: &str,
    fill: impl FnMut(&View<T>),
) -> Result<String, Box<dyn Error>> {
    Ok(match verb {
        "create" => format!("{:?}", Region::<T>::options().create_with(path, fill)?),
        "open" => format!("{:?}", Region::<T>::open(path)?),
        "open-read-only" => format!("{:?}", Region::<T>::open_read_only(path)?),
        _ => return Err(format!("no such verb: {verb}").into()),
    })
}

/// One struct for each case, with the contents of a new region of it.
macro_rules! records {
    ($($(#[$doc:meta])* $case:ident: { $($item:item)* } $fill:expr;)*) => {
        mod records {
            $($(#[$doc])* mod $case {
                #[allow(unused_imports, reason = "most cases use a part of this")]
                use shm_core::{field::Be, Latest, Mutex, SharedLayout};
                $($item)*
                pub(super) fn run(verb: &str, path: &str) -> Result<String, Box<dyn std::error::Error>> {
                    let fill: fn(&shm_core::View<Record>) = $fill;
                    crate::act::<Record>(verb, path, fill)
                }
            })*

            pub(crate) fn run(
                case: &str,
                verb: &str,
                path: &str,
            ) -> Result<String, Box<dyn std::error::Error>> {
                match case {
                    $(stringify!($case) => $case::run(verb, path),)*
                    _ => Err(format!("no such case: {case}").into()),
                }
            }
        }
    };
}

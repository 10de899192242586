//! A reader that cannot write: not by its types, not by its mapping, not by its file descriptor.

use std::error::Error;
use std::os::unix::fs::PermissionsExt;

use shm_core::{ReadOnly, Region, SharedLayout, View, traits::Access};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    hits: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("read-only-{}", std::process::id());
    let station = Region::<Station>::create(&name)?;
    let path = station.path().expect("it was created by name").to_owned();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400))?;

    let reader = Region::<Station>::open_read_only(&name)?;
    station.temperature.set(21.5);
    println!("the writer set 21.5, the reader sees {}", reader.temperature.get());
    println!("in words: {}", describe(&reader));
    // reader.temperature.set(0.0); // does not compile: "this view is read-only"

    for line in mappings_of(&path)? {
        println!("{line}");
    }
    station.unlink()?;
    Ok(())
}

/// Takes any station, whether it may be written or not.
fn describe(station: &View<Station, impl Access>) -> String {
    format!("{:.1} °C after {} hits", station.temperature.get(), station.hits.get())
}

/// Returns the kernel's description of the reader's mapping: `r--s`, shared and not writable. (The
/// creator's is listed without a name: it was mapped before the file had one.)
fn mappings_of(path: &std::path::Path) -> std::io::Result<Vec<String>> {
    let maps = std::fs::read_to_string("/proc/self/maps")?;
    let ours = maps.lines().filter(|line| line.ends_with(&*path.to_string_lossy()));
    Ok(ours.map(str::to_owned).collect())
}

const _: fn(&View<Station, ReadOnly>) -> String = |station| describe(station);

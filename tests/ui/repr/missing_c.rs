use shm_core::{SharedLayout, View};

#[derive(SharedLayout)]
struct Station {
    temperature: f64,
}

#[derive(SharedLayout)]
#[repr(align(16))]
struct Aligned(f64);

// These lines cause no further errors.
fn read(station: &View<Station>) -> f64 {
    const OFFSET: usize = Station::LAYOUT.offset_of("temperature");
    station.store(&Station { temperature: OFFSET as f64 });
    station.temperature.get()
}

fn main() {
    let _ = read as fn(&StationView) -> f64;
}

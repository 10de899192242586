//! Camera frames: one process takes pictures, others look at the newest, each as fast as it can.
//!
//! A frame is one version of a `Latest`: a reader gets a whole picture or an error, never the upper half of one and
//! the lower half of another. The camera waits for no reader; a reader that is slow misses frames and can say how
//! many. With four slots (the default) the camera writes one while three stay as they are, so that a reader has the time of three
//! frames for its copy.

use std::error::Error;
use std::process::Command;

use shm_core::{Latest, Region, SharedLayout, View, Watched};

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
const FRAMES: u64 = 50;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Frame {
    number: u64,
    /// grey, row by row
    pixels: [[u8; WIDTH]; HEIGHT],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Camera {
    frame: Watched<Latest<Frame>>,
    /// how many readers have seen the last frame
    done: Watched<u32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [name, delay] = &arguments[..] {
        return look(name, delay.parse()?);
    }
    let name = format!("camera-{}", std::process::id());
    let camera = Region::<Camera>::create(&name)?.remove_on_drop();
    let mut readers = Vec::new();
    // Milliseconds that a reader takes for a frame: a display, and a detector that is slower than the camera.
    for delay in ["0", "20"] {
        readers.push(Command::new(std::env::current_exe()?).args([&name, delay]).spawn()?);
    }
    take_pictures(&camera);
    for reader in &mut readers {
        assert!(reader.wait()?.success());
    }
    assert_eq!(camera.done.get()?, 2);
    Ok(())
}

/// Takes a picture every few milliseconds, whoever looks.
fn take_pictures(camera: &View<Camera>) {
    // A frame is large: it is made once, outside the stack, and changed.
    let mut frame = Box::new(Frame { number: 0, pixels: [[0; WIDTH]; HEIGHT] });
    for number in 1..=FRAMES {
        frame.number = number;
        for row in &mut frame.pixels {
            row.fill(number as u8);
        }
        camera.frame.change(|latest| latest.store(&frame)).expect("no other camera has died here");
        std::thread::sleep(std::time::Duration::from_millis(4));
    }
}

/// Looks at the newest frame again and again, until it has seen the last one.
fn look(name: &str, delay: u64) -> Result<(), Box<dyn Error>> {
    let camera = Region::<Camera>::open(name)?;
    let mut frame = Box::new(Frame { number: 0, pixels: [[0; WIDTH]; HEIGHT] });
    let (mut seen, mut missed) = (0, 0);
    while frame.number < FRAMES {
        let ticket = camera.frame.ticket();
        let before = frame.number;
        camera.frame.view().load_into(&mut frame)?;
        if frame.number == before {
            camera.frame.wait(ticket);
            continue;
        }
        assert!(frame.pixels.iter().flatten().all(|pixel| *pixel == frame.number as u8), "whole");
        (seen, missed) = (seen + 1, missed + frame.number - before - 1);
        std::thread::sleep(std::time::Duration::from_millis(delay));
    }
    println!("a reader that takes {delay} ms for a frame saw {seen} and missed {missed}");
    camera.done.change(|done| done.fetch_add(1));
    Ok(())
}

//! An image whose size is known at run time: a struct that ends in a slice.

use std::error::Error;

use shm_core::{Bulk, Region, SharedLayout, View};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Rgb {
    red: u8,
    green: u8,
    blue: u8,
}

/// A picture, row by row.
#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u32,
    height: u32,
    sequence: u64,
    pixels: [Rgb],
}

const WIDTH: usize = 16;
const HEIGHT: usize = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("image-{}", std::process::id());
    let options = Region::<Frame>::options().len(WIDTH * HEIGHT);
    let frame = options.create_with(&name, |frame| {
        frame.width.set(WIDTH as u32);
        frame.height.set(HEIGHT as u32);
        frame.pixels.fill(Rgb { red: 0, green: 0, blue: 64 });
    })?;

    draw_diagonal(&frame);

    // A program that opens it gets the length from the region.
    let reader = Region::<Frame>::open_read_only(&name)?;
    assert_eq!(reader.pixels.len(), WIDTH * HEIGHT);
    let mut row = [Rgb { red: 0, green: 0, blue: 0 }; WIDTH];
    for y in 0..HEIGHT {
        reader.pixels[y * WIDTH..][..WIDTH].load_into(&mut row)?;
        println!(
            "{}",
            row.map(|pixel| if pixel.red > 0 { '#' } else { '.' }).iter().collect::<String>()
        );
        assert_eq!(row[y * 2].red, 255);
    }
    println!("frame {} of {}x{}", reader.sequence.get(), reader.width.get(), reader.height.get());
    frame.unlink()?;
    Ok(())
}

fn draw_diagonal(frame: &View<Frame>) {
    let width = frame.width.get() as usize;
    for (y, row) in frame.pixels.chunks(width).enumerate() {
        row[y * 2].red.set(255);
    }
    frame.sequence.fetch_add(1);
}

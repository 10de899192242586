//! The article's `Value` and `Array`, made at run time: numbers and arrays that have a name, which another
//! process finds.
//!
//! In CPython, `Value('i', 7)` and `Array('d', 1000)` are cut out of a heap in shared memory, and a child gets
//! them only if they are passed to it when it is started. Here they have names in the heap of a region: the
//! child below is given nothing but the region's.
//!
//! | CPython | here |
//! | --- | --- |
//! | `RawValue('i', 7)`: no lock | `heap.named_from("started", &7_i32)?` |
//! | `Value('i')`: with a lock | `heap.named::<Mutex<i32>>("done")?` |
//! | `RawArray('d', [0.5, 1.5])` | `heap.named_from::<[f64]>("samples", &[0.5, 1.5])?` |
//! | `Array('d', 1000)` | a `Mutex` beside it, or atomic elements, as here |
//! | `Value(Point, 3, 4)` | `heap.named::<Point>("point")?` |

use std::error::Error;
use std::process::Command;

use shm_core::{Mutex, Region, SharedLayout};

/// As a `ctypes.Structure`.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
}

const SAMPLES: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => parent(),
        ["child", name] => child(name),
        _ => Err("usage: values".into()),
    }
}

fn parent() -> Result<(), Box<dyn Error>> {
    // A region of no value of its own: only what is made in its heap.
    let name = format!("values-{}", std::process::id());
    let region = Region::<()>::options().heap_max(1 << 20).create(&name)?.remove_on_drop();
    let heap = region.heap().ok_or("it was made with a heap")?;

    let started = heap.named_from("started", &0_i32)?;
    let done = heap.named::<Mutex<i32>>("done")?;
    let samples = heap.named_slice::<[f64]>("samples", SAMPLES)?;
    let point = heap.named_with::<Mutex<Point>, _>("point", |point| {
        point.lock()?.y.set(4.0);
        Ok::<(), Box<dyn Error>>(())
    })?;

    let start = || Command::new(std::env::current_exe()?).args(["child", &name]).spawn();
    let children: Vec<_> = (0..3).map(|_| start()).collect::<Result<_, _>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a child failed".into());
        }
    }

    // `value += 1` from three processes: none is lost, with a lock or without one.
    assert_eq!((started.get(), done.lock()?.get()), (3, 3));
    assert!(samples.iter().all(|sample| sample.get() == 3.0));
    let Point { x, y } = point.lock()?.load()?;
    println!("3 children added to {} samples, and moved the point to ({x}, {y})", samples.len());

    for object in heap.objects() {
        println!("  {:<8} {:<12} {:>5} bytes", object.name, object.type_name, object.size);
    }
    // The name goes; the value stays with whoever has a handle.
    assert!(heap.remove("samples")? && !samples.is_current());
    assert!(heap.find::<[f64]>("samples")?.is_none() && samples[0].get() == 3.0);
    Ok(())
}

fn child(name: &str) -> Result<(), Box<dyn Error>> {
    let region = Region::<()>::open(name)?;
    let heap = region.heap().ok_or("it has no heap")?;

    // No lock: one atomic addition.
    heap.find::<i32>("started")?.ok_or("not there")?.fetch_add(1);
    for sample in heap.find::<[f64]>("samples")?.ok_or("not there")?.iter() {
        sample.update(|sample| sample + 1.0);
    }
    // With its lock: several steps that no other process comes between.
    let point = heap.named::<Mutex<Point>>("point")?;
    let point = point.lock()?;
    point.x.set(point.x.get() + 1.0);
    point.y.set(point.y.get() * 2.0);
    // Another type is refused, with both layouts, as a region is.
    if let Err(error) = heap.find::<u16>("started") {
        assert!(error.to_string().contains("i32"), "{error}");
    }
    let done = heap.named::<Mutex<i32>>("done")?;
    done.lock()?.fetch_add(1);
    Ok(())
}

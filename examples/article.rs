//! Two Python scripts that share a page of memory, in Rust, without an offset worked out by hand.
//!
//! Script A maps a page of a file and stores the int 10 at its start and the three characters `foo`
//! right after it. Then it squares the int, turns `foo` into `bar`, and at last sets the int to 111.
//! Script B maps the same page and unpacks `'i'` from bytes 0..4 and `'3s'` from bytes 4..7; the 4 came
//! from `struct.calcsize('i')`.
//!
//! Here the offsets come from the compiler. The exchange is done twice: through a region with a
//! header, which checks that both sides mean the same, and through an overlay without one, so that
//! a real Python reads what we write and we read what it writes.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use shm_core::{CText, Overlay, Region, SharedLayout, View};

/// The values at the start of the page.
#[derive(SharedLayout)]
#[repr(C)]
struct Page {
    number: i32,
    word: CText<3>,
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        let page = Region::<Page>::open(name)?;
        println!("  B reads {} and {}", page.number.get(), page.word.get());
        return Ok(());
    }
    with_header()?;
    without_header()
}

/// Both sides in Rust, with a header: B opens the region by name.
fn with_header() -> Result<(), Box<dyn Error>> {
    println!("a region, checked when it is opened:");
    let name = format!("article-{}", std::process::id());
    let page = Region::<Page>::create(&name)?;
    let outcome = script_a(&page, &|| Ok(b_in_rust(&name)?));
    page.unlink()?;
    outcome
}

fn b_in_rust(name: &str) -> Result<(), std::io::Error> {
    let status = Command::new(std::env::current_exe()?).arg(name).status()?;
    assert!(status.success());
    Ok(())
}

/// The same file layout as the article's, read and written by Python.
fn without_header() -> Result<(), Box<dyn Error>> {
    println!("an overlay, read by Python:");
    let path = std::env::temp_dir().join(format!("article-{}.page", std::process::id()));
    // SAFETY: the file is new and this program's own; Python writes it only while it runs below.
    let page = unsafe { Overlay::<Page>::create(&path, 4096)? };
    let outcome = exchange_with_python(&page, &path);
    std::fs::remove_file(&path)?;
    outcome
}

fn exchange_with_python(page: &View<Page>, path: &Path) -> Result<(), Box<dyn Error>> {
    script_a(page, &|| python(UNPACK, path))?;
    python(PACK, path)?;
    println!("  Python wrote {} and {}", page.number.get(), page.word.get());
    assert_eq!((page.number.get(), page.word.get().as_bytes()), (-7, &b"baz"[..]));
    Ok(())
}

/// The steps of script A, with a look from B after each.
fn script_a(
    page: &View<Page>,
    script_b: &dyn Fn() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    page.number.set(10);
    page.word.set("foo")?;
    script_b()?;
    page.number.set(page.number.get() * page.number.get());
    page.word.set("bar")?;
    script_b()?;
    page.number.set(111);
    script_b()
}

const UNPACK: &str = "
import mmap, struct, sys
with open(sys.argv[1], 'r+b') as f, mmap.mmap(f.fileno(), 4096) as page:
    number, = struct.unpack('i', page[0:4])
    word, = struct.unpack('3s', page[4:7])
    print('  B reads', number, 'and', word.decode())
";

const PACK: &str = "
import mmap, struct, sys
with open(sys.argv[1], 'r+b') as f, mmap.mmap(f.fileno(), 4096) as page:
    page[0:4] = struct.pack('i', -7)
    page[4:7] = struct.pack('3s', b'baz')
";

fn python(script: &str, path: &Path) -> Result<(), Box<dyn Error>> {
    let status = Command::new("python3").arg("-c").arg(script).arg(path).status()?;
    if status.success() { Ok(()) } else { Err("the Python script failed".into()) }
}

//! Exported C: the header, compiled into a program as C11 and as C++17.

use shm_export::c;

use super::description;
use crate::companion::Companion;
use crate::compilers::{Program, STANDARDS, Standard};
use crate::way::{ALL, Answer, Can, Driver, Layout, Way};

/// Takes no locks, wakes no waiters and stores nothing in the heap, has no aliases, makes no region grow, and
/// leaves text unchecked.
const CAN: Can = Can {
    write_live: false,
    write_kept: false,
    knows_aliases: false,
    grows: false,
    checks_text: false,
    ..ALL
};

pub(crate) struct C;

impl Way for C {
    const NAME: &'static str = "c";
    const CAN: Can = CAN;

    fn driver(layout: Layout) -> Box<dyn Driver> {
        start(STANDARDS[0], layout)
    }
}

pub(crate) struct Cpp;

impl Way for Cpp {
    const NAME: &'static str = "cpp";
    const CAN: Can = CAN;

    fn driver(layout: Layout) -> Box<dyn Driver> {
        start(STANDARDS[1], layout)
    }
}

/// A program, and its directory.
struct Compiled {
    companion: Companion,
    _program: Program,
}

impl Driver for Compiled {
    fn ask(&mut self, request: &str) -> Answer {
        Driver::ask(&mut self.companion, request)
    }

    fn pid(&self) -> Option<u32> {
        Driver::pid(&self.companion)
    }
}

fn start(standard: Standard, layout: Layout) -> Box<dyn Driver> {
    let program = program(standard, layout, "");
    let companion = Companion::start(program.command(&[]));
    Box::new(Compiled { companion, _program: program })
}

/// The driver of a layout, with something appended to its source.
pub(crate) fn program(standard: Standard, layout: Layout, appended: &str) -> Program {
    Program::with_header(
        standard,
        "conformance",
        layout.name(),
        &header(layout),
        &source(layout, appended),
    )
}

pub(crate) fn header(layout: Layout) -> String {
    c::header(&description(layout).with_name(layout.name())).expect("a header")
}

/// The driver as one file, so that all sources of a program are in one directory.
pub(crate) fn source(layout: Layout, appended: &str) -> String {
    let (driver, opening) =
        (include_str!("../drivers/driver.h"), include_str!("../drivers/opening.h"));
    let source = match layout {
        Layout::Everything => include_str!("../drivers/everything.c").to_owned(),
        Layout::Frame => include_str!("../drivers/frame.c").to_owned(),
        Layout::Board => include_str!("../drivers/board.c").to_owned(),
        Layout::Station => include_str!("../drivers/station.c").to_owned(),
        Layout::NewerStation => {
            format!("#define HUMIDITY\n{}", include_str!("../drivers/station.c"))
        }
    };
    let source = source.replace("#include \"driver.h\"", driver);
    source.replace("#include \"opening.h\"", opening) + appended
}

//! Exported Python: the module, imported by a script.

use shm_export::python;

use super::description;
use crate::companion::Companion;
use crate::scripts::Script;
use crate::way::{ALL, Answer, Can, Driver, Layout, Way};

pub(crate) struct Python;

impl Way for Python {
    const NAME: &'static str = "python";
    /// Takes no locks, wakes no waiters, stores nothing in the heap and adds in two steps, has no aliases, makes
    /// no region grow.
    const CAN: Can = Can {
        write_live: false,
        write_kept: false,
        add: false,
        knows_aliases: false,
        grows: false,
        ..ALL
    };

    fn driver(layout: Layout) -> Box<dyn Driver> {
        let class = if layout == Layout::Everything { "Everything" } else { "Root" };
        let module = python::module(&description(layout).with_name(class)).expect("a module");
        let source = include_str!("../drivers/driver.py");
        let script = Script::with_module("conformance", layout.name(), &module, source);
        let companion = Companion::start(script.command(&[layout.name(), class]));
        Box::new(Running { companion, _script: script })
    }
}

/// A script, and its directory.
struct Running {
    companion: Companion,
    _script: Script,
}

impl Driver for Running {
    fn ask(&mut self, request: &str) -> Answer {
        Driver::ask(&mut self.companion, request)
    }

    fn pid(&self) -> Option<u32> {
        Driver::pid(&self.companion)
    }
}

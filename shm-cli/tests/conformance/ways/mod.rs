//! The ways in. Each has a driver in a process of its own, which answers the requests of `way::Driver`.

pub(crate) mod by_name;
pub(crate) mod command;
pub(crate) mod compiled;
pub(crate) mod python;
pub(crate) mod typed;

mod answering;
mod form;
mod typed_fields;

use shm_core::SharedLayout;
use shm_core::traits::Root;
use shm_export::Description;

pub(crate) use answering::serve;

use crate::everything::{Board, Everything, Frame};
use crate::stations::{appended, own};
use crate::way::Layout;

/// The export of a struct.
fn description(layout: Layout) -> Description {
    let described = match layout {
        Layout::Everything => Description::of(Everything::LAYOUT),
        Layout::Station => Description::of(own::Station::LAYOUT),
        Layout::NewerStation => Description::of(appended::Station::LAYOUT),
        Layout::Frame => Description::of(Frame::ROOT_LAYOUT),
        Layout::Board => Description::of(Board::LAYOUT),
    };
    described.expect("a layout that can be exported")
}

//! `shm heap`.

mod objects;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use shm_core::heap::{Contradiction, Fault};
use shm_core::inspect::HeapState;
use shm_core::{DynRegion, ReadOnly};
use shm_export::picture::{HeapPicture, HeapPictureObject, HeapPictureSpan, heap_svg};

use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, write_to};
use report::HeapReport;

/// Shows the heap of a region: its pages, its blocks and their owners
///
/// A block belongs to a place in the region's value, or to a process that keeps it in its cache or is just
/// using it. Named objects are listed with the processes that hold them. The blocks of a dead process are
/// taken back when the heap is short of memory, or by --settle.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path
    file: PathBuf,
    /// Check every word of the heap; the exit code is 1 if any two contradict each other
    #[arg(long)]
    audit: bool,
    /// First take back the blocks of dead processes
    #[arg(long)]
    settle: bool,
    /// Draw an SVG picture of the pages
    #[arg(long, conflicts_with = "audit")]
    svg: bool,
    /// Write the picture to this file instead of standard output
    #[arg(short, long, value_name = "FILE", requires = "svg")]
    output: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

const EXAMPLES: &str = "\
Examples:
  shm heap board
  shm heap board --audit
  shm heap board --settle
  shm heap board --svg -o heap.svg";

/// The number of times that a heap is examined if it seems to contradict itself: a change in progress does
/// not last.
const LOOKS: usize = 5;
/// The time between two looks.
const BETWEEN: Duration = Duration::from_millis(20);

/// Runs the command.
///
/// # Errors
/// If the region cannot be opened, or has no heap.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let settled = if arguments.settle { Some(settle(arguments)?) } else { None };
    let region = arguments.trust.read(&arguments.file)?;
    let state = region.heap_state().ok_or_else(no_heap)?;
    let name = arguments.file.display().to_string();
    if arguments.svg {
        let picture = heap_svg(&picture(name, &state));
        write_to("svg", &picture, arguments.output.as_deref(), output)?;
        return Ok(Answer::Done);
    }
    let faults = arguments.audit.then(|| lasting_faults(&region));
    let is_whole = faults.as_ref().is_none_or(Vec::is_empty);
    output.print(&HeapReport::of(name, &state, faults, settled))?;
    Ok(if is_whole { Answer::Done } else { Answer::No })
}

fn no_heap() -> Failure {
    let help = "`shm new --heap-max`, or `heap_max` in a program, creates a region with a heap";
    Failure::Custom {
        code: 6,
        cause: "the region has no heap".to_owned(),
        help: Some(help.to_owned()),
    }
}

fn settle(arguments: &Arguments) -> Result<usize, Failure> {
    let region = arguments.trust.write(&arguments.file)?;
    let heap = region.heap().ok_or_else(no_heap)?;
    heap.recover().map_err(|error| Failure::Custom {
        code: 7,
        cause: format!("the heap was not settled: {error}"),
        help: error.help(),
    })
}

/// The contradictions that are found at each look.
fn lasting_faults(region: &DynRegion<ReadOnly>) -> Vec<Fault> {
    let look = || region.heap().map(|heap| heap.audit().faults).unwrap_or_default();
    let mut faults = look();
    for _ in 1..LOOKS {
        if faults.is_empty() {
            break;
        }
        std::thread::sleep(BETWEEN);
        let again = look();
        faults.retain(|fault| again.contains(fault));
    }
    faults
}

/// A contradiction, as the predicate of a sentence about the block.
fn predicate(what: Contradiction) -> String {
    match what {
        Contradiction::UnknownKind(kind) => {
            format!("the page is of kind {kind}, which does not exist")
        }
        Contradiction::SpanIsOutside => "the span does not end before the frontier".to_owned(),
        Contradiction::SpanIsBroken => {
            "the page does not say that it is part of its span".to_owned()
        }
        Contradiction::GenerationIsBelowFloor => {
            "the generation is below the least one that is not used up".to_owned()
        }
        Contradiction::PlaceDoesNotHoldIt(at) => {
            format!(
                "it is linked to the place at byte {at} of the region, which does not hold its handle"
            )
        }
        Contradiction::ObjectsOverlapBlocks => {
            "the pages of named objects begin before the end of those of blocks".to_owned()
        }
        Contradiction::ObjectIsBroken => "no named object begins here".to_owned(),
        Contradiction::NameIsNotUnique => "another named object has the same name".to_owned(),
        _ => "it contradicts something else".to_owned(),
    }
}

fn picture(name: String, state: &HeapState) -> HeapPicture {
    let spans = state.spans.iter().map(|span| HeapPictureSpan {
        page: span.page,
        pages: span.pages,
        block_size: span.block_size,
        blocks: span.blocks,
        linked: span.linked,
        held: span.held,
    });
    let objects = state.objects.iter().map(|found| HeapPictureObject {
        name: found.object.name.clone(),
        type_name: found.object.type_name.clone(),
        size: found.object.size,
        pages: found.pages,
    });
    HeapPicture {
        name,
        capacity: state.stats.capacity as u64,
        frontier: state.stats.frontier as u64,
        page_size: state.page_size,
        spans: spans.collect(),
        objects: objects.collect(),
    }
}

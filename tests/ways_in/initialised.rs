//! Functions that fill in a new region, and fail.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shm_core::{DynRegion, Error, Region, View, dynamic::DynLayout};

use crate::support::Folder;

/// An error of this program.
#[derive(Debug)]
enum Failure {
    Measuring(&'static str),
    Region(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Region(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

fn measure(value: &View<u64>) -> Result<(), Failure> {
    value.set(1);
    Err(Failure::Measuring("no sensor"))
}

fn is_own<R>(result: Result<R, Failure>) -> bool {
    matches!(result, Err(Failure::Measuring("no sensor")))
}

#[test]
fn the_callers_error_comes_back_and_nothing_is_left_behind() {
    for named in [false, true] {
        let folder = Folder::new("init-fails");
        let path = folder.file("n");
        let options = Region::<u64>::options();
        let with_name = options.clone().named_temporary(named);
        assert!(is_own(with_name.create_with(&path, measure)));
        assert!(is_own(with_name.create_or_replace_with(&path, measure)));
        assert!(is_own(with_name.open_or_create_with(&path, measure)));
        assert!(is_own(options.memfd_with("n", measure)));
        assert!(is_own(options.anonymous_with(measure)));
        assert!(is_own(options.private_with(measure)));
        let layout = DynLayout::of("u64").unwrap();
        let fail = |_: &DynRegion| Err(Failure::Measuring("no sensor"));
        let by_name = DynRegion::options();
        assert!(is_own(by_name.create_with(&path, &layout, fail)));
        assert!(is_own(by_name.create_or_replace_with(&path, &layout, fail)));
        assert!(is_own(by_name.open_or_create_with(&path, &layout, fail)));
        assert!(is_own(by_name.memfd_with("n", &layout, fail)));
        assert!(is_own(by_name.anonymous_with(&layout, fail)));
        assert!(is_own(by_name.private_with(&layout, fail)));
        assert_eq!(folder.names(), Vec::<String>::new());
    }
}

#[test]
fn a_function_that_panics_leaves_nothing_behind() {
    let folder = Folder::new("init-panics");
    let path = folder.file("n");
    let panic = |_: &View<u64>| -> () { panic!("on purpose") };
    let mappings =
        || std::fs::read_to_string("/proc/self/maps").unwrap().matches("panics-n").count();
    for named in [false, true] {
        let options = Region::<u64>::options();
        let with_name = options.clone().named_temporary(named);
        assert!(catch_unwind(|| with_name.create_with(&path, panic)).is_err());
        assert!(catch_unwind(|| with_name.create_or_replace_with(&path, panic)).is_err());
        assert!(catch_unwind(|| with_name.open_or_create_with(&path, panic)).is_err());
        assert!(catch_unwind(|| options.memfd_with("panics-n", panic)).is_err());
        assert!(catch_unwind(|| options.private_with(panic)).is_err());
    }
    assert_eq!(folder.names(), Vec::<String>::new());
    assert_eq!(mappings(), 0);
}

#[test]
fn what_was_to_be_replaced_stays_if_filling_in_fails() {
    let folder = Folder::new("init-stays");
    let path = folder.file("n");
    let old = Region::<u64>::create_from(&path, &7).unwrap();
    let options = Region::<u64>::options();
    assert!(is_own(options.create_or_replace_with(&path, measure)));
    let panicked =
        catch_unwind(|| options.create_or_replace_with(&path, |_| -> () { panic!("on purpose") }));
    assert!(panicked.is_err());
    assert!(old.is_current());
    assert_eq!(Region::<u64>::open(&path).unwrap().get(), 7);
    assert_eq!(folder.names(), ["n"]);
}

#[test]
fn creating_itself_fails_with_the_callers_error_too() {
    let folder = Folder::new("init-taken");
    let path = folder.file("n");
    let _taken = Region::<u64>::create(&path).unwrap();
    let result = Region::<u64>::options().create_with(&path, |_| Ok::<(), Failure>(()));
    assert!(matches!(result, Err(Failure::Region(Error::AlreadyExists { .. }))));
}

/// What matters here is that the compiler finds the closures' error type: that of the function.
fn parsed(name: &std::path::Path, text: &str) -> Result<Region<u64>, Box<dyn std::error::Error>> {
    Region::<u64>::options().create_with(name, |value| {
        value.set(text.parse()?);
        Ok(())
    })
}

#[test]
fn a_closure_may_use_the_question_mark_and_needs_no_type() {
    let folder = Folder::new("init-infers");
    let error = parsed(&folder.file("n"), "many").unwrap_err();
    assert_eq!(error.to_string(), "invalid digit found in string");
    assert_eq!(folder.names(), Vec::<String>::new());
    assert_eq!(parsed(&folder.file("n"), "12").unwrap().get(), 12);
}

/// The other process is played by the function itself, which runs at the right moment.
#[test]
fn a_region_that_another_process_created_meanwhile_is_opened_and_ours_is_forgotten() {
    let folder = Folder::new("init-slow");
    let path = folder.file("n");
    let calls = Cell::new(0);
    for named in [false, true] {
        let faster = AssertUnwindSafe(|new: &View<u64>| {
            calls.set(calls.get() + 1);
            new.set(1);
            Region::<u64>::create_from(&path, &2).unwrap();
        });
        let options = Region::<u64>::options().named_temporary(named);
        let region = options.open_or_create_with(&path, |new| (faster.0)(new)).unwrap();
        assert_eq!((region.get(), region.created()), (2, false));
        assert_eq!(folder.names(), ["n"]);
        region.unlink().unwrap();
    }
    assert_eq!(calls.get(), 2);
}

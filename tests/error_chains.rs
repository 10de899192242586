//! Errors as programs print them, with all their sources: each thing is said once.

mod support;

use std::error::Error as StdError;
use std::path::Path;

use shm_core::format::{self, FormatError};
use shm_core::schema::Schema;
use shm_core::{
    Bulk, DynRegion, Error, LockError, Region,
    dynamic::DynLayout,
    errors::{DynError, LoadError},
};
use support::Folder;

/// The message of an error, and that of each of its sources.
fn messages(error: &dyn StdError) -> Vec<String> {
    let mut messages = vec![error.to_string()];
    let mut next = error.source();
    while let Some(error) = next {
        messages.push(error.to_string());
        next = error.source();
    }
    messages
}

/// Checks that each thing is said once: no message contains that of one of its sources, and the first
/// message is not empty.
fn repeats_nothing(error: &dyn StdError) {
    let messages = messages(error);
    for (at, message) in messages.iter().enumerate() {
        for later in &messages[at + 1..] {
            assert!(!message.contains(later.as_str()), "said twice: {messages:#?}");
        }
    }
    assert!(messages[0].len() > 10, "{messages:?}");
}

fn refusal(path: &Path) -> Error {
    Region::<u64>::open(path).unwrap_err()
}

#[test]
fn the_reason_why_a_file_is_not_a_region_is_reported_once() {
    let folder = Folder::new("chain-format");
    std::fs::write(folder.file("text"), "no region").unwrap();
    let error = refusal(&folder.file("text"));
    assert!(matches!(error, Error::Format { .. }) && error.to_string().contains("not a region"));
    repeats_nothing(&error);
    drop(Region::<f64>::create(folder.file("other")).unwrap());
    repeats_nothing(&refusal(&folder.file("other")));
    repeats_nothing(&refusal(&folder.file("none")));
    let error = Region::<[u8]>::options().len(usize::MAX >> 1).create(folder.file("n"));
    repeats_nothing(&error.unwrap_err());
}

#[test]
fn a_damaged_schema_is_reported_once_and_so_is_a_file_that_cannot_be_read() {
    let error = FormatError::from(Schema::decode(&[]).unwrap_err());
    repeats_nothing(&error);
    repeats_nothing(&Error::Format { region: "n".to_owned(), source: error });
    struct Broken;
    impl format::ReadAt for Broken {
        fn read_at(&self, _: u64, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = format::check(&Broken, 4096).unwrap_err();
    assert!(error.to_string().contains("the disk is gone"), "{error}");
    repeats_nothing(&error);
    repeats_nothing(&Error::Format { region: "n".to_owned(), source: error });
}

#[test]
fn the_error_of_the_operating_system_is_reported_once() {
    let source = || std::io::Error::other("the disk is gone");
    let region = || "n".to_owned();
    repeats_nothing(&Error::Io { region: region(), doing: "flushing", source: source() });
    let aside = "a".to_owned();
    repeats_nothing(&Error::Displaced { region: region(), aside, source: source() });
    let attach = || LockError::Io { region: region(), doing: "locking", source: source() };
    assert!(messages(&attach()).concat().contains("the disk is gone"));
    repeats_nothing(&attach());
    repeats_nothing(&DynError::Lock(attach()));
    repeats_nothing(&LoadError::Lock(attach()));
    let last = Box::new(Error::Io { region: region(), doing: "opening", source: source() });
    repeats_nothing(&Error::TimedOut { region: region(), source: last });
}

#[test]
fn a_value_that_does_not_fit_is_reported_once() {
    let folder = Folder::new("chain-dynamic");
    let layout = DynLayout::of("u8").unwrap();
    let region = DynRegion::create(folder.file("n"), &layout).unwrap();
    let error = region.set("", 300).unwrap_err();
    assert!(error.to_string().contains("300 does not fit"), "{error}");
    repeats_nothing(&error);
    repeats_nothing(&region.set("none", 1).unwrap_err());
    let error =
        DynRegion::options().create_with(folder.file("m"), &layout, |region| region.set("", 300));
    let error = error.unwrap_err();
    assert!(matches!(error, Error::NotInitialised { .. }));
    assert!(messages(&error)[1].contains("300 does not fit"), "{error:?}");
    repeats_nothing(&error);
}

#[test]
fn invalid_bytes_are_reported_once() {
    let region = Region::<[char; 2]>::options().private().unwrap();
    region[1].repr().set(0xd800);
    let invalid = region[1].get().unwrap_err();
    repeats_nothing(&LoadError::Invalid(invalid.clone()));
    repeats_nothing(&DynError::Invalid(invalid));
    repeats_nothing(&region.load_into(&mut ['a']).unwrap_err());
}

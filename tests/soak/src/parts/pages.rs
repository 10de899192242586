//! `RwLock`: a page of equal words, which readers see whole.

use std::path::Path;

use shm_core::{Field, LockError, Region, RwLock, SharedLayout, View};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Page {
    words: [u64; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Book {
    page: RwLock<Page>,
    repairs: u64,
}

pub(crate) struct Pages;

/// Places below write, the others read.
const WRITERS: usize = 2;

impl Part for Pages {
    fn name(&self) -> &'static str {
        "pages"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Book>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, _dice: &mut Dice) -> Result<(), Fault> {
        let book = Region::<Book>::open(path)?;
        loop {
            if beat.place() < WRITERS {
                let page = book.page.write_or_repair(|page| fill(&book, page))?;
                check(page.words.iter().map(Field::get))?;
                let next = page.words[0].get() + 1;
                page.words.iter().for_each(|word| word.set(next));
            } else {
                match book.page.read() {
                    Ok(page) => check(page.words.iter().map(Field::get))?,
                    // Until a writer has repaired it.
                    Err(LockError::OwnerDied) => beat.meet(),
                    Err(error) => return Err(error.into()),
                }
            }
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let book = Region::<Book>::open(path)?;
        let page = book.page.write_or_repair(|page| fill(&book, page))?;
        check(page.words.iter().map(Field::get))?;
        Ok(format!("whole, version {}; {} repairs", page.words[0].get(), book.repairs.get()))
    }
}

fn fill(book: &View<Book>, page: &View<Page>) {
    book.repairs.fetch_add(1);
    let first = page.words[0].get();
    page.words.iter().for_each(|word| word.set(first));
}

fn check(words: impl Iterator<Item = u64>) -> Result<(), Fault> {
    let words: Vec<u64> = words.collect();
    insist(words.iter().all(|word| *word == words[0]), || format!("a torn page: {words:?}"))
}

//! A bank: transfers between accounts, and a teller that is killed in the middle of one.
//!
//! The value that a lock guards has an invariant: here, the sum of all accounts never changes. A holder that is
//! killed may leave it broken. `Mutex` does not make the others wait for the dead, and does not let
//! them continue as if nothing had happened: `lock` returns the error `OwnerDied`, until one of them
//! restores the invariant with `lock_or_repair`.
//!
//! Only the program knows how to restore it. This one notes each transfer before it begins, so that an
//! unfinished one can be undone.

use std::error::Error;
use std::process::{Child, Command};
use std::time::Duration;

use shm_core::{
    Bulk, LockError, Mutex, Region, SharedLayout, View,
    sync::{MutexGuard, MutexView},
};

/// A transfer that has begun. Written before the balances change.
#[derive(SharedLayout)]
#[repr(C)]
struct Transfer {
    under_way: bool,
    from: u32,
    to: u32,
    /// both balances before the transfer
    from_before: i64,
    to_before: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Accounts {
    balances: [i64; 4],
    transfer: Transfer,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    accounts: Mutex<Accounts>,
    /// 1 when the teller is in the middle of its last transfer
    in_the_middle: u32,
}

const CAPITAL: i64 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        let bank = Region::<Bank>::open(name)?;
        return teller(&bank);
    }
    let name = format!("bank-{}", std::process::id());
    let bank = Region::<Bank>::options().create_with(&name, |bank| {
        bank.accounts.lock().expect("a new lock").balances.fill(CAPITAL / 4);
    })?;
    let outcome = day(&bank, Command::new(std::env::current_exe()?).arg(&name).spawn());
    bank.unlink()?;
    outcome
}

/// A day at the bank: the teller works, is killed, and the books are corrected.
fn day(bank: &View<Bank>, teller: std::io::Result<Child>) -> Result<(), Box<dyn Error>> {
    let mut teller = teller?;
    while bank.in_the_middle.get() == 0 && teller.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    teller.kill()?; // SIGKILL: the teller has no last word
    teller.wait()?;

    let broken: i64 = bank.accounts.unlocked().balances.load_vec()?.iter().sum();
    println!("the teller was killed: the accounts add up to {broken}, not to {CAPITAL}");
    assert_ne!(broken, CAPITAL);

    let accounts = open_books(&bank.accounts)?;
    let balances = accounts.balances.load_vec()?;
    println!("books put right: {balances:?}");
    assert_eq!(balances.iter().sum::<i64>(), CAPITAL);
    transfer(&accounts, 1, 2, 5, || {})?;
    drop(accounts);
    assert!(bank.accounts.lock().is_ok(), "the death is reported once");
    Ok(())
}

/// Locks the accounts, and undoes what a dead teller left unfinished.
fn open_books(accounts: &MutexView<Accounts>) -> Result<MutexGuard<'_, Accounts>, LockError> {
    accounts.lock_or_repair(|books| {
        let unfinished = &books.transfer;
        if unfinished.under_way.get() {
            let (from, to) = (unfinished.from.get(), unfinished.to.get());
            println!("a transfer from account {from} to {to} was not finished: undoing it");
            books.balances[from as usize].set(unfinished.from_before.get());
            books.balances[to as usize].set(unfinished.to_before.get());
            // Undoing can be repeated: a process that is killed before this line leaves it to the next.
            unfinished.under_way.set(false);
        }
    })
}

/// Moves money. Other processes that see a `set` also see all earlier ones, so the note is complete
/// before a balance changes.
fn transfer(
    books: &View<Accounts>,
    from: u32,
    to: u32,
    amount: i64,
    in_the_middle: impl FnOnce(),
) -> Result<(), Box<dyn Error>> {
    let balance =
        |account: u32| books.balances.get(account as usize).ok_or("there is no such account");
    let (payer, payee) = (balance(from)?, balance(to)?);
    let note = &books.transfer;
    note.from.set(from);
    note.to.set(to);
    note.from_before.set(payer.get());
    note.to_before.set(payee.get());
    note.under_way.set(true);
    payer.set(payer.get() - amount);
    in_the_middle();
    payee.set(payee.get() + amount);
    note.under_way.set(false);
    Ok(())
}

/// Another process: makes transfers, and is killed in the middle of the last one.
fn teller(bank: &View<Bank>) -> Result<(), Box<dyn Error>> {
    for step in 0..1000 {
        let books = open_books(&bank.accounts)?;
        transfer(&books, step % 4, (step + 1) % 4, 1, || {})?;
    }
    let books = open_books(&bank.accounts)?;
    transfer(&books, 0, 2, 30, || {
        println!("teller: took 30 from account 0, and is about to put it into account 2");
        bank.in_the_middle.set(1);
        std::thread::sleep(Duration::from_secs(60));
    })
}

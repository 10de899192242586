//! A lock needs a region, which records the participants; an overlay is foreign bytes.

use shm_core::{Mutex, Overlay, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    name: u64,
    account: Mutex<Account>,
}

fn over_a_struct(_bank: Overlay<Bank>) {}

fn main() {}

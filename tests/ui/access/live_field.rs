//! A type that can live in a region but is not a plain value.

use shm_core::layout::{Kind, Layout};
use shm_core::{traits::Access, Field, SharedLayout, View};

#[repr(C, align(4))]
struct Lock([u8; 4]);

unsafe impl SharedLayout for Lock {
    type View<A: Access> = Field<u32, A>;
    const LAYOUT: &'static Layout = &Layout::new("Lock", 4, 4, Kind::Marker);
}

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    lock: Lock,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    accounts: [Account; 2],
}

fn load(bank: &View<Bank>) {
    let _ = bank.accounts[0].balance.get();
    let _ = bank.load();
}

fn store(account: &AccountView, value: &Account) {
    account.store(value);
}

fn main() {}

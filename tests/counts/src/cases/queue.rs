//! Values that are handed from one process to another: nothing waits.

use std::cell::RefCell;
use std::hint::black_box;

use shm_core::{Queue, Region};

use super::{Case, Line, Work, case};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("Queue of 8 B: push and pop", || push_and_pop(7_u64)),
        case("Queue of 64 B: push and pop", || push_and_pop(Line([7; 8]))),
        case("Queue of 8 B: producer's push, and pop", || {
            let queue = queue::<u64>();
            let producer = RefCell::new(queue.producer().expect("no other producer"));
            Box::new(move || {
                producer.borrow_mut().push(black_box(7)).expect("room");
                black_box(queue.pop().expect("a value"));
            })
        }),
        case("Queue of 8 B: producer's push", || {
            let producer = RefCell::new(queue::<u64>().producer().expect("no other producer"));
            Box::new(move || producer.borrow_mut().push(black_box(7)).expect("room"))
        }),
        case("Queue of 8 B: pop", || {
            let queue = queue::<u64>();
            let mut producer = queue.producer().expect("no other producer");
            (0..100).for_each(|value| producer.push(value).expect("room"));
            drop(producer);
            Box::new(move || {
                black_box(queue.pop().expect("a value"));
            })
        }),
        case("Queue of 8 B: pop, empty", || {
            let queue = queue::<u64>();
            Box::new(move || {
                black_box(queue.pop().expect("a value"));
            })
        }),
    ]
}

/// A producer borrows the region, and both have to live as long as the process.
fn queue<T: shm_core::sync::Value>() -> &'static Region<Queue<T, 256>> {
    let region = Region::<Queue<T, 256>>::options().anonymous().expect("memory");
    Box::leak(Box::new(region))
}

fn push_and_pop<T: shm_core::sync::Value + Copy>(value: T) -> Work {
    let queue = queue::<T>();
    Box::new(move || {
        queue.push(black_box(value)).expect("room");
        black_box(queue.pop().expect("a value"));
    })
}

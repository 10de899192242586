use std::rc::Rc;
use std::sync::Arc;

use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Tree {
    left: Box<Tree>,
    shared: Arc<u32>,
    local: Rc<u32>,
}

fn main() {}

use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum Shape {
    Point,
    Circle { radius: f64 },
    Square(f64),
}

#[derive(SharedLayout)]
#[repr(C)]
struct Drawing {
    shape: Shape,
}

fn shape(drawing: &DrawingView) -> Shape {
    drawing.shape.get().unwrap()
}

fn main() {}

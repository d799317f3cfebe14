//! Starts the page; everything else is in the library, where it can be tested natively.

fn main() {
    pipeyard_frontend::mount();
}

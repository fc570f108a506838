//! The binary: hands over to the command line.

/// Half of the core's work is small pieces of memory that live long and end in any order.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    liandong::cli::main()
}

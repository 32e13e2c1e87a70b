//! Arguments in, exit code out.

/// Facts are many small values made on several threads: the system's allocator takes a tenth of a run more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    synthgate::cli::main()
}

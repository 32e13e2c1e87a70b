//! Arguments in, exit code out.

fn main() -> std::process::ExitCode {
    synthgate::cli::main()
}

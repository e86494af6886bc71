//! The console's program: hands the command line to the library.

fn main() -> std::process::ExitCode {
    jiedao::cli::console::main()
}

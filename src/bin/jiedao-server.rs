//! The district server's program: hands the command line to the library.

fn main() -> std::process::ExitCode {
    jiedao::cli::server::main()
}

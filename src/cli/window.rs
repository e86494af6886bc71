//! `jiedao` without a subcommand: opens the window. Without a server of one's own it brings the demonstration along: a
//! generated town, a district server on this machine that ends with the window, a dispatcher already at the desk.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::text::Lang;
use crate::cli::console::WindowArgs;
use crate::cli::demonstration::Demonstration;
use crate::ui::shell::{self, Before, Start};
use crate::ui::view::Around;

/// Exit codes beside 0 and 1; 3 to 5 are the district server's.
const NO_DISPLAY: u8 = 6;
const NO_GRAPHICS: u8 = 7;
const NO_FOLDER: u8 = 8;

/// Opens the window, and returns when it is closed.
pub fn run(args: WindowArgs, lang: Lang) -> ExitCode {
    super::log::start(&args.log);
    if !has_display(|name| std::env::var_os(name)) {
        return tell(lang.text("cli.window.no_display"), NO_DISPLAY);
    }
    let Some(home) = args.profile.clone().or_else(own_folder) else {
        return tell(lang.text("cli.window.no_folder"), NO_FOLDER);
    };
    // Begun only when display and graphics are there, so that nothing is started for a window that cannot open.
    let opened = shell::open(lang, move |wake| -> std::io::Result<Box<dyn Before>> {
        Ok(match args.server {
            Some(server) => Box::new(Some(Start {
                profile: home,
                server: Some(server),
                pack: args.map,
                style: args.style,
                around: Around::default(),
                login: None,
            })),
            None => Box::new(Demonstration::begin(&home, args.map, args.style, lang, wake)?),
        })
    });
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            match error {
                eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
                    tell(&lang.fill("cli.window.display_failed", &[("why", &error)]), NO_DISPLAY)
                }
                eframe::Error::Wgpu(_) => tell(&lang.fill("cli.window.no_graphics", &[("why", &error)]), NO_GRAPHICS),
                _ => tell(&lang.fill("cli.window.failed", &[("why", &error)]), 1),
            }
        }
    }
}

/// Whether there is a screen to open a window on. Other systems than X11 and Wayland always have one, or say so later.
fn has_display(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    cfg!(not(all(unix, not(target_os = "macos")))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

/// The folder in which this user's profile lies.
fn own_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "jiedao").map(|dirs| dirs.data_local_dir().join("profile"))
}

fn tell(words: &str, code: u8) -> ExitCode {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{words}");
    ExitCode::from(code)
}

/// A program that stands beside this one; by its name alone, for the search path, when there is none.
pub(super) fn beside(program: &str, own: Option<&Path>) -> PathBuf {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    own.map(|own| own.with_file_name(&name)).filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_one_of_three_variables_that_says_something() {
        let with = |set: &'static str, value: &'static str| {
            has_display(move |name| (name == set).then(|| OsString::from(value)))
        };
        assert!(with("DISPLAY", ":0") && with("WAYLAND_DISPLAY", "wayland-0"));
        if cfg!(target_os = "linux") {
            assert!(!with("DISPLAY", "") && !with("TERM", "xterm"));
        }
    }

    #[test]
    fn the_server_beside_this_program_comes_before_the_search_path() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("jiedao");
        let name = format!("jiedao-server{}", std::env::consts::EXE_SUFFIX);
        assert_eq!(beside("jiedao-server", Some(&own)), PathBuf::from(&name));
        std::fs::write(folder.path().join(&name), "").unwrap();
        assert_eq!(beside("jiedao-server", Some(&own)), folder.path().join(&name));
        assert_eq!(beside("jiedao-server", None), PathBuf::from(&name));
    }
}

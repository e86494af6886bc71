//! The program that opens the window, where it cannot open one.

use std::process::Command;

fn without_display() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_jiedao"));
    program.env_clear().env("LANG", "zh_CN.UTF-8");
    program
}

#[test]
fn without_a_display_it_says_what_to_do_and_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    let output = without_display().arg("--profile").arg(&profile).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("DISPLAY") && words.contains("jiedao headless"), "{words}");
    assert!(!profile.exists());
}

#[test]
fn a_display_that_is_not_there_is_told_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    let output = without_display().env("DISPLAY", ":4711").arg("--profile").arg(&profile).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("无法打开窗口"), "{words}");
    assert!(!profile.exists(), "no server is started for a window that cannot open");
}

//! `jiedao headless`: the console without a window, for scripts and tests. What it understands is written down in
//! [`PROTOCOL`], which `jiedao headless --help` shows.

mod look;
mod request;

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::app::runtime::{Config, Runtime};
use crate::app::state::{ProfileState, Severity};
use crate::base::Clock;
use crate::base::clock::SystemClock;
use crate::base::text::Lang;

use request::{Request, Wanted};

/// The protocol, as `jiedao headless --help` tells it.
pub const PROTOCOL: &str = include_str!("PROTOCOL.txt");

/// Longest line read; a longer one is answered with an error and left out.
const LONGEST_LINE: usize = 1024 * 1024;
/// Lines that may wait; a script that sends faster waits in its own pipe.
const LINES: usize = 64;
/// Time for one round of news.
const BUDGET: Duration = Duration::from_millis(50);
/// Without news, time is told to the console so often.
const QUIET: Duration = Duration::from_millis(500);

/// What the console without a window is started with.
#[derive(Debug, Args)]
pub struct HeadlessArgs {
    /// Folder of the profile; made when it is not there.
    #[arg(long, value_name = "DIR")]
    profile: PathBuf,
    /// Address of the district server; without one the console works offline only.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The street's map pack.
    #[arg(long, value_name = "street.gpkg")]
    map: Option<PathBuf>,
    /// The style file; style.toml in the profile when it is not given.
    #[arg(long, value_name = "style.toml")]
    style: Option<PathBuf>,
    /// What to log to standard error, for example `info` or `jiedao=debug`.
    #[arg(long, value_name = "FILTER", default_value = "error")]
    log: String,
}

/// Rung by other threads, waited for by this one.
#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Waits until it rings, or for so long.
    fn wait(&self, most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) =
            self.changed.wait_timeout_while(rung, most, |rung| !*rung).unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }
}

/// Runs until standard input ends. Exit codes: 0 in order, 1 it did not start, 3 the profile cannot be opened, 4 another
/// process has it open.
pub fn run(args: HeadlessArgs, lang: Lang) -> ExitCode {
    super::log::start(&args.log);
    let tell = |text: &str| {
        // With standard error gone there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "{text}");
    };
    let bell = Arc::new(Bell::default());
    let clock = Arc::new(SystemClock::default());
    let ring = bell.clone();
    let started = Runtime::start(Config {
        profile: args.profile.clone(),
        server: args.server,
        pack: args.map,
        style: args.style,
        scene: false,
        clock: clock.clone(),
        wake: Arc::new(move || ring.ring()),
    });
    let runtime = match started {
        Ok(mut runtime) => {
            runtime.set_signs(Box::new(crate::ui::map_overlay::printed));
            runtime
        }
        Err(error) => {
            tell(&lang.fill("cli.headless.not_started", &[("reason", &error)]));
            return ExitCode::FAILURE;
        }
    };
    let mut desk = Desk { runtime, bell: bell.clone(), clock };
    if let Some(why) = desk.open() {
        let words = lang.find(&why).unwrap_or(&why);
        tell(&lang.fill("cli.headless.profile", &[("why", &words), ("profile", &args.profile.display())]));
        return ExitCode::from(if why == "store.error.in_use" { 4 } else { 3 });
    }
    let (lines, waiting) = sync_channel(LINES);
    let reader = std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        read_lines(&mut std::io::stdin().lock(), &lines, &bell);
        drop(lines);
        bell.ring();
    });
    if let Err(error) = reader {
        tell(&lang.fill("cli.headless.not_started", &[("reason", &error)]));
        return ExitCode::FAILURE;
    }
    desk.serve(&waiting, &mut std::io::stdout().lock());
    ExitCode::SUCCESS
}

/// A line as it came, or too long a one.
type Line = Result<Vec<u8>, TooLong>;

/// A line longer than [`LONGEST_LINE`].
struct TooLong;

fn read_lines(input: &mut impl BufRead, lines: &SyncSender<Line>, bell: &Bell) {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let taken = match input.fill_buf() {
            Ok([]) => break,
            Ok(bytes) => {
                let end = bytes.iter().position(|byte| *byte == b'\n');
                let part = end.map_or(bytes, |end| bytes.get(..end).unwrap_or_default());
                too_long |= line.len() + part.len() > LONGEST_LINE;
                if too_long {
                    line.clear();
                } else {
                    line.extend_from_slice(part);
                }
                (end.map_or(bytes.len(), |end| end + 1), end.is_some())
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let (count, whole) = taken;
        input.consume(count);
        if whole {
            let one = if std::mem::take(&mut too_long) { Err(TooLong) } else { Ok(std::mem::take(&mut line)) };
            if lines.send(one).is_err() {
                return;
            }
            bell.ring();
        }
    }
    // The last line may lack its end.
    if too_long || !line.is_empty() {
        let _ = lines.send(if too_long { Err(TooLong) } else { Ok(line) });
    }
}

struct Desk {
    runtime: Runtime,
    bell: Arc<Bell>,
    clock: Arc<SystemClock>,
}

impl Desk {
    /// Waits until the profile is open; a key of the text table says why it is not.
    fn open(&mut self) -> Option<String> {
        loop {
            self.runtime.poll(BUDGET);
            match &self.runtime.state().profile {
                ProfileState::Opening => self.bell.wait(QUIET),
                ProfileState::Open => return None,
                ProfileState::Failed(why) => return Some(why.clone()),
            }
        }
    }

    fn serve(&mut self, lines: &Receiver<Line>, out: &mut impl Write) {
        loop {
            self.runtime.poll(BUDGET);
            match lines.try_recv() {
                Ok(line) => {
                    let Some(answer) = self.answer(line) else { continue };
                    if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
                        // Nobody reads any more.
                        return;
                    }
                }
                Err(TryRecvError::Empty) => self.bell.wait(QUIET),
                Err(TryRecvError::Disconnected) => return,
            }
        }
    }

    /// The answer to a line; an empty line has none.
    fn answer(&mut self, line: Line) -> Option<Value> {
        let Ok(line) = line else {
            return Some(json!({ "ok": false, "error": "too_long", "most_bytes": LONGEST_LINE }));
        };
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        let (id, request) = request::read(&line);
        let mut answer = match request {
            Ok(Request::Action(action)) => self.act(*action),
            Ok(Request::Ask(ask)) => look::answer(self.runtime.state(), &ask),
            Ok(Request::Wait { wanted, most }) => self.wait(&wanted, most),
            Err(why) => failed(why.kind, &why.detail),
        };
        if let Some(id) = id {
            answer.insert("id".to_owned(), id);
        }
        Some(Value::Object(answer))
    }

    fn act(&mut self, action: crate::app::Action) -> Map<String, Value> {
        let before = self.runtime.state();
        let first_notice = before.next_notice;
        let saving: Vec<_> = before.cases.saving.iter().map(|saving| saving.command.id).collect();
        let submits = matches!(action, crate::app::Action::SubmitDraft { .. });
        self.runtime.act(action);
        let after = self.runtime.state();
        let commands: Vec<_> = after
            .cases
            .saving
            .iter()
            .filter(|one| !saving.contains(&one.command.id))
            .map(|one| json!({ "command": one.command.id, "case": one.command.case_id }))
            .collect();
        let new: Vec<_> = after.notices.iter().filter(|notice| notice.id >= first_notice).collect();
        // What a report lacks is no notice: the window shows it on the sheet.
        let unsent = submits && commands.is_empty();
        let not_done = unsent || new.iter().any(|notice| notice.severity > Severity::Info);
        let mut answer = Map::new();
        if unsent {
            answer.insert("missing".to_owned(), Value::from(after.draft.missing.clone()));
            answer.insert("confirm_wanted".to_owned(), Value::from(after.draft.confirm_wanted));
        }
        answer.insert("ok".to_owned(), Value::from(!not_done));
        if not_done {
            answer.insert("error".to_owned(), Value::from("not_done"));
        }
        answer.insert("commands".to_owned(), Value::from(commands));
        answer.insert("notices".to_owned(), new.into_iter().map(look::notice).collect());
        if let Some(reply) = &after.bar.reply {
            answer.insert("reply".to_owned(), Value::from(reply.clone()));
        }
        answer
    }

    fn wait(&mut self, wanted: &Wanted, most: Duration) -> Map<String, Value> {
        let began = self.clock.monotonic();
        loop {
            self.runtime.poll(BUDGET);
            let waited = self.clock.monotonic().saturating_sub(began);
            let mut answer = match wanted.state(self.runtime.state()) {
                Some(true) => Map::from_iter([("ok".to_owned(), Value::from(true))]),
                Some(false) => failed("cannot_be", "it cannot come to that any more"),
                None if waited >= most => failed("timeout", "it did not come to that in time"),
                None => {
                    self.bell.wait(QUIET.min(most.saturating_sub(waited)));
                    continue;
                }
            };
            let waited = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            answer.insert("waited_ms".to_owned(), Value::from(waited));
            return answer;
        }
    }
}

/// An answer that says what did not go.
fn failed(kind: &str, detail: &str) -> Map<String, Value> {
    Map::from_iter([
        ("ok".to_owned(), Value::from(false)),
        ("error".to_owned(), Value::from(kind)),
        ("detail".to_owned(), Value::from(detail)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<Option<Vec<u8>>> {
        let (sender, receiver) = sync_channel(16);
        read_lines(&mut std::io::BufReader::with_capacity(7, input), &sender, &Bell::default());
        drop(sender);
        receiver.into_iter().map(Result::ok).collect()
    }

    #[test]
    fn lines_are_cut_at_their_ends_and_too_long_ones_are_told_apart() {
        let line = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(lines(b"one\n\ntwo and more\nrest"), [line("one"), line(""), line("two and more"), line("rest")]);
        assert_eq!(lines(b""), []);
        let mut long = vec![b'x'; LONGEST_LINE + 1];
        long.extend(b"\nnext\n");
        assert_eq!(lines(&long), [None, line("next")]);
        let exact = vec![b'x'; LONGEST_LINE];
        assert_eq!(lines(&exact), [Some(exact.clone())]);
    }

    /// The words that would have been understood in place of `?`, as the reader itself tells them.
    fn words(line: &str) -> Vec<String> {
        let Err(why) = request::read(line.as_bytes()).1 else { panic!("{line} was understood") };
        let (_, words) = why.detail.split_once("expected").unwrap_or_else(|| panic!("{}", why.detail));
        words.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_protocol_names_everything_that_is_understood() {
        for line in [
            r#"{"do":"?"}"#,
            r#"{"ask":"?"}"#,
            r#"{"wait":"?"}"#,
            r#"{"do":"draft","field":"?","value":0}"#,
            r#"{"do":"draft","field":"channel","value":"?"}"#,
            r#"{"do":"act","case":"00000000-0000-0000-0000-000000000000","step":{"act":"?"}}"#,
            r#"{"do":"map","map":"?"}"#,
            r#"{"do":"map","map":"toggle_layer","layer":"?"}"#,
            r#"{"do":"conflict","command":"00000000-0000-0000-0000-000000000000","verb":"?"}"#,
            r#"{"do":"filter_queue","filter":"?"}"#,
            r#"{"do":"select_seat","seat":"?"}"#,
        ] {
            let words = words(line);
            assert!(words.len() > 1, "{line}");
            for word in words.iter().filter(|word| *word != "report") {
                let named = PROTOCOL.contains(&format!("\"{word}\"")) || PROTOCOL.contains(&format!("{word} {{"));
                assert!(named, "{word} of {line}");
            }
        }
    }
}

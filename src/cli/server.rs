//! Command line of `jiedao-server`.

use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::base::clock::SystemClock;
use crate::base::text::Lang;
use crate::base::{Clock as _, UserId};
use crate::demo as town;
use crate::domain::calendar::Calendar;
use crate::domain::code::{BadCode, StreetCode};
use crate::domain::org::{DeptCode, OfficerId, Role, User};
use crate::server::demo;
use crate::server::password::{self, PasswordError};
use crate::server::storage::sqlite::{OpenError, SqliteStorage};
use crate::server::storage::{Account, AuditLine, Directory, Storage as _, StorageError};
use crate::server::{FixSource, Server, Setup, serve};

/// The district server of jiedao: decides what the consoles ask for and tells them what happened.
#[derive(Debug, Parser)]
#[command(name = "jiedao-server", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8750")]
    listen: SocketAddr,
    /// The database, made when it is not there.
    #[arg(long, value_name = "sqlite:FILE", value_parser = database, required = true)]
    database: Option<PathBuf>,
    /// Fill an empty database with the demonstration subdistrict and its people. Never for real work: everybody knows
    /// their password.
    #[arg(long)]
    demo: bool,
    /// Allow plain HTTP to other machines. Passwords and cases can then be read on the way.
    #[arg(long)]
    insecure_plaintext: bool,
    /// End when standard input closes: for a program that starts the server for itself and must not leave it behind.
    #[arg(long)]
    until_stdin_closes: bool,
    /// What to log, for example `info` or `jiedao=debug`.
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Accounts.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add an account, or replace it. The password is the first line of standard input.
    Add(UserAddArgs),
}

#[derive(Debug, Args)]
struct UserAddArgs {
    /// The database.
    #[arg(long, value_name = "sqlite:FILE", value_parser = database)]
    database: PathBuf,
    /// Login name: letters, digits, `.`, `-`, `_`.
    #[arg(long, value_parser = login_name)]
    user: String,
    /// Name as shown; the login name if it is not given.
    #[arg(long)]
    name: Option<String>,
    /// Role; may be given several times: acceptor, supervisor, duty_leader, dispatcher, department, inspector, admin.
    #[arg(long = "role", value_parser = role, required = true)]
    roles: Vec<Role>,
    /// Street code of nine digits; may be given several times.
    #[arg(long = "street", value_parser = street)]
    streets: Vec<StreetCode>,
    /// Department that the account belongs to.
    #[arg(long)]
    dept: Option<String>,
    /// Patrol officer that the account belongs to.
    #[arg(long)]
    officer: Option<String>,
}

fn database(text: &str) -> Result<PathBuf, String> {
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err("sqlite:FILE".to_owned()),
    }
}

fn login_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if (1..=64).contains(&text.len()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("A-Z a-z 0-9 . - _, 1..64".to_owned())
    }
}

fn role(text: &str) -> Result<Role, String> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|error| error.to_string())
}

fn street(text: &str) -> Result<StreetCode, String> {
    StreetCode::new(text).map_err(|error| error.to_string())
}

/// Why the program ends.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Code(#[from] BadCode),
    #[error("{0} is not an address of this machine alone")]
    Plaintext(SocketAddr),
    #[error("{0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl End {
    /// What a person is told, and the exit code: 3 the database, 4 it is in use, 5 the address, 1 anything else.
    fn tell(&self, lang: Lang) -> (String, u8) {
        match self {
            Self::Open(OpenError::InUse(_)) => (lang.text("server.end.in_use").to_owned(), 4),
            Self::Open(OpenError::Damaged(what)) => (lang.fill("server.end.damaged", &[("what", what)]), 3),
            Self::Open(OpenError::Newer { .. }) => (lang.text("server.end.newer").to_owned(), 3),
            Self::Open(error) => (lang.fill("server.end.unopened", &[("what", error)]), 3),
            Self::Plaintext(address) => (lang.fill("server.end.plaintext", &[("address", address)]), 5),
            Self::Listen(address, error) => {
                (lang.fill("server.end.listen", &[("address", address), ("what", error)]), 5)
            }
            Self::Password(PasswordError::TooShort) => {
                (lang.fill("server.end.short_password", &[("shortest", &password::SHORTEST)]), 1)
            }
            other => (lang.fill("server.end.other", &[("what", other)]), 1),
        }
    }
}

/// Runs the server's program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| Lang::from_tag(&std::env::var(name).ok()?))
        .unwrap_or_default();
    let result = tokio::runtime::Runtime::new().map_err(End::from).and_then(|runtime| match cli.command {
        Some(Command::User { command: UserCommand::Add(args) }) => runtime.block_on(add_user(args, lang)),
        None => runtime.block_on(run(cli.serve, lang)),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(end) => {
            let (text, code) = end.tell(lang);
            // With standard error gone there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::from(code)
        }
    }
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn open(path: &Path) -> Result<SqliteStorage, OpenError> {
    SqliteStorage::open(path, Calendar::default())
}

async fn run(args: ServeArgs, lang: Lang) -> Result<(), End> {
    super::log::start(&args.log);
    if !args.listen.ip().is_loopback() {
        if !args.insecure_plaintext {
            return Err(End::Plaintext(args.listen));
        }
        tracing::warn!(address = %args.listen, "plain HTTP to other machines: passwords and cases can be read on the way");
    }
    let storage = Arc::new(open(&args.database.unwrap_or_default())?);
    let clock = Arc::new(SystemClock::default());
    let title = lang.text("server.title").to_owned();
    if args.demo {
        fill_demo(&storage, clock.as_ref(), lang).await?;
    } else if storage.count_accounts().await? == 0 {
        say(lang.text("server.no_users"))?;
    }
    let (stop, stopping) = watch::channel(false);
    let stop = Arc::new(stop);
    if args.until_stdin_closes {
        let stop = stop.clone();
        std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
            // An input that cannot be read has closed as well.
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            stop.send_replace(true);
        })?;
    }
    // In the demonstration nobody carries a terminal; its officers are walked.
    let fixes = args.demo.then(|| {
        let patrol = town::Patrol::new(town::SEED);
        let source: FixSource = Arc::new(move |officer, now| patrol.fix(&officer.id, now));
        source
    });
    let server = Arc::new(Server::new(Setup { storage, clock, title, fixes, stopping })?);
    let listener = TcpListener::bind(args.listen).await.map_err(|error| End::Listen(args.listen, error))?;
    say(&format!("listening on http://{}", listener.local_addr()?))?;
    tokio::spawn(async move {
        told_to_stop().await;
        stop.send_replace(true);
    });
    serve(server, listener).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Fills an empty database with the demonstration; any other keeps what it has.
async fn fill_demo(storage: &SqliteStorage, clock: &SystemClock, lang: Lang) -> Result<(), End> {
    let street = StreetCode::new(town::STREET)?;
    let began = clock.monotonic();
    // A database that is filled already keeps what it has: making the history again would only cost time.
    let (people, history) = if storage.count_accounts().await? == 0 {
        let now = clock.now();
        (town::people(town::SEED, now), town::history(town::SEED, now))
    } else {
        (town::People::default(), Vec::new())
    };
    let directory = Directory { departments: people.departments, officers: people.officers };
    let seed = demo::seed(street, directory, people.users, history)?;
    let seeded = storage.seed(seed).await?;
    if seeded.done {
        let took_ms = clock.monotonic().saturating_sub(began).as_millis();
        tracing::info!(events = seeded.events, refused = seeded.refused, took_ms, "the demonstration was written");
    }
    say(&lang.fill("server.demo", &[("password", &demo::PASSWORD)]))?;
    Ok(())
}

/// Ends at an interrupt or, where there is one, a termination signal.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

async fn add_user(args: UserAddArgs, lang: Lang) -> Result<(), End> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let phc = password::hash(password.trim_end_matches(['\r', '\n']))?;
    let storage = open(&args.database)?;
    let id = UserId(args.user);
    let user = User {
        name: args.name.unwrap_or_else(|| id.0.clone()),
        id: id.clone(),
        roles: args.roles.into_iter().collect(),
        streets: args.streets.into_iter().collect(),
        dept: args.dept.map(DeptCode),
        officer: args.officer.map(OfficerId),
    };
    storage.put_account(Account { user, password: Some(phc) }).await?;
    let line = AuditLine {
        at: SystemClock::default().now(),
        what: "user_added",
        user: Some(id.clone()),
        detail: "by command line".to_owned(),
        request_id: String::new(),
    };
    storage.audit(line).await?;
    say(&lang.fill("server.user_added", &[("user", &id)]))?;
    Ok(())
}

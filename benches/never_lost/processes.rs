//! Several processes refresh one rotating account at the same time, again and again.
//!
//! Knows nothing of processes that die.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};

use linkdesk::bridge;
use linkdesk::sandbox::Mode;
use linkdesk::vault::Kind;

use crate::desk::Desk;
use crate::figures::{Figures, title};
use crate::practice::{PROVIDER, Practice, spends};
use crate::program::Program;

/// Starts this program once more, as one of several that refresh.
pub(crate) const ARGUMENT: &str = "--refresher";

const PROCESSES: usize = 8;
const ROUNDS: usize = 200;
const CROWD: usize = 80;

/// One of the processes.
struct Refresher {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

pub(crate) fn measure(figures: &mut Figures) {
    let practice = Practice::start(Mode::Documented);
    let program = Program::linked(&practice);
    rounds(figures, &practice, &program);
    crowd(figures, &practice, &program);
    let last = program.run(&["token", PROVIDER, "--min-validity", "0"]);
    let is_good = last.is_done() && practice.accepts(last.out.trim());
    figures.holds("the last token is accepted", is_good);
}

fn rounds(figures: &mut Figures, practice: &Practice, program: &Program) {
    title(&format!(
        "processes: {PROCESSES} of them, {ROUNDS} rounds on one account whose refresh tokens are good for one use"
    ));
    let before = practice.counters(PROVIDER);
    let mut processes: Vec<Refresher> = (0..PROCESSES)
        .map(|_| Refresher::start(program.data()))
        .collect();
    let mut done = 0;
    let mut troubles = Vec::new();
    for _ in 0..ROUNDS {
        for process in &mut processes {
            process.orders.write_all(b"\n").unwrap();
        }
        for process in &mut processes {
            match process.answer().as_str() {
                "done" => done += 1,
                trouble => troubles.push(trouble.to_owned()),
            }
        }
    }
    drop(processes);
    troubles.sort();
    troubles.dedup();
    if !troubles.is_empty() {
        title(&format!("  {troubles:?}"));
    }
    figures.exactly("refreshes that ended well", done, PROCESSES * ROUNDS);
    let after = practice.counters(PROVIDER);
    figures.exactly(
        "tokens spent, one for each round",
        after.refreshes - before.refreshes,
        ROUNDS as u64,
    );
    never_twice(figures, practice);
}

fn crowd(figures: &mut Figures, practice: &Practice, program: &Program) {
    title(&format!(
        "processes: linkdesk refresh, {CROWD} of it at the same time"
    ));
    let children: Vec<Child> = (0..CROWD)
        .map(|_| {
            let mut command = program.command(&["refresh", PROVIDER]);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let mut done = 0;
    for child in children {
        let ended = child.wait_with_output().unwrap();
        done += usize::from(ended.status.success());
        if !ended.status.success() {
            title(&format!("  {}", String::from_utf8_lossy(&ended.stderr)));
        }
    }
    figures.exactly("refreshes that ended well", done, CROWD);
    never_twice(figures, practice);
}

fn never_twice(figures: &mut Figures, practice: &Practice) {
    let counters = practice.counters(PROVIDER);
    let (most, _) = spends(&counters);
    figures.exactly("times a refresh token was presented, at most", most, 1);
    figures.exactly("refused by the provider", counters.errors, 0);
}

impl Refresher {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(ARGUMENT)
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut started = Self {
            child,
            orders,
            answers,
        };
        assert_eq!(started.answer(), "ready");
        started
    }

    fn answer(&mut self) -> String {
        self.answers.next().unwrap().unwrap()
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        // It ends at a word that is no order.
        drop(self.orders.write_all(b"end\n"));
        self.child.wait().unwrap();
    }
}

/// What such a process does: refreshes at every line, and says how that ended.
pub(crate) fn serve(data: &Path) -> ExitCode {
    let desk = Desk::open(data, Kind::Keychain);
    let account = desk.face().snapshot().accounts.first().unwrap().id.clone();
    println!("ready");
    for line in std::io::stdin().lines() {
        if line.is_ok_and(|line| line == "end") {
            break;
        }
        let account = account.clone();
        match desk.carry_out(&bridge::Command::RefreshAccount { account }) {
            None => println!("done"),
            Some(problem) => println!("{} {}", problem.kind.code(), problem.detail),
        }
    }
    ExitCode::SUCCESS
}

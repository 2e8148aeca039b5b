//! When the worker, the data folder or the pipe fails.

use super::*;

/// A reader that has gone away after the first so many bytes.
struct Closed {
    after: usize,
    kind: io::ErrorKind,
}

impl Write for Closed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.after == 0 {
            return Err(self.kind.into());
        }
        let taken = bytes.len().min(self.after);
        self.after -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn accounts() -> Snapshot {
    desk(vec![], vec![account("a1", "parrot", "Mine")])
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for args in ["accounts", "accounts --json", "show a1"] {
        for after in [0, 10] {
            let kind = io::ErrorKind::BrokenPipe;
            let played = play(args)
                .on(accounts())
                .out(Closed { after, kind })
                .alone();
            assert_eq!((played.code, played.err.as_str()), (0, ""), "{args}");
        }
    }
}

#[test]
fn a_full_disk_is_told() {
    let kind = io::ErrorKind::StorageFull;
    let played = play("accounts")
        .on(accounts())
        .out(Closed { after: 0, kind })
        .alone();
    assert_eq!(played.code, 1);
    assert!(played.err.contains("can’t write the result"));
}

#[test]
fn a_data_folder_that_can_not_be_read_has_its_exit_code_and_a_problem_for_scripts() {
    let cases = [
        (
            ProblemKind::Store {
                trouble: crate::bridge::StoreTrouble::NotOurs,
                place: "/data/linkdesk.db".into(),
            },
            5,
        ),
        (ProblemKind::StoreNewer { found: 9 }, 5),
        (ProblemKind::PracticeUnavailable, 1),
    ];
    for (kind, code) in cases {
        let mut snapshot = Snapshot::default();
        snapshot.problems.push(problem(kind.clone()));
        let played = play("accounts --json").on(snapshot).alone();
        assert_eq!(played.code, code);
        assert_eq!(played.json()["problem"]["kind"], kind.code());
        assert_eq!(keys(&played.json()), ["problem"]);
    }
}

#[test]
fn a_problem_beside_a_loaded_folder_is_a_warning() {
    let mut snapshot = accounts();
    snapshot.problems.push(problem(ProblemKind::ProviderFile {
        file: "mine.toml".into(),
        line: Some(3),
        key: "issuer".into(),
        expected: "an address".into(),
    }));
    let played = play("accounts --json").on(snapshot).alone();
    assert_eq!(played.code, 0);
    assert!(played.json().is_array());
    assert!(played.err.starts_with("warning: mine.toml, line 3"));
}

#[test]
fn the_data_folder_is_waited_for() {
    // Nothing is known at first; the second snapshot is loaded.
    let invocation = Invocation::try_parse_from(["linkdesk", "accounts", "--json"]).unwrap();
    let wait = Wait::new();
    let (end, worker) = connect(wait.waker());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        out: &mut out,
        err: &mut err,
        input: None,
        input_is_terminal: false,
        ask_hidden: &|_| Err(io::ErrorKind::UnexpectedEof.into()),
        now: &now,
        zone: TimeZone::UTC,
        handover: Handover::new(&wait),
    };
    let code = std::thread::scope(|threads| {
        threads.spawn(|| worker.publish(accounts()));
        run(&invocation, end, &wait, &mut io)
    });
    assert_eq!(code, 0);
    assert!(out.starts_with(b"[{"));
}

#[test]
fn a_worker_that_dies_is_noticed() {
    let invocation = Invocation::try_parse_from(["linkdesk", "accounts"]).unwrap();
    let wait = Wait::new();
    let (end, worker) = connect(wait.waker());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        out: &mut out,
        err: &mut err,
        input: None,
        input_is_terminal: false,
        ask_hidden: &|_| Err(io::ErrorKind::UnexpectedEof.into()),
        now: &now,
        zone: TimeZone::UTC,
        handover: Handover::new(&wait),
    };
    let code = std::thread::scope(|threads| {
        threads.spawn(move || drop(worker));
        run(&invocation, end, &wait, &mut io)
    });
    assert_eq!(code, 1);
    assert!(String::from_utf8(err).unwrap().starts_with("error: "));
}

#[test]
fn causes_and_help_stand_under_the_error() {
    let mut told = problem(ProblemKind::ClientRejected {
        code: "invalid_client".into(),
    });
    told.remedy = Remedy::OpenClientSetUp;
    told.provider = Some(provider_id("parrot"));
    told.detail = "exchanging: answered 401\u{1b}".into();
    let played = play("token Mine")
        .on(accounts())
        .with(move |stage, id, _| stage.finish(id, Some(told.clone())));
    assert_eq!((played.code, played.out.as_str()), (7, ""));
    assert!(
        played
            .err
            .contains("\n  because: exchanging: answered 401\u{FFFD}\n")
    );
    assert!(played.err.contains("linkdesk client parrot"));
}

#[test]
fn combinations_the_parser_can_not_refuse_are_refused() {
    for args in [
        "link cloud --password-file - --passphrase-file -",
        "client parrot --client-secret-file - --passphrase-file -",
        "client parrot --credentials-file - --passphrase-file -",
        "accounts --mode field",
    ] {
        let played = play(args)
            .on(desk(vec![provider("parrot")], vec![]))
            .alone();
        assert_eq!((played.code, played.out.as_str()), (2, ""), "{args}");
        assert!(played.err.starts_with("error: "));
    }
}

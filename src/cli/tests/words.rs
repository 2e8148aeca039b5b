//! What people read.

use super::*;

#[test]
fn accounts_are_an_aligned_table() {
    let mut other = account("a2", "cloud", "A longer label");
    other.access.expires_at = None;
    other.identity = IdentityCard::default();
    let played = play("accounts")
        .on(desk(vec![], vec![account("a1", "parrot", "Mine"), other]))
        .alone();
    assert_eq!(
        played.out,
        "\
LABEL           PROVIDER  SIGNED IN AS     STATE           ACCESS TOKEN     SIGN-IN              ID
Mine            parrot    login@email.com  fresh           Expires in 1 h   until it is refused  a1
A longer label  cloud     –                expiry unknown  No expiry known  until it is refused  a2
"
    );
}

#[test]
fn no_accounts_are_said_beside_the_empty_result() {
    let played = play("accounts").on(desk(vec![], vec![])).alone();
    assert_eq!((played.code, played.out.as_str()), (0, ""));
    assert!(played.err.contains("linkdesk link PROVIDER"));
}

#[test]
fn foreign_text_can_not_steer_a_terminal() {
    let hostile = "x\u{1b}[2J\n\u{202E}y";
    let mut card = account("a1", "parrot", hostile);
    card.identity.name = Some(hostile.into());
    card.access.token_type = hostile.into();
    card.obtained.grant = hostile.into();
    for args in ["accounts", "show a1"] {
        let played = play(args).on(desk(vec![], vec![card.clone()])).alone();
        assert!(!played.out.contains(['\u{1b}', '\u{202E}']), "{args}");
    }
    let played = play("show")
        .arg(hostile)
        .on(desk(vec![], vec![card.clone(), card]))
        .alone();
    assert_eq!(played.code, 2);
    assert!(!played.err.contains(['\u{1b}', '\u{202E}']));
}

#[test]
fn show_reads_well() {
    let played = play("show a1")
        .on(desk(
            vec![provider("parrot")],
            vec![account("a1", "parrot", "Mine")],
        ))
        .alone();
    insta::assert_snapshot!(played.out, @r"
    Mine
      id              a1
      provider        The parrot (parrot)
      e-mail          login@email.com
      state           fresh, refresh ready
      sign-in         until it is refused
      linked          2026-11-20 18:02:44 +01:00
      last refreshed  never
      proved valid    2026-11-20 18:02:44 +01:00
      next refresh    2026-11-20 18:57:44 +01:00

    Access token
      by the clock  Expires in 1 h
      ends at       2026-11-20 19:02:44 +01:00
      known from    expires_in
      received      2026-11-20 18:02:44 +01:00
      type          Bearer
      scopes        maps
      form          opaque, 40 characters
      fingerprint   0a1b2c3d

    Refresh token
      ends         No expiry known
      ends at      not known
      replaced     yes, at each refresh
      fingerprint  99887766

    How it was obtained
      grant                  authorization_code
      PKCE                   S256
      state echoed           yes
      secret in the address  no
      exchange               POST /token, form
      provider’s clock       −0.4 s
    ");
}

#[test]
fn an_account_in_question_says_so_until_the_question_is_over() {
    for (seconds, state, words) in [
        (1, "in_question", "in question, not said yet whose it is"),
        (0, "fresh", "fresh, refresh ready"),
    ] {
        let mut card = account("a1", "parrot", "Mine");
        card.in_question_until = Some(in_seconds(seconds));
        let shown = || desk(vec![], vec![card.clone()]);
        let played = play("accounts --json").on(shown()).alone();
        assert_eq!(played.json()[0]["state"], state);
        let played = play("show Mine").on(shown()).alone();
        assert!(played.out.contains(words), "{}", played.out);
    }
}

#[test]
fn providers_tell_what_they_lack_and_what_to_register() {
    let played = play("providers")
        .on(desk(
            vec![provider_not_set_up("parrot"), password_provider("cloud")],
            vec![],
        ))
        .alone();
    insta::assert_snapshot!(played.out, @r"
    parrot  The parrot
      set-up         needs a client id and a client secret
      sign-in        in the browser at auth.example.com
      client secret  none
      redirect URI   http://127.0.0.1/callback
      host           api  https://api.example.com

    cloud  The cloud
      set-up   ready to link
      sign-in  with name and password at auth.example.com
    ");
}

#[test]
fn an_account_is_found_by_id_label_or_its_only_provider() {
    let accounts = || {
        vec![
            account("a1", "parrot", "Mine"),
            account("a2", "parrot", "Yours"),
            account("a3", "cloud", "Work"),
        ]
    };
    for (meant, id) in [
        ("a2", "a2"),
        ("Mine", "a1"),
        ("cloud", "a3"),
        ("Work", "a3"),
    ] {
        let played = play("show --json")
            .arg(meant)
            .on(desk(vec![], accounts()))
            .alone();
        assert_eq!(played.json()["id"], id, "{meant}");
    }
}

#[test]
fn an_account_that_could_be_several_is_refused_with_all_of_them() {
    let accounts = || {
        vec![
            account("a1", "parrot", "Mine"),
            account("a2", "parrot", "Mine"),
            account("a3", "cloud", "parrot"),
        ]
    };
    for (meant, candidates) in [
        ("Mine", vec!["a1", "a2"]),
        ("parrot", vec!["a1", "a2", "a3"]),
    ] {
        let played = play("show").arg(meant).on(desk(vec![], accounts())).alone();
        assert_eq!((played.code, played.out.as_str()), (2, ""));
        for id in ["a1", "a2", "a3"] {
            assert_eq!(
                played.err.contains(id),
                candidates.contains(&id),
                "{meant}: {id}"
            );
        }
    }
}

#[test]
fn an_unknown_account_is_refused_with_those_there_are() {
    let played = play("show nobody")
        .on(desk(vec![], vec![account("a1", "parrot", "Mine")]))
        .alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("“nobody”") && played.err.contains("a1  Mine"));
    let played = play("show nobody").on(desk(vec![], vec![])).alone();
    assert!(played.err.contains("none is linked yet"));
}

#[test]
fn an_unknown_provider_is_refused_with_those_there_are() {
    for args in ["link nobody", "client nobody --client-id x"] {
        let played = play(args)
            .on(desk(vec![provider("parrot"), provider("cloud")], vec![]))
            .alone();
        assert_eq!(played.code, 2);
        assert!(
            played.err.contains("There are: parrot, cloud"),
            "{}",
            played.err
        );
    }
}

#[test]
fn an_account_without_trading_accounts_is_refused() {
    let played = play("trading-accounts Mine")
        .on(desk(vec![], vec![account("a1", "parrot", "Mine")]))
        .alone();
    assert_eq!(played.code, 2);
    assert!(played.err.contains("no trading accounts"));
}

#[test]
fn a_client_needs_something_to_store_and_known_hosts() {
    for (args, words) in [
        ("client parrot", "nothing to store"),
        (
            "client parrot --host nope=https://x",
            "no host “nope”. There are: api",
        ),
        (
            "client parrot --option nope=on",
            "no option “nope”. There are: none",
        ),
        (
            "client parrot --client-secret-file /no/such",
            "/no/such can’t be read",
        ),
        (
            "client parrot --client-secret-file /dev/zero",
            "/dev/zero is not a regular file",
        ),
    ] {
        let played = play(args)
            .on(desk(vec![provider("parrot")], vec![]))
            .alone();
        assert_eq!(played.code, 2, "{args}");
        assert!(played.err.contains(words), "{}", played.err);
    }
}

#[test]
fn a_client_secret_can_come_from_standard_input() {
    let played = play("client parrot --client-secret-file -")
        .input(" hu sh \r\nmore\n")
        .on(desk(vec![provider("parrot")], vec![]))
        .with(|stage, id, _| stage.finish(id, None));
    assert_eq!(played.code, 0);
    let [Command::SaveClient { change, .. }] = played.commands.as_slice() else {
        panic!("{played:?}");
    };
    let expected = crate::bridge::SecretChange::Set(Secret::new(" hu sh "));
    assert_eq!(change.client_secret, expected);
}

#[test]
fn an_unusable_set_up_has_the_clients_exit_code() {
    let played = play("client parrot --base-url ftp://x")
        .on(desk(vec![provider("parrot")], vec![]))
        .with(|stage, id, _| {
            let kind = ProblemKind::ClientInvalid {
                field: "Base address".into(),
                expected: "an address that begins with https://".into(),
            };
            stage.finish(id, Some(problem(kind)));
        });
    assert_eq!(played.code, 7);
}

//! The forms: signing in with a password, and setting up a provider.
//!
//! What is typed leaves only when it is sent, and a secret leaves nothing behind.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use linkdesk::bridge::{ClientChange, Command, SecretChange, SignInWay};
use linkdesk::secret::Secret;

use super::support::{Desk, cards};

/// High enough for a whole form.
const HIGH: [f32; 2] = [1180.0, 1300.0];

#[test]
fn a_password_is_sent_once_and_wiped() {
    let mut desk = Desk::new(cards::empty());
    desk.press("Link Tradecloud");
    desk.fill("E-mail", "buyer@acme.example");
    desk.fill("Password", "canary-77");
    let field = desk
        .window
        .get_by_role_and_label(Role::PasswordInput, "Password");
    assert!(!field.value().unwrap_or_default().contains("canary"));
    let id = field_id(&desk);
    desk.press("Sign in");
    let expected = Command::SignInWithPassword {
        provider: cards::provider_id("tradecloud"),
        account: None,
        label: None,
        username: "buyer@acme.example".into(),
        password: Secret::new("canary-77"),
    };
    assert_eq!(desk.sent(), [expected]);
    desk.press("Link Tradecloud");
    let field = desk
        .window
        .get_by_role_and_label(Role::PasswordInput, "Password");
    assert_eq!(field.value().unwrap_or_default(), "");
    let state = egui::text_edit::TextEditState::load(&desk.window.ctx, id).unwrap();
    let history = format!("{:?}", state.undoer());
    assert!(!history.contains("canary"), "{history}");
}

/// The id of the field the keyboard is in.
fn field_id(desk: &Desk) -> egui::Id {
    desk.window.ctx.memory(egui::Memory::focused).unwrap()
}

#[test]
fn a_password_is_asked_for_only_where_there_is_no_page_to_sign_in_at() {
    for provider in &cards::empty().providers {
        if !provider.missing.is_empty() {
            continue; // It is set up first, which has a test of its own.
        }
        let mut desk = Desk::new(cards::empty());
        desk.press(&format!("Link {}", provider.name));
        let field = desk
            .window
            .query_by_role_and_label(Role::PasswordInput, "Password");
        let is_tradecloud = provider.id == cards::provider_id("tradecloud");
        assert_eq!(field.is_some(), is_tradecloud, "{}", provider.name);
    }
}

#[test]
fn a_password_form_says_that_nothing_is_kept() {
    let mut desk = Desk::new(cards::empty());
    desk.press("Link Tradecloud");
    desk.window.get_by_label_contains("Used once");
    assert!(
        desk.window
            .get_by_label("Sign in")
            .accesskit_node()
            .is_disabled()
    );
    desk.press("Cancel");
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_provider_is_set_up_with_what_it_gave_out() {
    let mut desk = Desk::sized(cards::empty(), HIGH, egui::Theme::Dark);
    desk.press("Set up REST API v1");
    desk.fill("Base address", "https://api.acme.example");
    desk.fill("Client ID", "desk-9");
    desk.fill("Client secret", "canary-88");
    desk.press("Save set-up");
    let change = ClientChange {
        client_id: Some("desk-9".into()),
        client_secret: SecretChange::Set(Secret::new("canary-88")),
        hosts: [("api".to_owned(), "https://api.acme.example".to_owned())].into(),
        ..ClientChange::default()
    };
    let provider = cards::provider_id("rest-api-v1");
    assert_eq!(desk.sent(), [Command::SaveClient { provider, change }]);
    let field = desk
        .window
        .get_by_role_and_label(Role::PasswordInput, "Client secret");
    assert_eq!(field.value().unwrap_or_default(), "");
}

#[test]
fn only_what_was_changed_is_sent() {
    let mut desk = Desk::sized(cards::empty(), HIGH, egui::Theme::Dark);
    desk.press("Set up Just2Trade");
    desk.window
        .get_by_role_and_label(Role::CheckBox, "Send the secret in the browser’s address")
        .click();
    desk.press("Save set-up");
    let change = ClientChange {
        options: [("secret_in_address".to_owned(), false)].into(),
        ..ClientChange::default()
    };
    let provider = cards::provider_id("just2trade");
    assert_eq!(desk.sent(), [Command::SaveClient { provider, change }]);
}

#[test]
fn a_host_is_chosen_or_typed() {
    let mut desk = Desk::sized(cards::empty(), HIGH, egui::Theme::Dark);
    desk.press("Set up Tradecloud");
    desk.press("Production");
    desk.press("Save set-up");
    let sent = desk.sent();
    let host = |address: &str| Command::SaveClient {
        provider: cards::provider_id("tradecloud"),
        change: ClientChange {
            hosts: [("api".to_owned(), address.to_owned())].into(),
            ..ClientChange::default()
        },
    };
    assert_eq!(sent, [host("https://api.tradecloud1.com")]);
    desk.press("Another address");
    desk.fill("Environment address", "http://127.0.0.1:9");
    desk.press("Save set-up");
    assert_eq!(desk.sent(), [host("http://127.0.0.1:9")]);
}

#[test]
fn the_redirect_uri_can_be_copied() {
    let mut desk = Desk::sized(cards::empty(), HIGH, egui::Theme::Dark);
    desk.press("Set up Biggerplate");
    desk.window.get_by_label("Copy redirect URI").click();
    desk.window.step();
    let copied = desk.window.output().platform_output.commands.iter().any(|command| {
        matches!(command, egui::OutputCommand::CopyText(text) if text == "http://127.0.0.1/callback")
    });
    assert!(copied);
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_kept_secret_can_be_forgotten_and_is_never_shown() {
    let mut desk = Desk::sized(cards::empty(), HIGH, egui::Theme::Dark);
    desk.press("Set up Biggerplate");
    desk.window.get_by_label_contains("One is kept");
    desk.press("Forget the kept secret");
    desk.press("Save set-up");
    let change = ClientChange {
        client_secret: SecretChange::Remove,
        ..ClientChange::default()
    };
    let provider = cards::provider_id("biggerplate");
    assert_eq!(desk.sent(), [Command::SaveClient { provider, change }]);
}

#[test]
fn a_saved_set_up_says_so_and_leads_on_to_the_sign_in() {
    let mut desk = Desk::sized(cards::empty(), HIGH, egui::Theme::Dark);
    desk.press("Set up Biggerplate");
    desk.fill("Client ID", "0");
    desk.press("Save set-up");
    assert_eq!(desk.sent().len(), 1);
    assert_eq!(desk.window.query_all_by_label("Saved").count(), 0);
    desk.publish(|snapshot| {
        let card = std::sync::Arc::make_mut(&mut snapshot.providers[4]);
        card.client.client_id = Some("desk-10".into());
    });
    desk.window.get_by_label("Saved");
    desk.press("Go on to sign in");
    let provider = cards::provider_id("biggerplate");
    let link = Command::LinkAccount {
        provider,
        account: None,
        label: None,
        way: SignInWay::Browser,
    };
    assert_eq!(desk.sent(), [link]);
}

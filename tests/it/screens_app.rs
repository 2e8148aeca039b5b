//! The window joined to the other end of the bridge: news comes up, commands go down.
//!
//! The worker is this test.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use linkdesk::app::{App, Chosen};
use linkdesk::bridge::{Command, ProblemKind, Remedy, WorkerEnd, connect};
use linkdesk::secret::Secret;

use super::support::{cards, sign_ins, zone};

fn window() -> (Harness<'static, App>, WorkerEnd) {
    let (end, worker) = connect(Arc::new(|| ()));
    let window = Harness::builder()
        .with_size([1180.0, 740.0])
        .build_eframe(|creation| {
            let choose = Box::new(|chosen: Chosen| {
                chosen(Ok(Secret::new(r#"{"client_id": "from-a-file"}"#)));
            });
            App::new(
                &creation.egui_ctx,
                end,
                Box::new(cards::now),
                zone(),
                choose,
            )
        });
    (window, worker)
}

#[test]
fn news_comes_up_and_a_press_goes_down() {
    let (mut window, mut worker) = window();
    window.run();
    window.get_by_label("Reading your accounts");
    worker.publish(cards::five_accounts());
    window.run();
    window.get_by_label("Refresh all").click();
    window.run();
    let (_, command) = worker.commands.try_recv().unwrap();
    assert_eq!(command, Command::RefreshAll);
    assert!(worker.commands.try_recv().is_err());
}

#[test]
fn a_stopped_worker_is_told_and_what_is_known_stays() {
    let (mut window, worker) = window();
    worker.publish(cards::five_accounts());
    window.run();
    drop(worker);
    window.run();
    window.get_by_label("Linkdesk has stopped working in the background");
    window.get_by_label("Refresh Main account");
}

#[test]
fn a_sign_in_that_ended_brings_the_window_forward_once() {
    let (mut window, worker) = window();
    window.run();
    window.input_mut().focused = false;
    window.run();
    worker.publish(sign_ins::with(sign_ins::ended(
        ProblemKind::TimedOut,
        Remedy::LinkAgain,
    )));
    window.step();
    let forward = |window: &Harness<'_, App>| {
        let mut viewports = window.output().viewport_output.values();
        viewports.any(|viewport| viewport.commands.contains(&egui::ViewportCommand::Focus))
    };
    assert!(forward(&window));
    window.step();
    assert!(!forward(&window));
}

#[test]
fn a_chosen_file_fills_in_the_set_up() {
    let (mut window, mut worker) = window();
    worker.publish(cards::empty());
    window.run();
    for name in ["Set up Biggerplate", "Choose a credentials file…"] {
        window.get_by_label(name).click();
        window.run();
    }
    let field = window.get_by_role_and_label(egui::accesskit::Role::TextInput, "Client ID");
    assert_eq!(field.value().as_deref(), Some("from-a-file"));
    assert!(worker.commands.try_recv().is_err());
}

/// Asks the window to close, as its frame does, and says whether it refused.
fn is_kept_open(window: &mut Harness<'_, App>) -> bool {
    let root = egui::ViewportId::ROOT;
    let viewport = window.input_mut().viewports.entry(root).or_default();
    viewport.events.push(egui::ViewportEvent::Close);
    window.step();
    sends(window, &egui::ViewportCommand::CancelClose)
}

/// The frame has been told; nobody asks it to close any more.
fn look_on(window: &mut Harness<'_, App>) {
    let viewports = window.input_mut().viewports.values_mut();
    viewports.for_each(|viewport| viewport.events.clear());
    window.run();
}

fn sends(window: &Harness<'_, App>, command: &egui::ViewportCommand) -> bool {
    let mut viewports = window.output().viewport_output.values();
    viewports.any(|viewport| viewport.commands.contains(command))
}

fn with_unsaved() -> linkdesk::bridge::Snapshot {
    let mut snapshot = cards::five_accounts();
    Arc::make_mut(&mut snapshot.accounts[0]).is_unsaved = true;
    snapshot
}

#[test]
fn a_window_with_unsaved_tokens_asks_before_it_closes() {
    let (mut window, worker) = window();
    worker.publish(cards::five_accounts());
    window.run();
    assert!(!is_kept_open(&mut window), "there is nothing to lose");
    worker.publish(with_unsaved());
    window.run();
    assert!(is_kept_open(&mut window));
    look_on(&mut window);
    window.get_by_label("Keep trying").click();
    window.run();
    assert!(window.query_by_label("Keep trying").is_none());
    assert!(is_kept_open(&mut window));
    look_on(&mut window);
    window.get_by_label("Quit and lose them").click();
    window.step();
    window.step();
    assert!(sends(&window, &egui::ViewportCommand::Close));
}

#[test]
fn a_window_that_waits_for_tokens_to_be_saved_closes_when_they_are() {
    let (mut window, worker) = window();
    worker.publish(with_unsaved());
    window.run();
    assert!(is_kept_open(&mut window));
    look_on(&mut window);
    worker.publish(cards::five_accounts());
    window.step();
    assert!(sends(&window, &egui::ViewportCommand::Close));
}

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

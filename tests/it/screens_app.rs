//! The window joined to the other end of the bridge: news comes up, commands go down.
//!
//! The worker is this test.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use linkdesk::app::{App, Chosen};
use linkdesk::bridge::{Command, WorkerEnd, connect};
use linkdesk::secret::Secret;

use super::support::{cards, zone};

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

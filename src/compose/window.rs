//! Opens the window: OpenGL first, another renderer where that is missing.
//!
//! Knows nothing of what is painted.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;

use super::{Plan, WindowOutlet, start};
use crate::app::App;
use crate::bridge::Waker;
use crate::platform::Clock as _;
use crate::platform::clock::SystemClock;
use crate::worker::Settings;

/// The size the window opens with, in points.
const SIZE: [f32; 2] = [1180.0, 740.0];

/// Below this size parts of a row would be cut off.
const SMALLEST: [f32; 2] = [420.0, 360.0];

/// Opens the window and returns when it is closed.
pub fn open_window(
    plan: Plan,
    environment: Vec<(std::ffi::OsString, std::ffi::OsString)>,
) -> Result<(), Box<dyn std::error::Error>> {
    let outlet = Arc::new(WindowOutlet::default());
    let window = Arc::new(OnceLock::<egui::Context>::new());
    let waker: Waker = {
        let window = Arc::clone(&window);
        Arc::new(move || {
            if let Some(window) = window.get() {
                window.request_repaint();
            }
        })
    };
    let desk = start(plan, Settings::default(), Arc::clone(&outlet) as _, environment, waker)?;
    let clock = SystemClock::new();
    let zone = jiff::tz::TimeZone::system();
    let app = App::new(desk.face, Box::new(move || clock.now()), zone);
    // The first renderer may fail before it has taken the app; the second then finds it here.
    let app = Arc::new(Mutex::new(Some(app)));
    let run = |renderer: Renderer| {
        let app = Arc::clone(&app);
        let outlet = Arc::clone(&outlet);
        let window = Arc::clone(&window);
        eframe::run_native(
            "Linkdesk",
            options(renderer),
            Box::new(move |creation| {
                let context = creation.egui_ctx.clone();
                outlet.attach(context.clone());
                drop(window.set(context));
                let app = app.lock().unwrap_or_else(PoisonError::into_inner).take();
                let mut app = app.ok_or("the window was already opened")?;
                app.attach(&creation.egui_ctx);
                Ok(Box::new(app) as Box<dyn eframe::App>)
            }),
        )
    };
    let opened = run(Renderer::Glow).or_else(|error| {
        let untaken = app.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if untaken { run(Renderer::Wgpu) } else { Err(error) }
    });
    // The app holds the face; the worker ends when it is gone.
    drop(app.lock().unwrap_or_else(PoisonError::into_inner).take());
    desk.worker.wait();
    Ok(opened?)
}

fn options(renderer: Renderer) -> NativeOptions {
    let mut viewport = ViewportBuilder::default()
        .with_title("Linkdesk")
        .with_app_id("linkdesk")
        .with_inner_size(SIZE)
        .with_min_inner_size(SMALLEST);
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icons/linkdesk.png"));
    if let Ok(icon) = icon {
        viewport = viewport.with_icon(icon);
    }
    NativeOptions {
        viewport,
        renderer,
        ..NativeOptions::default()
    }
}

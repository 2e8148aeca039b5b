//! Opens the window: OpenGL first, another renderer where that is missing.
//!
//! Knows nothing of what is painted.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;

use super::{Environment, Plan, WindowOutlet, start};
use crate::app::{self, App, Chosen};
use crate::bridge::Waker;
use crate::platform::clock::SystemClock;
use crate::platform::file_picker::{Picked, SystemFilePicker};
use crate::platform::{Clock as _, FilePicker as _};
use crate::secret::Secret;
use crate::worker::Settings;

/// The size the window opens with, in points.
const SIZE: [f32; 2] = [1180.0, 740.0];

/// Below this size parts of a row would be cut off.
const SMALLEST: [f32; 2] = [420.0, 360.0];

/// Opens the window and returns when it is closed.
pub fn open_window(plan: Plan, environment: Environment) -> Result<(), Box<dyn std::error::Error>> {
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
    let desk = start(
        plan,
        Settings::default(),
        Arc::clone(&outlet) as _,
        environment,
        waker,
    )?;
    // The first renderer may fail before it has taken the face; the second then finds it here.
    let face = Arc::new(Mutex::new(Some(desk.face)));
    let run = |renderer: Renderer| {
        let face = Arc::clone(&face);
        let outlet = Arc::clone(&outlet);
        let window = Arc::clone(&window);
        eframe::run_native(
            "Linkdesk",
            options(renderer),
            Box::new(move |creation| {
                let context = creation.egui_ctx.clone();
                outlet.attach(context.clone());
                drop(window.set(context));
                let face = face.lock().unwrap_or_else(PoisonError::into_inner).take();
                let face = face.ok_or("the window was already opened")?;
                let clock = SystemClock::new();
                let zone = jiff::tz::TimeZone::system();
                let app = App::new(
                    &creation.egui_ctx,
                    face,
                    Box::new(move || clock.now()),
                    zone,
                    Box::new(choose_file),
                );
                Ok(Box::new(app) as Box<dyn eframe::App>)
            }),
        )
    };
    let opened = run(Renderer::Glow).or_else(|error| {
        let untaken = face
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some();
        if untaken {
            run(Renderer::Wgpu)
        } else {
            Err(error)
        }
    });
    // The app held the face and is gone; the worker ends with it.
    drop(face.lock().unwrap_or_else(PoisonError::into_inner).take());
    desk.worker.wait();
    Ok(opened?)
}

/// Lets the person choose a credentials file, on a thread of its own because the dialog takes as long as they do.
fn choose_file(chosen: Chosen) {
    let asking = std::thread::Builder::new()
        .name("file dialog".to_owned())
        .spawn(move || {
            let picked = SystemFilePicker.pick("Choose a credentials file", &["json", "txt"]);
            if let Some(picked) = picked {
                chosen(picked.map(as_secret).map_err(|error| in_full(&error)));
            }
        });
    // Without a thread there is no dialog; the text can still be pasted.
    drop(asking);
}

fn as_secret(mut picked: Picked) -> Secret {
    Secret::new(std::mem::take(&mut *picked.text))
}

/// An error with its causes, joined by ": ".
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}

fn options(renderer: Renderer) -> NativeOptions {
    let mut viewport = ViewportBuilder::default()
        .with_title("Linkdesk")
        .with_app_id("linkdesk")
        .with_inner_size(SIZE)
        .with_min_inner_size(SMALLEST);
    let icon = eframe::icon_data::from_png_bytes(app::ICON);
    if let Ok(icon) = icon {
        viewport = viewport.with_icon(icon);
    }
    NativeOptions {
        viewport,
        renderer,
        ..NativeOptions::default()
    }
}

//! The window as a screen reader meets it, as text.
//!
//! Knows nothing of what it should be.

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

/// One line per node that says something: role, name, and whether it is selected or disabled.
pub fn outline<State>(window: &Harness<'_, State>) -> String {
    let mut lines = Vec::new();
    for node in window.root().children_recursive() {
        let node = node.accesskit_node();
        let name = node.label().or_else(|| node.value()).unwrap_or_default();
        let is_silent = matches!(
            node.role(),
            Role::GenericContainer | Role::ScrollView | Role::Splitter | Role::TextRun
        );
        if is_silent || (name.is_empty() && node.role() == Role::Unknown) {
            continue;
        }
        let selected = match (node.is_selected(), node.toggled()) {
            (Some(true), _) | (_, Some(egui::accesskit::Toggled::True)) => " (chosen)",
            _ => "",
        };
        let disabled = if node.is_disabled() {
            " (disabled)"
        } else {
            ""
        };
        lines.push(format!("{:?} {name:?}{selected}{disabled}", node.role()));
    }
    lines.join("\n")
}

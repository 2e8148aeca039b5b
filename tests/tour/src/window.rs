//! The real window as a screen reader sees it, over the accessibility bus; it doesn't know what the names in it mean.

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context as _, Result, ensure};
use atspi_common::{CacheItem, Interface, ObjectRefOwned, Role, ScrollType, State};
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{OwnedObjectPath, Value};

use crate::wait;

/// How long the window may take to show what a press leads to without the network.
pub const SOON: Duration = Duration::from_secs(20);

/// Enough for a frame, even where a busy processor draws it.
const FRAME: Duration = Duration::from_millis(250);

const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
const CACHE: &str = "/org/a11y/atspi/cache";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

/// The accessibility bus of this session, switched on.
#[derive(Debug)]
pub struct AccessibilityBus {
    connection: Connection,
}

/// One program's window on the accessibility bus.
#[derive(Debug)]
pub struct Window {
    connection: Connection,
    program: String,
}

/// The window's controls at one moment, in reading order.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    controls: Vec<Control>,
}

/// One control.
#[derive(Debug, Clone)]
pub struct Control {
    /// Its accessible name.
    pub name: String,
    item: CacheItem,
}

/// What a control is looked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something that can be pressed.
    Button,
    /// Something to type into.
    Field,
    /// Words to read.
    Label,
    /// Anything that has the name.
    Any,
}

impl AccessibilityBus {
    /// Starts the session's accessibility bus and says that a reader is there: programs then show their windows on it.
    pub fn switch_on() -> Result<Self> {
        let session =
            Connection::session().context("no session bus: start the tour with tests/session")?;
        let bus = Some("org.a11y.Bus");
        for property in ["IsEnabled", "ScreenReaderEnabled"] {
            let arguments = ("org.a11y.Status", property, Value::from(true));
            session
                .call_method(
                    bus,
                    "/org/a11y/bus",
                    Some("org.freedesktop.DBus.Properties"),
                    "Set",
                    &arguments,
                )
                .with_context(|| format!("setting {property} of the accessibility bus"))?;
        }
        let answer = session.call_method(
            bus,
            "/org/a11y/bus",
            Some("org.a11y.Bus"),
            "GetAddress",
            &(),
        )?;
        let address: String = answer.body().deserialize()?;
        let connection = connection::Builder::address(address.as_str())?.build()?;
        Ok(Self { connection })
    }

    /// Waits for the program to show its window.
    pub fn window_of(&self, program: &str, deadline: Duration) -> Result<Window> {
        let name = wait::until(&format!("the window of {program}"), deadline, || {
            let mut seen = Vec::new();
            for (bus_name, _) in self.programs()? {
                let name = self.name_of(&bus_name).unwrap_or_default();
                if name == program {
                    return Ok(Ok(bus_name));
                }
                seen.push(name);
            }
            Ok(Err(format!(
                "programs on the accessibility bus: {}",
                seen.join(", ")
            )))
        })?;
        Ok(Window {
            connection: self.connection.clone(),
            program: name,
        })
    }

    fn programs(&self) -> Result<Vec<(String, OwnedObjectPath)>> {
        let answer = self.connection.call_method(
            Some(REGISTRY),
            ROOT,
            Some(ACCESSIBLE),
            "GetChildren",
            &(),
        )?;
        Ok(answer.body().deserialize()?)
    }

    fn name_of(&self, bus_name: &str) -> Result<String> {
        let properties = Some("org.freedesktop.DBus.Properties");
        let answer = self.connection.call_method(
            Some(bus_name),
            ROOT,
            properties,
            "Get",
            &(ACCESSIBLE, "Name"),
        )?;
        Ok(answer.body().deserialize::<Value<'_>>()?.try_into()?)
    }
}

impl Window {
    /// What the window shows now.
    pub fn tree(&self) -> Result<Tree> {
        let answer = self
            .connection
            .call_method(
                Some(self.program.as_str()),
                CACHE,
                Some("org.a11y.atspi.Cache"),
                "GetItems",
                &(),
            )
            .context("asking the window what it shows")?;
        let items: Vec<CacheItem> = answer.body().deserialize()?;
        // In a cache item, the short name is the accessible name and the name is the description.
        let controls = items
            .into_iter()
            .map(|item| Control {
                name: item.short_name.clone(),
                item,
            })
            .collect();
        Ok(Tree { controls })
    }

    /// Waits until `look` finds something in the window.
    pub fn until<T>(
        &self,
        what: &str,
        deadline: Duration,
        mut look: impl FnMut(&Tree) -> Option<T>,
    ) -> Result<T> {
        wait::until(what, deadline, || {
            let tree = self.tree()?;
            Ok(look(&tree).ok_or_else(|| tree.outline()))
        })
    }

    /// Waits for a control with exactly this name.
    pub fn find(&self, kind: Kind, name: &str, deadline: Duration) -> Result<Control> {
        self.until(&format!("{kind:?} {name:?}"), deadline, |tree| {
            tree.find(kind, name).cloned()
        })
    }

    /// Presses the button with this name as soon as it can be pressed.
    pub fn press(&self, name: &str) -> Result<()> {
        let button = self.until(
            &format!("a button {name:?} that can be pressed"),
            SOON,
            |tree| {
                tree.find(Kind::Button, name)
                    .filter(|button| button.is_enabled())
                    .cloned()
            },
        )?;
        let pressed = self.call(&button, "org.a11y.atspi.Action", "DoAction", &(0_i32,))?;
        ensure!(pressed, "the button {name:?} refused to be pressed");
        Ok(())
    }

    /// Writes into the field with this name.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(Kind::Field, name, SOON)?;
        let written = self.call(
            &field,
            "org.a11y.atspi.EditableText",
            "SetTextContents",
            &(text,),
        )?;
        ensure!(written, "the field {name:?} refused the text");
        Ok(())
    }

    /// Scrolls until the control is in sight.
    pub fn bring_into_sight(&self, control: &Control) -> Result<()> {
        let anywhere = ScrollType::Anywhere as u32;
        let scrolled = self.call(
            control,
            "org.a11y.atspi.Component",
            "ScrollTo",
            &(anywhere,),
        )?;
        ensure!(scrolled, "{:?} did not come into sight", control.name);
        Ok(())
    }

    fn call<B>(
        &self,
        control: &Control,
        interface: &str,
        method: &str,
        arguments: &B,
    ) -> Result<bool>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let path = control.item.object.path_as_str();
        let answer = self
            .connection
            .call_method(
                Some(self.program.as_str()),
                path,
                Some(interface),
                method,
                arguments,
            )
            .with_context(|| format!("{method} on {:?}", control.name))?;
        // What was asked for arrives with the window's next frame. Two requests in one frame would be more than a person
        // can do: the second might meet what the first has already changed.
        wait::pause(FRAME);
        Ok(answer.body().deserialize()?)
    }
}

impl Tree {
    /// The first control with exactly this name.
    pub fn find(&self, kind: Kind, name: &str) -> Option<&Control> {
        self.controls
            .iter()
            .find(|control| control.name == name && control.is(kind))
    }

    /// The first control whose name starts with this.
    pub fn find_starting(&self, kind: Kind, start: &str) -> Option<&Control> {
        self.controls
            .iter()
            .find(|control| control.name.starts_with(start) && control.is(kind))
    }

    /// The first control with this text somewhere in its name.
    pub fn find_containing(&self, text: &str) -> Option<&Control> {
        self.controls
            .iter()
            .find(|control| control.name.contains(text))
    }

    /// The label that starts with `start` and belongs to the row of the button `row`:
    /// in the smallest group that holds both, the first one after the button, or else the last one before it.
    pub fn label_in_row(&self, row: &str, start: &str) -> Option<&Control> {
        let button = self.find(Kind::Button, row)?;
        let mut group = button;
        while let Some(parent) = self.parent(group) {
            group = parent;
            let within: Vec<&Control> = self
                .controls
                .iter()
                .filter(|control| self.is_within(control, group))
                .collect();
            let at = within
                .iter()
                .position(|control| control.item.object == button.item.object)?;
            let (before, after) = within.split_at(at);
            let wanted =
                |control: &&&Control| control.name.starts_with(start) && control.is(Kind::Label);
            let found = after
                .iter()
                .find(wanted)
                .or_else(|| before.iter().rev().find(wanted));
            if found.is_some() {
                return found.copied();
            }
        }
        None
    }

    fn parent(&self, of: &Control) -> Option<&Control> {
        self.by_reference(&of.item.parent)
            .filter(|parent| parent.item.object != of.item.object)
    }

    fn by_reference(&self, reference: &ObjectRefOwned) -> Option<&Control> {
        self.controls
            .iter()
            .find(|control| control.item.object == *reference)
    }

    fn is_within(&self, control: &Control, group: &Control) -> bool {
        let mut at = Some(control);
        while let Some(control) = at {
            if control.item.object == group.item.object {
                return true;
            }
            at = self.parent(control);
        }
        false
    }

    /// Everything that has a name, a line each, indented by depth: what a failure shows.
    pub fn outline(&self) -> String {
        let mut outline = String::new();
        for control in self
            .controls
            .iter()
            .filter(|control| !control.name.is_empty())
        {
            let mut depth = 0;
            let mut at = control;
            while let Some(parent) = self.parent(at) {
                depth += usize::from(!parent.name.is_empty());
                at = parent;
            }
            let off = if control.is(Kind::Button) && !control.is_enabled() {
                " (disabled)"
            } else {
                ""
            };
            // Writing to a `String` can't fail.
            writeln!(
                outline,
                "{:indent$}{} {:?}{off}",
                "",
                control.item.role,
                control.name,
                indent = depth * 2
            )
            .ok();
        }
        outline
    }
}

impl Control {
    fn is(&self, kind: Kind) -> bool {
        match kind {
            Kind::Button => self.item.ifaces.contains(Interface::Action) && !self.is(Kind::Field),
            Kind::Field => self.item.ifaces.contains(Interface::EditableText),
            Kind::Label => matches!(self.item.role, Role::Label | Role::Static | Role::Heading),
            Kind::Any => true,
        }
    }

    fn is_enabled(&self) -> bool {
        self.item.states.contains(State::Enabled)
    }
}

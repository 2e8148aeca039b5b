//! Hides a window and shows it again, in place of the window manager that a virtual screen doesn't have.
//!
//! Knows nothing of whose window it is: it takes the largest one on screen.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, MapState, PropMode, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::Result;

/// `WM_STATE` of a window that is only an icon (ICCCM §4.1.3.1), and of one that is shown.
const ICONIC: u32 = 3;
const NORMAL: u32 = 1;

/// The largest window on screen.
#[derive(Debug)]
pub(crate) struct Hiding {
    connection: RustConnection,
    root: Window,
    window: Window,
    size: (u16, u16),
}

impl Hiding {
    pub(crate) fn largest_window() -> Result<Self> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or("no screen")?
            .root;
        let mut largest = None;
        for window in connection.query_tree(root)?.reply()?.children {
            let attributes = connection.get_window_attributes(window)?.reply()?;
            let shape = connection.get_geometry(window)?.reply()?;
            let area = u32::from(shape.width) * u32::from(shape.height);
            if attributes.map_state == MapState::VIEWABLE {
                largest = largest.max(Some((area, window, (shape.width, shape.height))));
            }
        }
        let (_, window, size) = largest.ok_or("no window on screen")?;
        Ok(Self {
            connection,
            root,
            window,
            size,
        })
    }

    /// Minimizes it as a window manager does: its state says so, and it is taken off the screen.
    pub(crate) fn minimize(&self) -> Result<()> {
        self.set_state(ICONIC, &["_NET_WM_STATE_HIDDEN"])?;
        self.connection.unmap_window(self.window)?;
        Ok(self.connection.sync()?)
    }

    pub(crate) fn restore(&self) -> Result<()> {
        self.set_state(NORMAL, &[])?;
        self.connection.map_window(self.window)?;
        Ok(self.connection.sync()?)
    }

    /// Puts another window before it that covers all of it.
    pub(crate) fn cover(&self) -> Result<Window> {
        let cover = self.connection.generate_id()?;
        let (width, height) = self.size;
        let like_a_menu = CreateWindowAux::new()
            .override_redirect(1)
            .background_pixel(0);
        self.connection.create_window(
            x11rb::COPY_DEPTH_FROM_PARENT,
            cover,
            self.root,
            0,
            0,
            width,
            height,
            0,
            WindowClass::INPUT_OUTPUT,
            x11rb::COPY_FROM_PARENT,
            &like_a_menu,
        )?;
        self.connection.map_window(cover)?;
        self.connection.sync()?;
        Ok(cover)
    }

    pub(crate) fn uncover(&self, cover: Window) -> Result<()> {
        self.connection.destroy_window(cover)?;
        Ok(self.connection.sync()?)
    }

    fn atom(&self, name: &str) -> Result<u32> {
        Ok(self
            .connection
            .intern_atom(false, name.as_bytes())?
            .reply()?
            .atom)
    }

    fn set_state(&self, state: u32, hints: &[&str]) -> Result<()> {
        let wm_state = self.atom("WM_STATE")?;
        let value = [state, x11rb::NONE];
        self.connection.change_property32(
            PropMode::REPLACE,
            self.window,
            wm_state,
            wm_state,
            &value,
        )?;
        let hints: Vec<u32> = hints
            .iter()
            .map(|hint| self.atom(hint))
            .collect::<Result<_>>()?;
        let net_wm_state = self.atom("_NET_WM_STATE")?;
        let kind = AtomEnum::ATOM;
        self.connection.change_property32(
            PropMode::REPLACE,
            self.window,
            net_wm_state,
            kind,
            &hints,
        )?;
        Ok(())
    }
}

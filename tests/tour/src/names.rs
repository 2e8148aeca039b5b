//! Every name and text the tour looks for, in one place; it doesn't know in which order.

/// A provider as the tour meets it.
#[derive(Debug, Clone, Copy)]
pub struct Provider {
    /// Its id, for the names of pictures.
    pub id: &'static str,
    /// Its name on screen, which is also the label of an account linked in the practice providers.
    pub name: &'static str,
    /// How one signs in there.
    pub sign_in: SignIn,
}

/// How one signs in at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// In the browser, which comes back to the window by itself.
    Browser,
    /// In the browser, whose last address is pasted by hand.
    PastedAddress,
    /// In the window, with e-mail and password.
    Password,
}

/// The providers in the order in which the tour links them.
pub const PROVIDERS: [Provider; 5] = [
    Provider {
        id: "trading-parrot",
        name: "The Trading Parrot",
        sign_in: SignIn::Browser,
    },
    Provider {
        id: "just2trade",
        name: "Just2Trade",
        sign_in: SignIn::Browser,
    },
    Provider {
        id: "biggerplate",
        name: "Biggerplate",
        sign_in: SignIn::Browser,
    },
    Provider {
        id: "tradecloud",
        name: "Tradecloud",
        sign_in: SignIn::Password,
    },
    Provider {
        id: "rest-api-v1",
        name: "REST API v1",
        sign_in: SignIn::PastedAddress,
    },
];

/// The account whose trading accounts are shown.
pub const TRADER: &str = "Just2Trade";
/// The account that is unlinked at the end.
pub const UNLINKED: &str = "Biggerplate";

/// `Link PROVIDER`.
pub fn link(provider: &str) -> String {
    format!("Link {provider}")
}

/// `Refresh LABEL`.
pub fn refresh(label: &str) -> String {
    format!("Refresh {label}")
}

/// `Unlink LABEL`.
pub fn unlink(label: &str) -> String {
    format!("Unlink {label}")
}

/// The button that refreshes every account.
pub const REFRESH_ALL: &str = "Refresh all";
/// The button that confirms the unlinking.
pub const CONFIRM_UNLINK: &str = "Unlink account";
/// How the label of a link under way starts.
pub const WAITING: &str = "Waiting for you to sign in at ";
/// How the countdown of a living token starts.
pub const EXPIRES_IN: &str = "Expires in ";

/// The fields and the button of the sign-in in the window.
pub const E_MAIL: &str = "E-mail";
/// The password's field.
pub const PASSWORD: &str = "Password";
/// The button under the two fields.
pub const SIGN_IN: &str = "Sign in";

/// The button that opens the field for a pasted address.
pub const PASTE_ADDRESS: &str = "Paste address";
/// The field for a pasted address.
pub const REDIRECT_ADDRESS: &str = "Redirect address";
/// The button that takes the pasted address.
pub const CONTINUE: &str = "Continue";

/// The table of trading accounts, and one row that the practice provider always has.
pub const TRADING_ACCOUNTS: &str = "Trading accounts";
/// One trading account of the practice provider.
pub const TRADING_ACCOUNT: &str = "12345678@vision";

/// The button that opens the settings, and pressed again leaves them.
pub const SETTINGS: &str = "Settings";
/// The theme in the settings.
pub const LIGHT: &str = "Light";
/// The other theme in the settings.
pub const DARK: &str = "Dark";

/// The provider's pages in the browser: the button of the sign-in page, by its text.
pub const PAGE_SIGN_IN: &str = "Sign in";
/// The button of the consent page, by its selector.
pub const PAGE_ALLOW: &str = "button[name=decision][value=allow]";
/// What the page at the end says where all is well; those for other ends name Linkdesk, too.
pub const PAGE_FINISHED: &str = "Linkdesk is finishing the sign-in";
